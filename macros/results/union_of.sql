{% macro union_of(node, columns, where=none, monitors=none) %}
    {#- All declared monitors' nodes of one kind under a monitor column; with nothing declared, no row but every column typed.
        `columns`: [(name, type)]; `monitors`: those that have a node of the kind, where not all have. Refs name the root project, where the nodes live. -#}
    {%- for monitor in ml_monitor.built_monitors(node, monitors) %}
    {{ 'union all' if not loop.first }}
    select
        {{ ml_monitor.text_literal(monitor) }} as monitor
        {%- for name, type in columns %},
        {{ name }}
        {%- endfor %}
    from {{ ref(project_name, monitor ~ '__' ~ node) }}
    {%- if where %}
    where {{ where }}
    {%- endif %}
    {%- else %}
    {{ ml_monitor.no_rows([('monitor', ml_monitor.type_text())] + columns) }}
    {%- endfor %}
{% endmacro %}

{% macro built_monitors(node, monitors=none) %}
    {#- The declared monitors, or those of `monitors`, whose node of a kind exists: one that has been broken from its first day must not stop the results of the others. -#}
    {%- set built = [] -%}
    {%- for monitor in (ml_monitor.declarations() if monitors is none else monitors) -%}
        {%- set relation = ref(project_name, monitor ~ '__' ~ node) -%}
        {%- if not execute or load_relation(relation) is not none -%}{%- do built.append(monitor) -%}{%- endif -%}
    {%- endfor -%}
    {{ return(built) }}
{% endmacro %}

{% macro no_rows(columns) %}
    select
        {%- for name, type in columns %}
        cast(null as {{ type }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    where 1 = 0
{% endmacro %}

{% macro typed_values(columns, rows) %}
    {#- Rows of SQL literals under typed columns, [(name, type)]; without one, none. -#}
    {%- if not rows -%}{{ return(ml_monitor.no_rows(columns)) }}{%- endif -%}
    select
        {%- for name, type in columns %}
        cast({{ name }} as {{ type }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from (
        values
        {%- for row in rows %}
        ({{ row | join(', ') }}){{ ',' if not loop.last }}
        {%- endfor %}
    ) as literals({{ columns | map(attribute=0) | join(', ') }})
{% endmacro %}
