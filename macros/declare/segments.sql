{% macro segment_sizes(declared, cardinalities) %}
    {#- {segment column: how many values it is counted by}: bands where a number is cut, else its values, or those that are kept and (other). -#}
    {%- set limits = ml_monitor.segment_limits() -%}
    {%- set sizes = {} -%}
    {%- for column in ml_monitor._segment_columns(declared) -%}
        {%- set values = cardinalities.get(column, 0) -%}
        {%- do sizes.update({column: limits.bands if ml_monitor._is_banded(declared, column, cardinalities) else [1, [values, declared.segment_values + 1] | min] | max}) -%}
    {%- endfor -%}
    {{ return(sizes) }}
{% endmacro %}

{% macro check_segment_budget(declared, cardinalities) %}
    {#- Raises an error where the declared segments would make more values than a profile should hold; before anything is profiled. -#}
    {%- set limits = ml_monitor.segment_limits() -%}
    {%- set sizes = ml_monitor.segment_sizes(declared, cardinalities) -%}
    {%- set mistakes, all = [], namespace(values=0) -%}
    {%- for segment in declared.segments -%}
        {%- set product, factors = namespace(values=1), [] -%}
        {%- for column in segment -%}
            {%- set product.values = product.values * sizes[column] -%}
            {%- do factors.append(column ~ ': ' ~ sizes[column]) -%}
        {%- endfor -%}
        {%- set all.values = all.values + product.values -%}
        {%- if product.values > limits.of_combination -%}
            {%- do mistakes.append("segments: '" ~ segment | join('*') ~ "' makes about " ~ '{:,}'.format(product.values) ~ " segments (" ~ factors | join(', ') ~ "), at most " ~ '{:,}'.format(limits.of_combination)
                ~ " are allowed; lower segment_values, which is " ~ declared.segment_values ~ ", or take a column out") -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if all.values > limits.together and not mistakes -%}
        {%- do mistakes.append("segments: together they make about " ~ '{:,}'.format(all.values) ~ " segments, at most " ~ '{:,}'.format(limits.together) ~ " are allowed; lower segment_values, which is "
            ~ declared.segment_values ~ ", or take a segment out") -%}
    {%- endif -%}
    {%- if mistakes -%}
        {{ exceptions.raise_compiler_error("ml_monitor: monitor '" ~ declared.name ~ "' is declared wrongly (`monitor check` tells the same with line numbers):\n  - " ~ (mistakes | join('\n  - '))) }}
    {%- endif -%}
{% endmacro %}

{% macro segment_mistakes(declared) %}
    {#- [what is wrong with how segments are cut and searched for]. The block itself tells what is written down: a declaration has defaults. -#}
    {%- set mistakes = [] -%}
    {%- set written = ml_monitor.declarations().get(declared.name, {}) -%}
    {%- if declared.segment_values is not integer or declared.segment_values is boolean or declared.segment_values < 2 -%}
        {%- do mistakes.append("segment_values: is " ~ declared.segment_values ~ "; must be a whole number, at least 2") -%}
    {%- endif -%}
    {%- if written.get('find_segments') is not none and written.find_segments is not boolean -%}
        {%- do mistakes.append("find_segments: is '" ~ written.find_segments ~ "'; must be true or false") -%}
    {%- endif -%}
    {%- for key in ['segment_values', 'find_segments'] if written.get(key) and not declared.segments -%}
        {%- do mistakes.append(key ~ ": no segments are declared; name their columns under segments, or take it out") -%}
    {%- endfor -%}
    {%- if declared.find_segments and declared.reference.get('relation') -%}
        {%- do mistakes.append("find_segments: compares with the windows of the reference, and a relation of its own has none; give the reference from and to, or take it out") -%}
    {%- endif -%}
    {{ return(mistakes) }}
{% endmacro %}

{% macro with_segments(is_found=false) %}
    {#- The monitors that declare segments, or of those the ones whose segments are searched for. -#}
    {%- set monitors = [] -%}
    {%- for monitor in ml_monitor.declarations() -%}
        {%- set declared = ml_monitor.declaration(monitor) -%}
        {%- if declared.segments and (declared.find_segments or not is_found) -%}{%- do monitors.append(monitor) -%}{%- endif -%}
    {%- endfor -%}
    {{ return(monitors) }}
{% endmacro %}
