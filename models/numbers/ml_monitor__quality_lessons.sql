{%- set unit = ml_monitor.quality_lesson_unit() -%}
{%- set shares = ml_monitor.quality_rates().keys() | list -%}
{{ ml_monitor.once_a_run_config(ml_monitor.lesson_grain(unit), ml_monitor.numbers_header()) }}

with {{ ml_monitor.measured_quality() }},

teaching_numbers as (
    select * from numbers
    where teaches
),

{{ ml_monitor.stored_lessons(unit, shares) }}

select * from final
