{% macro _share_channels() %}
    {#- {metric: the count it is a share of}: the shares that are judged on the arcsine scale. -#}
    {{ return({'null_rate_difference': 'null_n', 'unseen_rate': 'unseen_n', 'tail_rate_difference': 'tail_n'}) }}
{% endmacro %}

{% macro drift_lesson_sums() %}
    {#- {name: what is summed over the windows that teach} of ml_monitor__drift_lessons, beside what `learned_sums` adds for shares. -#}
    {%- set ratio, disorder = ml_monitor._index_ratio(), '(1 - normalized_discounted_cumulative_gain)' -%}
    {{ return({'sum_ratio': 'sqrt(' ~ ratio ~ ')', 'sum_squared_ratio': ratio, 'sum_disorder': disorder, 'sum_squared_disorder': ml_monitor.square(disorder)}) }}
{% endmacro %}

{% macro drift_lesson_unit() %}
    {#- What the windows of a reference are alike in, as columns of the numbers of drift. -#}
    {{ return(['monitor', 'model_version', 'segment', 'segment_value', 'feature', 'baseline']) }}
{% endmacro %}

{% macro _learned_drift(numbers) %}
    {#- CTEs that end in learned_numbers: the rows of `numbers` with what the windows of their reference vary by, each of those held out of the reference it is compared with. Reads the CTE lessons, the rows of ml_monitor__drift_lessons.
        windows: how many teach; between_variance: of the population stability index, their mean excess over chance; mean_ratio and ratio_deviation: mean and, for one more window, standard deviation of
        sqrt(index / what chance and that variance let expect), which is about 1 whatever a window's rows, NULL where windows are too few; <share>_error: standard error of each share's rise.
        mean_disorder and disorder_deviation: likewise, of 1 - the normalized discounted cumulative gain of attributions.
        A window of the reference itself teaches the others, not itself: its own part is taken off the sums. -#}
    {{ ml_monitor.own_lessons(numbers, ml_monitor.drift_lesson_unit(), ml_monitor._share_channels().keys() | list, ml_monitor.drift_lesson_sums(), ['between_variance']) }},

    learned_numbers as (
        select
            own_lessons.*
            {%- for sum, mean, deviation in [('ratio', 'mean_ratio', 'ratio_deviation'), ('disorder', 'mean_disorder', 'disorder_deviation')] %},
            case when windows >= {{ ml_monitor.fewest_windows() }} then sum_{{ sum }} / windows end as {{ mean }},
            case when windows >= {{ ml_monitor.fewest_windows() }} then
                sqrt(greatest(0, (sum_squared_{{ sum }} - {{ ml_monitor.square('sum_' ~ sum) }} / windows) / (windows - 1)) * (1 + 1e0 / windows))
            end as {{ deviation }}
            {%- endfor %}
            {%- for metric in ml_monitor._share_channels() %},
            {{ ml_monitor.share_error(metric) }} as {{ metric }}_error
            {%- endfor %}
            {{- ml_monitor.computed_once('learned_numbers') }}
        from own_lessons
    )
{%- endmacro %}

{% macro _index_ratio() -%}
    (population_stability_index / nullif(noise_floor + between_variance, 0))
{%- endmacro %}

{% macro _alert_deviations() -%}
    {#- How many deviations beyond the mean of the reference's windows an alert is. Held against its own season what is left of a feature's movement is near a normal's, of which sqrt(index) is the absolute value,
        with a mean of 0.8 and a deviation of 0.6: as many as make z_limit. In a reference of all seasons windows of one season lie together, which widens the deviation, yet how far out they lie
        falls off more slowly than the normal's tail: there they grow with the square of the deviate. -#}
    case when baseline = 'season' then greatest(5, (z_limit - 0.8e0) / 0.6e0) else greatest(4, {{ ml_monitor.square('z_limit') }} / 3.5e0) end
{%- endmacro %}

{% macro _learned_index(deviations) -%}
    {#- The population stability index that a window of these rows reaches so many deviations beyond the mean of the reference's windows. -#}
    ((noise_floor + between_variance) * {{ ml_monitor.square('(mean_ratio + ' ~ deviations ~ ' * ratio_deviation)') }})
{%- endmacro %}
