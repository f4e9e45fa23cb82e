{% macro _segment_text(declared, column, grid) -%}
    {#- The value of a segment's column as text. A numeric feature of more than 20 values is cut at the reference's deciles once the grid is fitted: '03: from 12.5 to 20'.
        A column of more than `segment_values` values keeps the most frequent of the reference, the others are (other); and so is what the reference never had in a window that is crowded with it (`mark_crowded_windows`). -#}
    {%- set bands = ml_monitor._bands(declared, column.name, grid) -%}
    {%- set values = grid.segment_values.get(column.name) if grid else none -%}
    {%- set crowded = grid.crowded.get(column.name) if grid and grid.crowded else none -%}
    {%- if bands | length < 2 and values and (values.is_cut or crowded) -%}
        {%- set value = ml_monitor.class_text(column) -%}
        case
            when {{ value }} in ({{ ml_monitor.text_literals(values.kept) }}) then {{ value }}
            when {{ value }} is not null {{ 'and ' ~ crowded if not values.is_cut }} then '(other)'
            {%- if not values.is_cut %}
            else {{ value }}
            {%- endif %}
        end
    {%- elif bands | length < 2 -%}
        {{ ml_monitor.class_text(column) }}
    {%- else -%}
        {%- set number = ml_monitor._as_double(column, ml_monitor.type_double()) %}
        case
            when {{ number }} is null then null
            when not abs({{ number }}) <= {{ ml_monitor.largest_number() }} then '(not a number)'
            {%- for band in bands if band.to %}
            when {{ number }} < {{ ml_monitor.number_literal(band.to) }} then '{{ band.name }}'
            {%- endfor %}
            else '{{ bands[-1].name }}'
        end
    {%- endif -%}
{%- endmacro %}

{% macro _bands(declared, name, grid) %}
    {#- [{'name', 'to': the number, as text, that the band ends before; none in the last}]; empty where the column is no numeric feature, has few values, or is not fitted yet. -#}
    {%- set bands = [] -%}
    {%- set feature = grid.features.get(name) if grid else none -%}
    {%- if not feature or not ml_monitor._is_banded(declared, name, grid.cardinalities) -%}{{ return(bands) }}{%- endif -%}
    {#- below and above the reference's range belong to its first and last decile -#}
    {%- set edges = feature.coarse_edges | selectattr('is_common') | map(attribute='at') | list -%}
    {%- for edge in edges -%}
        {%- set after = edges[loop.index] if not loop.last else none -%}
        {%- set parts = [] -%}
        {%- if not loop.first -%}{%- do parts.append('from ' ~ '%g' % (edge | float)) -%}{%- endif -%}
        {%- if after is not none -%}{%- do parts.append(('below ' if loop.first else 'to ') ~ '%g' % (after | float)) -%}{%- endif -%}
        {%- do bands.append({'name': '%02d: ' % loop.index ~ parts | join(' '), 'to': after}) -%}
    {%- endfor -%}
    {{ return(bands) }}
{% endmacro %}
