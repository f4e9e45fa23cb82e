{%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}
{%- set unit = ml_monitor.quality_lesson_unit() -%}
{%- set grain = ['monitor', 'reference_version'] + unit[2:] -%}
{%- set shares = ml_monitor.quality_rates().keys() | list -%}
{{ ml_monitor.once_a_run_config(grain, ml_monitor.numbers_header()) }}

with {{ ml_monitor.measured_quality() }},

teaching_numbers as (
    select * from numbers
    where teaches
),

lessons as (
    {{ ml_monitor.learned_sums(unit, shares) }}
),

final as (
    select
        {%- for column in grain %}
        cast({{ column }} as {{ text }}) as {{ column }},
        {%- endfor %}
        cast(windows as bigint) as windows,
        {%- for name in ml_monitor.all_sums(shares) %}
        cast({{ name }} as {{ double }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from lessons
)

select * from final
