{% macro lessons(numbers, unit, shares, sums={}, constants=[]) %}
    {#- CTEs lessons and own_lessons, see `learned_sums` and `own_lessons`. -#}
    lessons as (
        {{ ml_monitor.learned_sums(unit, shares, sums, constants) }}
    ),

    {{ ml_monitor.own_lessons(numbers, unit, shares, sums, constants) }}
{%- endmacro %}

{% macro learned_sums(unit, shares, sums={}, constants=[]) -%}
    {#- Rows of what the reference's windows teach, one per unit: reads the CTE teaching_numbers, the rows of numbers that teach (and the columns `constants`, which are the same in a unit).
        windows: how many teach; the sums over those of `sums` ({name: expression}); for each of `shares`, whose rise on the arcsine scale is a column <share>_rise, <share>_sum and <share>_squares, the sums of
        the rises and of their squares, and sum_share_variance, of the variance that chance gives them. -#}
    select
            {%- for column in unit %}
            {{ column ~ (' as reference_version' if column == 'model_version') }},
            {%- endfor %}
            {%- for column in constants %}
            max({{ column }}) as {{ column }},
            {%- endfor %}
            {%- for name, expression in ml_monitor.all_sums(shares, sums).items() %}
            sum({{ expression }}) as {{ name }},
            {%- endfor %}
            count(*) as windows
        from teaching_numbers
        group by {{ unit | join(', ') }}
{%- endmacro %}

{% macro lesson_grain(unit) %}
    {#- The columns of `unit` as those of lessons are called. -#}
    {{ return(['monitor', 'reference_version'] + unit[2:]) }}
{% endmacro %}

{% macro stored_lessons(unit, shares, sums={}, constants=[]) %}
    {#- CTEs that end in final: the rows of `learned_sums` as they are stored. -#}
    {%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}
    lessons as (
        {{ ml_monitor.learned_sums(unit, shares, sums, constants) }}
    ),

    final as (
        select
            {%- for column in ml_monitor.lesson_grain(unit) %}
            cast({{ column }} as {{ text }}) as {{ column }},
            {%- endfor %}
            cast(windows as bigint) as windows
            {%- for name in constants + (ml_monitor.all_sums(shares, sums) | list) %},
            cast({{ name }} as {{ double }}) as {{ name }}
            {%- endfor %}
        from lessons
    )
{%- endmacro %}

{% macro own_lessons(numbers, unit, shares, sums={}, constants=[]) %}
    {#- CTE own_lessons: the rows of the CTE `numbers` with the columns of the CTE lessons, which has the rows of `learned_sums`.
        A window of the reference itself teaches the others, not itself: its own part is taken off. -#}
    own_lessons as (
        select
            {{ numbers }}.*,
            {%- for column in constants %}
            {{ column }},
            {%- endfor %}
            {%- for name, expression in ml_monitor.all_sums(shares, sums).items() %}
            {{ name }} - case when teaches then {{ expression }} else 0 end as {{ name }},
            {%- endfor %}
            coalesce(windows, 0) - case when teaches then 1 else 0 end as windows
            {{- ml_monitor.computed_once('own_lessons') }}
        from {{ numbers }}
        left join lessons
            on lessons.monitor = {{ numbers }}.monitor
            {%- for column in unit if column != 'monitor' %}
            {%- set column = 'reference_version' if column == 'model_version' else column %}
            and lessons.{{ column }} = {{ numbers }}.{{ column }}
            {%- endfor %}
    )
{%- endmacro %}

{% macro all_sums(shares, sums={}) %}
    {#- {name: what is summed}: `sums`, and those of `learned_sums` for shares. -#}
    {%- set all_sums = dict(sums, sum_share_variance='share_variance') -%}
    {%- for share in shares -%}
        {%- do all_sums.update({share ~ '_sum': 'coalesce(' ~ share ~ '_rise, 0)', share ~ '_squares': 'coalesce(' ~ ml_monitor.square(share ~ '_rise') ~ ', 0)'}) -%}
    {%- endfor -%}
    {{ return(all_sums) }}
{% endmacro %}
