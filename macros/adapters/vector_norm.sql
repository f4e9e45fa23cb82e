{% macro vector_norm(expression) %}
    {#- The Euclidean norm of an array of numbers, 0 of an empty one; NaN where one of them is missing or no number. -#}
    {{ return(adapter.dispatch('vector_norm', 'ml_monitor')(expression)) }}
{% endmacro %}

{% macro default__vector_norm(expression) -%}
    {%- set vector = 'cast(' ~ expression ~ ' as double[])' -%}
    case
            when {{ expression }} is null then null
            when list_count({{ vector }}) < len({{ vector }}) then cast('NaN' as double)
            else sqrt(coalesce(list_sum([element * element for element in {{ vector }}]), 0))
        end
{%- endmacro %}

{% macro postgres__vector_norm(expression) -%}
    case when {{ expression }} is not null then (
            select
                case
                    when count(*) > count(case when abs(element) <= {{ ml_monitor.largest_number() }} then 1 end) then cast('NaN' as double precision)
                    else sqrt(coalesce(sum({{ ml_monitor.square('element') }}), 0))
                end
            from (select cast(elements as double precision) as element from unnest({{ expression }}) as elements) as vector
        ) end
{%- endmacro %}
