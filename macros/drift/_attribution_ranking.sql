{% macro _attribution_ranking() %}
    {#- CTE attribution_rankings: one row per unit, version, segment and baseline of a monitor that declares attributions: how far the features' order by mean absolute attribution keeps to the baseline's.
        normalized_discounted_cumulative_gain: the baseline's means, discounted by the logarithm of the place that the window gives a feature, as a part of what their own order would give.
        order_deviate: of any two features that have changed places, how many standard errors their means lie apart in the window, all four means taken for uncertain; the greatest. 0 where none has.
        The sum of absolute values is exact in a bin on one side of 0; in one around it the values are taken to lie evenly. Follows placed_counts. -#}
    {%- set unit = 'window_key, model_version, segment, segment_value, baseline' -%}
    attribution_sums as (
        select
            subjects.window_key, subjects.model_version, subjects.segment, subjects.segment_value, subjects.baseline, subjects.feature,
            sum(placed_counts.n) as n,
            sum(placed_counts.reference_n) as reference_n
            {%- for side in ['', 'reference_'] %},
            sum(case when bin >= 0 then {{ side }}n end) as {{ side }}number_n,
            sum({{ ml_monitor._absolute_sum(side) }}) as {{ side }}absolute_sum,
            sum(case when bin >= 0 then {{ side }}sum_squared_value + 2 * {{ ml_monitor.product('center', side ~ 'sum_value') }} + {{ side }}n * {{ ml_monitor.square('center') }} end) as {{ side }}squared_sum
            {%- endfor %}
        from placed_counts
        inner join subjects on subjects.subject = placed_counts.subject
        where subjects.feature like '!_!_attribution!_!_%' escape '!'
        group by subjects.window_key, subjects.model_version, subjects.segment, subjects.segment_value, subjects.baseline, subjects.feature
    ),

    attribution_means as (
        select
            {{ unit }}, feature, n, reference_n, number_n, reference_number_n,
            absolute_sum / nullif(number_n, 0) as mean,
            reference_absolute_sum / nullif(reference_number_n, 0) as reference_mean,
            {{ ml_monitor._variance_of_mean('') }} + {{ ml_monitor._variance_of_mean('reference_') }} as variance
        from attribution_sums
        where reference_number_n > 0
    ),

    attribution_places as (
        select
            attribution_means.*,
            cast(row_number() over (partition by {{ unit }} order by coalesce(mean, -1) desc, reference_mean, feature) as {{ ml_monitor.type_double() }}) as place,
            cast(row_number() over (partition by {{ unit }} order by reference_mean desc, feature) as {{ ml_monitor.type_double() }}) as reference_place,
            min(mean) over before as least_mean_before,
            max(variance) over before as greatest_variance_before
        from attribution_means
        window before as (partition by {{ unit }} order by reference_mean desc, feature rows between unbounded preceding and 1 preceding)
    ),

    attribution_rankings as (
        select
            {{ unit }},
            max(n) as n,
            max(reference_n) as reference_n,
            case when sum(number_n) > 0 then sum(reference_mean / ln(place + 1)) / nullif(sum(reference_mean / ln(reference_place + 1)), 0) end as normalized_discounted_cumulative_gain,
            -- what does not vary at all lies a billionth apart, not infinitely
            coalesce(max(case when mean > least_mean_before then
                (mean - least_mean_before) / (sqrt(variance + greatest_variance_before) + 1e-9 * (mean + least_mean_before))
            end), 0) as order_deviate
        from attribution_places
        group by {{ unit }}
    )
{%- endmacro %}

{% macro _absolute_sum(side) -%}
    {#- The sum of a bin's absolute values on one side. -#}
    {%- set total = '(' ~ side ~ 'sum_value + ' ~ side ~ 'n * center)' -%}
    {%- set lowest, highest = 'coalesce(' ~ side ~ 'minimum, lower_edge)', 'coalesce(' ~ side ~ 'maximum, upper_edge)' -%}
    case
                when bin < 0 then 0
                when {{ lowest }} >= 0 then {{ total }}
                when {{ highest }} <= 0 then -{{ total }}
                when {{ lowest }} < 0 and {{ highest }} > 0
                    then greatest(abs({{ total }}), {{ side }}n * ({{ ml_monitor.square(lowest) }} + {{ ml_monitor.square(highest) }}) / (2 * ({{ highest }} - {{ lowest }})))
                else abs({{ total }})
            end
{%- endmacro %}

{% macro _variance_of_mean(side) -%}
    (greatest(0, {{ side }}squared_sum / nullif({{ side }}number_n, 0) - {{ ml_monitor.square('(' ~ side ~ 'absolute_sum / nullif(' ~ side ~ 'number_n, 0))') }}) / nullif({{ side }}number_n, 0))
{%- endmacro %}
