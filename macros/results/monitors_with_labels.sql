{% macro monitors_with_labels() %}
    {#- The monitors whose labels are a relation that holds a label now: the first one found is enough. None under ml_monitor__as_of, which does not see all of them. -#}
    {%- set monitors = [] -%}
    {%- for monitor in ml_monitor.declarations() -%}
        {%- set labels = ml_monitor.declaration(monitor).labels -%}
        {%- if labels and labels.relation and labels.label -%}
            {%- set relation = ml_monitor.relation(labels.relation) -%}
            {%- if execute and relation and not ml_monitor.as_of() -%}
                {%- set label = ml_monitor._matching_column(ml_monitor.columns_of(relation), labels.label) -%}
                {%- if label and ml_monitor._scalar("select 1 from " ~ relation ~ " where " ~ ml_monitor.quoted_name(label.name) ~ " is not null limit 1") -%}
                    {%- do monitors.append(monitor) -%}
                {%- endif -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(monitors) }}
{% endmacro %}
