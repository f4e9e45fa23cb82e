{% macro published_relations(names) %}
    {#- What a reader's copy of the results of `names` holds, as [{schema, name, is_view, reads}]: each of them and, where it stays a view, all that it reads. `reads` are the names of these.
        A view stays one where it has many rows made of few numbers; of others, which read profiles or say little, the rows are copied. -#}
    {%- set views = [
        'ml_monitor__metrics', 'ml_monitor__alerts', 'ml_monitor__incidents',
        'ml_monitor__performance', 'ml_monitor__confusion', 'ml_monitor__calibration', 'ml_monitor__threshold_curve',
        'ml_monitor__drift', 'ml_monitor__embedding_drift', 'ml_monitor__joint_drift', 'ml_monitor__correlations', 'ml_monitor__drift_significance', 'ml_monitor__significance',
        'ml_monitor__quality', 'ml_monitor__feature_effects', 'ml_monitor__feature_importance',
    ] -%}
    {%- set found, seen, left = [], [], [] -%}
    {%- for name in names -%}{%- do left.append('model.ml_monitor.' ~ name) -%}{%- endfor -%}
    {%- for id in left -%}
        {%- if id not in seen and id in graph.nodes -%}
            {%- do seen.append(id) -%}
            {%- set node = graph.nodes[id] -%}
            {%- set reads = [] -%}
            {%- for other in node.depends_on.nodes if node.name in views and other in graph.nodes -%}
                {%- do left.append(other) -%}
                {%- do reads.append(graph.nodes[other].alias) -%}
            {%- endfor -%}
            {%- do found.append({'schema': node.schema, 'name': node.alias, 'is_view': node.name in views, 'reads': reads}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(found) }}
{% endmacro %}
