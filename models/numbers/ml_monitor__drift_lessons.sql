{%- set unit = ml_monitor.drift_lesson_unit() -%}
{%- set shares = ml_monitor._share_channels().keys() | list -%}
{{ ml_monitor.once_a_run_config(ml_monitor.lesson_grain(unit), ml_monitor.numbers_header()) }}

with {{ ml_monitor.measured_drift() }},

teaching_numbers as (
    select
        numbers.*,
        greatest(0, avg(population_stability_index - noise_floor) over (partition by {{ unit | join(', ') }})) as between_variance
    from numbers
    where teaches
),

{{ ml_monitor.stored_lessons(unit, shares, ml_monitor.drift_lesson_sums(), ['between_variance']) }}

select * from final
