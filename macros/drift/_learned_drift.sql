{% macro _share_channels() %}
    {#- {metric: the count it is a share of}: the shares that are judged on the arcsine scale. -#}
    {{ return({'null_rate_difference': 'null_n', 'unseen_rate': 'unseen_n', 'tail_rate_difference': 'tail_n'}) }}
{% endmacro %}

{% macro _learned_drift(numbers) %}
    {#- CTEs that end in learned_numbers: the rows of `numbers` with what the windows of their reference vary by, each of those held out of the reference it is compared with.
        windows: how many teach; between_variance: of the population stability index, their mean excess over chance; mean_ratio and ratio_deviation: mean and, for one more window, standard deviation of
        sqrt(index / what chance and that variance let expect), which is about 1 whatever a window's rows, NULL where windows are too few; <share>_error: standard error of each share's rise.
        mean_disorder and disorder_deviation: likewise, of 1 - the normalized discounted cumulative gain of attributions, where any are declared.
        A window of the reference itself teaches the others, not itself: its own part is taken off the sums. -#}
    {%- set unit = ['monitor', 'model_version', 'segment', 'segment_value', 'feature', 'baseline'] -%}
    {%- set sums = {'sum_ratio': 'sqrt(' ~ ml_monitor._index_ratio() ~ ')', 'sum_squared_ratio': ml_monitor._index_ratio()} -%}
    {%- if ml_monitor.with_attributions() -%}
        {%- set disorder = '(1 - normalized_discounted_cumulative_gain)' -%}
        {%- do sums.update({'sum_disorder': disorder, 'sum_squared_disorder': ml_monitor.square(disorder)}) -%}
    {%- endif -%}
    {%- set double = ml_monitor.type_double() -%}
    teaching_numbers as (
        select
            {{ numbers }}.*,
            greatest(0, avg(population_stability_index - noise_floor) over (partition by {{ unit | join(', ') }})) as between_variance
        from {{ numbers }}
        where teaches
    ),

    {{ ml_monitor.lessons(numbers, unit, ml_monitor._share_channels().keys() | list, sums, ['between_variance']) }},

    learned_numbers as {{ ml_monitor.planned_apart() }}(
        select
            own_lessons.*,
            case when windows >= {{ ml_monitor.fewest_windows() }} then sum_ratio / windows end as mean_ratio,
            case when windows >= {{ ml_monitor.fewest_windows() }} then
                sqrt(greatest(0, (sum_squared_ratio - {{ ml_monitor.square('sum_ratio') }} / windows) / (windows - 1)) * (1 + 1e0 / windows))
            end as ratio_deviation,
            {%- if ml_monitor.with_attributions() %}
            case when windows >= {{ ml_monitor.fewest_windows() }} then sum_disorder / windows end as mean_disorder,
            case when windows >= {{ ml_monitor.fewest_windows() }} then
                sqrt(greatest(0, (sum_squared_disorder - {{ ml_monitor.square('sum_disorder') }} / windows) / (windows - 1)) * (1 + 1e0 / windows))
            end as disorder_deviation
            {%- else %}
            cast(null as {{ double }}) as mean_disorder,
            cast(null as {{ double }}) as disorder_deviation
            {%- endif %}
            {%- for metric in ml_monitor._share_channels() %},
            {{ ml_monitor.share_error(metric) }} as {{ metric }}_error
            {%- endfor %}
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
