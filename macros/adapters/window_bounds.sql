{% macro window_start(grain, expression) %}
    {#- The start of the window that holds a UTC timestamp; a timestamp or a date, whichever the engine groups by fastest. -#}
    {{ return(adapter.dispatch('window_start', 'ml_monitor')(grain, expression)) }}
{% endmacro %}

{% macro default__window_start(grain, expression) -%}
    date_trunc('{{ grain }}', {{ expression }})
{%- endmacro %}

{% macro duckdb__window_start(grain, expression) -%}
    {%- if grain == 'day' -%}
        cast({{ expression }} as date)
    {%- else -%}
        date_trunc('{{ grain }}', {{ expression }})
    {%- endif -%}
{%- endmacro %}

{% macro window_end(grain, window_start) %}
    {#- The exclusive end of the window that begins at a timestamp. -#}
    {{ return(adapter.dispatch('window_end', 'ml_monitor')(grain, window_start)) }}
{% endmacro %}

{% macro default__window_end(grain, window_start) -%}
    cast({{ window_start }} + interval '1 {{ grain }}' as timestamp)
{%- endmacro %}
