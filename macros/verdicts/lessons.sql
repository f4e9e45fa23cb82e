{% macro lessons(numbers, unit, shares, sums={}, constants=[]) %}
    {#- CTEs lessons and own_lessons. Reads the CTE teaching_numbers, the rows of `numbers` that teach (and the columns `constants`, which are the same in a unit).
        own_lessons: the rows of `numbers` with windows, how many windows of their reference teach, the sums over those of `sums` ({name: expression}), and for each of `shares`, whose rise on the arcsine scale is a
        column <share>_rise, <share>_sum and <share>_squares, the sums of the rises and of their squares, and sum_share_variance, of the variance that chance gives them.
        A window of the reference itself teaches the others, not itself: its own part is taken off. -#}
    {%- set sums = dict(sums, sum_share_variance='share_variance') -%}
    {%- for share in shares -%}
        {%- do sums.update({share ~ '_sum': 'coalesce(' ~ share ~ '_rise, 0)', share ~ '_squares': 'coalesce(' ~ ml_monitor.square(share ~ '_rise') ~ ', 0)'}) -%}
    {%- endfor -%}
    lessons as (
        select
            {%- for column in unit %}
            {{ column ~ (' as reference_version' if column == 'model_version') }},
            {%- endfor %}
            {%- for column in constants %}
            max({{ column }}) as {{ column }},
            {%- endfor %}
            {%- for name, expression in sums.items() %}
            sum({{ expression }}) as {{ name }},
            {%- endfor %}
            count(*) as windows
        from teaching_numbers
        group by {{ unit | join(', ') }}
    ),

    own_lessons as (
        select
            {{ numbers }}.*,
            {%- for column in constants %}
            {{ column }},
            {%- endfor %}
            {%- for name, expression in sums.items() %}
            {{ name }} - case when teaches then {{ expression }} else 0 end as {{ name }},
            {%- endfor %}
            coalesce(windows, 0) - case when teaches then 1 else 0 end as windows
        from {{ numbers }}
        left join lessons
            on lessons.monitor = {{ numbers }}.monitor
            {%- for column in unit if column != 'monitor' %}
            {%- set column = 'reference_version' if column == 'model_version' else column %}
            and lessons.{{ column }} = {{ numbers }}.{{ column }}
            {%- endfor %}
    )
{%- endmacro %}
