{%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}
{%- set unit = ml_monitor.drift_lesson_unit() -%}
{%- set grain = ['monitor', 'reference_version'] + unit[2:] -%}
{%- set shares = ml_monitor._share_channels().keys() | list -%}
{{ ml_monitor.once_a_run_config(grain, ml_monitor.numbers_header()) }}

with {{ ml_monitor.measured_drift() }},

teaching_numbers as (
    select
        numbers.*,
        greatest(0, avg(population_stability_index - noise_floor) over (partition by {{ unit | join(', ') }})) as between_variance
    from numbers
    where teaches
),

lessons as (
    {{ ml_monitor.learned_sums(unit, shares, ml_monitor.drift_lesson_sums(), ['between_variance']) }}
),

final as (
    select
        {%- for column in grain %}
        cast({{ column }} as {{ text }}) as {{ column }},
        {%- endfor %}
        cast(windows as bigint) as windows,
        cast(between_variance as {{ double }}) as between_variance,
        {%- for name in ml_monitor.all_sums(shares, ml_monitor.drift_lesson_sums()) %}
        cast({{ name }} as {{ double }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from lessons
)

select * from final
