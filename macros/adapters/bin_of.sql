{% macro bin_of(expression, edges) %}
    {#- The bin of a number, as an integer: NULL for NULL, -2 for what is not a number. `edges` as `_read_grid` gives them; below the second edge is the first bin.
        A tree of comparisons whose leaves are a constant, or one multiplication: x * slope + intercept, rounded. -#}
    {{ return(adapter.dispatch('bin_of', 'ml_monitor')(expression, edges)) }}
{% endmacro %}

{% macro default__bin_of(expression, edges) -%}
    {%- set common = namespace(first=edges | length, after_last=0) -%}
    {%- for edge in edges if edge.is_common -%}
        {%- if loop.first -%}{%- set common.first = edges.index(edge) -%}{%- endif -%}
        {%- if loop.last -%}{%- set common.after_last = edges.index(edge) + 1 -%}{%- endif -%}
    {%- endfor -%}
    cast({{ ml_monitor._bin_tree(expression, edges, 0, edges | length, common.first, common.after_last) }} as smallint)
{%- endmacro %}

{% macro _bin_tree(expression, edges, first, after_last, first_common, after_common) -%}
    {#- The tree halves the edges that rows are common between: bins beyond the reference's extremes hold few and may lie deep in it. -#}
    {%- if after_last - first == 1 -%}
        {%- set edge = edges[first] -%}
        {%- set bin = ml_monitor._bin_in_piece(expression, edge) if edge.scale and edge.scale | float > 0 else edge.bin -%}
        {%- if after_last == edges | length and first == 0 -%}
            case when abs({{ expression }}) <= {{ ml_monitor.largest_number() }} then {{ bin }} when abs({{ expression }}) > {{ ml_monitor.largest_number() }} then -2 end
        {%- elif after_last == edges | length -%}
            case when {{ expression }} <= {{ ml_monitor.largest_number() }} then {{ bin }} when {{ expression }} > {{ ml_monitor.largest_number() }} then -2 end
        {%- elif first == 0 -%}
            case when {{ expression }} < -{{ ml_monitor.largest_number() }} then -2 else {{ bin }} end
        {%- else -%}
            {{ bin }}
        {%- endif -%}
    {%- else -%}
        {%- set low, high = [first, first_common] | max, [after_last, after_common] | min -%}
        {%- if high - low > 1 -%}{%- set middle = (low + high) // 2 -%}
        {%- elif high - low == 1 -%}{%- set middle = low if low > first else high -%}
        {%- else -%}{%- set middle = (first + after_last) // 2 -%}{%- endif -%}
        case when {{ expression }} < {{ ml_monitor.number_literal(edges[middle].at) }} then {{ ml_monitor._bin_tree(expression, edges, first, middle, first_common, after_common) }} else {{ ml_monitor._bin_tree(expression, edges, middle, after_last, first_common, after_common) }} end
    {%- endif -%}
{%- endmacro %}

{% macro _bin_in_piece(expression, edge) -%}
    {#- Rounding x * slope + (bin - lower * slope - 1/2) to the nearest integer is the floor of (x - lower) * slope + bin, for two operations less.
        The margin, far below the width of a bin, keeps an edge itself in the bin that it opens whatever was rounded. -#}
    {%- set offset = (edge.lower | float) * (edge.scale | float) -%}
    {%- set margin = 1e-9 + (offset | abs) * 1e-15 -%}
    {{ expression }} * {{ ml_monitor.number_literal(edge.scale) }} + ({{ ml_monitor.number_literal((edge.bin - offset - 0.5 + margin) | string) }})
{%- endmacro %}

{% macro number_literal(text) -%}
    {#- With an exponent a literal is read as a double, not as a decimal that is rounded again. -#}
    {{ text if 'e' in text or 'E' in text else text ~ 'e0' }}
{%- endmacro %}
