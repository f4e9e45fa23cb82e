{% macro bin_of(expression, edges) %}
    {#- The bin of a number, as an integer: NULL for NULL, -2 for what is not a number. `edges` as `_read_grid` gives them; below the second edge is the first bin.
        A balanced tree of comparisons, four or five deep, with one multiplication at its leaves. -#}
    {{ return(adapter.dispatch('bin_of', 'ml_monitor')(expression, edges)) }}
{% endmacro %}

{% macro default__bin_of(expression, edges) -%}
    cast(floor({{ ml_monitor._bin_tree(expression, edges, 0, edges | length) }}) as smallint)
{%- endmacro %}

{% macro _bin_tree(expression, edges, first, after_last) -%}
    {%- if after_last - first == 1 -%}
        {%- set edge = edges[first] -%}
        {%- set bin = '(' ~ expression ~ ' - (' ~ ml_monitor.number_literal(edge.lower) ~ ')) * ' ~ ml_monitor.number_literal(edge.scale) ~ ' + ' ~ edge.bin if edge.scale and edge.scale | float > 0 else edge.bin -%}
        {%- if after_last == edges | length and first == 0 -%}
            case when abs({{ expression }}) <= 1e100 then {{ bin }} when abs({{ expression }}) > 1e100 then -2 end
        {%- elif after_last == edges | length -%}
            case when {{ expression }} <= 1e100 then {{ bin }} when {{ expression }} > 1e100 then -2 end
        {%- elif first == 0 -%}
            case when {{ expression }} < -1e100 then -2 else {{ bin }} end
        {%- else -%}
            {{ bin }}
        {%- endif -%}
    {%- else -%}
        {%- set middle = (first + after_last) // 2 -%}
        case when {{ expression }} < {{ ml_monitor.number_literal(edges[middle].at) }} then {{ ml_monitor._bin_tree(expression, edges, first, middle) }} else {{ ml_monitor._bin_tree(expression, edges, middle, after_last) }} end
    {%- endif -%}
{%- endmacro %}

{% macro number_literal(text) -%}
    {#- With an exponent a literal is read as a double, not as a decimal that is rounded again. -#}
    {{ text if 'e' in text or 'E' in text else text ~ 'e0' }}
{%- endmacro %}
