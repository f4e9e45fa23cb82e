{% macro label_ages(monitor=none) %}
    {#- CTEs that end in label_delays (one row per window, version and 'all', predicted class and delay), expected_shares (monitor, age_hours: share of predictions that are labelled by that age)
        and ripe_shares (monitor: the share that is labelled in the end, and the age from which nine tenths of it are due).
        An age is the time that has passed for every prediction of a window: whole days, in hourly windows below two days whole hours.
        The clock is the newest prediction or label that has been seen, not the wall's.
        Expected is what the reference's windows had, or, where the reference is a relation of its own, all windows; a window that has not reached an age says nothing of it and something of the
        ages before (Kaplan and Meier, 1958). Of all monitors, or of one, whose own node then reads no other's. -#}
    {%- set double = ml_monitor.type_double() -%}
    {%- set keys = 'monitor, window_key, window_start, window_end' -%}
    {%- set hourly = ml_monitor.hourly_delays() -%}
    {%- set whole_days = '24 * floor(' ~ ml_monitor.hours_between('window_end', 'newest') ~ ' / 24)' -%}
    label_moments as (
        {%- if monitor %}
        {{ ml_monitor.label_moments(monitor) }}
        {%- else %}
        select * from {{ ref('ml_monitor', 'ml_monitor__label_moments') }}
        {%- endif %}
    ),

    dated_moments as (
        select
            label_moments.*,
            greatest(
                max(watermark) over (partition by monitor),
                max(label_watermark) over (partition by monitor),
                max(case when part = 'delay' and bin >= 0 then {{ dbt.dateadd('hour', 'bin * case when is_hourly then 1 else 24 end', 'window_start') }} end) over (partition by monitor),
                max(case when n > 0 then window_start end) over (partition by monitor)
            ) as newest
        from label_moments
    ),

    -- known_hours: the age at which all labels of the row are known, however late in its bin; a label without a time counts from the first moment on
    aged_delays as (
        select
            monitor, window_key, window_start, window_end, model_version, has_version, predicted,
            coalesce(window_start >= reference_from and window_start < reference_to, reference_from is null) as is_baseline,
            reference_from is not null as has_period,
            cast(n as {{ double }}) as n,
            bin as delay_code,
            case when bin >= 0 then bin * case when is_hourly then 1 else 24 end when bin <> {{ ml_monitor.delay_codes().unlabelled }} then 0 end as delay_hours,
            case
                when bin >= 0 then case when not is_hourly then 24 * (bin + 1) when bin < {{ hourly }} then bin + 1 else bin + 24 end
                when bin <> {{ ml_monitor.delay_codes().unlabelled }} then 0
            end as known_hours,
            cast(greatest(case when is_hourly and {{ ml_monitor.hours_between('window_end', 'newest') }} < {{ hourly }} then floor({{ ml_monitor.hours_between('window_end', 'newest') }}) else {{ whole_days }} end, 0) as bigint) as age_hours
        from dated_moments
        where part = 'delay' and n > 0
    ),

    label_delays as (
        select {{ keys }}, model_version, predicted, is_baseline, has_period, n, delay_code, delay_hours, known_hours, age_hours
        from aged_delays
        union all
        select {{ keys }}, 'all', predicted, is_baseline, has_period, sum(n), delay_code, delay_hours, known_hours, age_hours
        from aged_delays
        where has_version
        group by {{ keys }}, predicted, is_baseline, has_period, delay_code, delay_hours, known_hours, age_hours
    ),

    ages as (
        select age_hours from (values {% for age in ml_monitor._age_hours() %}({{ age }}){{ ', ' if not loop.last }}{% endfor %}) as listed(age_hours)
    ),

    -- a prediction leaves when its label becomes known, or when its window has grown no older
    leavings as (
        select monitor, least(known, age) as age_hours, sum(case when known <= age then n else 0 end) as labelled, sum(n) as n
        from (
            select monitor, {{ ml_monitor.listed_age('age_hours') }} as age, {{ ml_monitor.listed_age('known_hours', upwards=true) }} as known, n
            from label_delays
            where is_baseline and model_version = 'all'
        ) as listed
        group by monitor, least(known, age)
        union all
        select baselines.monitor, ages.age_hours, 0, 0
        from (select distinct monitor from label_delays where is_baseline) as baselines
        cross join ages
    ),

    left_at_ages as (
        select monitor, age_hours, sum(labelled) as labelled, sum(sum(n)) over (partition by monitor order by age_hours desc rows unbounded preceding) as still_there
        from leavings
        group by monitor, age_hours
    ),

    expected_shares as (
        -- beyond the age that the reference has reached, what it had last
        select
            monitor,
            age_hours,
            1 - case
                when max(case when labelled > 0 and labelled >= still_there then 1 else 0 end) over (partition by monitor order by age_hours rows unbounded preceding) = 1 then 0
                else exp(sum(case when labelled > 0 and labelled < still_there then ln(1 - labelled / still_there) else 0 end) over (partition by monitor order by age_hours rows unbounded preceding))
            end as expected_share
        from left_at_ages
    ),

    ripe_shares as (
        select monitor, max(ripe_share) as ripe_share, min(case when expected_share >= 0.9 * ripe_share then age_hours end) as ripe_hours
        from (select expected_shares.*, max(expected_share) over (partition by monitor) as ripe_share from expected_shares) as shares
        group by monitor
    )
{%- endmacro %}

{% macro _listed_days() %}
    {#- The days beyond 90 whose shares are kept. -#}
    {{ return([120, 180, 270, 365]) }}
{% endmacro %}

{% macro _age_hours() %}
    {#- The ages that shares are kept of, in hours. -#}
    {%- set ages = range(ml_monitor.hourly_delays()) | list -%}
    {%- for day in range(2, 91) | list + ml_monitor._listed_days() -%}{%- do ages.append(24 * day) -%}{%- endfor -%}
    {{ return(ages) }}
{% endmacro %}

{% macro listed_age(hours, upwards=false) -%}
    {#- The listed age that is reached at so many hours, or, upwards, that first includes them (NULL: none does). -#}
    {%- set days = [90] + ml_monitor._listed_days() -%}
    case
            {%- if upwards %}
                {%- for day in days %}
                when {{ hours }} <= {{ 24 * day }} then {{ hours if loop.first else 24 * day }}
                {%- endfor %}
            {%- else %}
                {%- for day in days[1:] | reverse %}
                when {{ hours }} >= {{ 24 * day }} then {{ 24 * day }}
                {%- endfor %}
                when {{ hours }} >= {{ 24 * 90 }} then {{ 24 * 90 }}
                else {{ hours }}
            {%- endif %}
            end
{%- endmacro %}
