{% macro label_ages() %}
    {#- CTEs that end in window_ages (monitor, window_key, window_start, window_end, age_days: days that have passed for every prediction of the window)
        and expected_shares (monitor, age_days, expected_share: share of predictions that are labelled by that age).
        The clock is the newest prediction or label that has been seen, not the wall's. An age beyond 90 days is rounded down to 120, 180, 270 or 365.
        Expected is what the reference's windows had at that age, or, where the reference is a relation of its own, all windows old enough. -#}
    {%- set ages = range(91) | list + [120, 180, 270, 365] -%}
    {%- set columns = [
        ('window_key', ml_monitor.type_text()), ('window_start', 'timestamp'), ('window_end', 'timestamp'), ('model_version', ml_monitor.type_text()), ('part', ml_monitor.type_text()),
        ('bin', 'integer'), ('n', 'bigint'), ('watermark', 'timestamp'), ('label_watermark', 'timestamp'),
    ] -%}
    label_moments as (
        {{ ml_monitor.union_of('outcome_profile', columns, where="window_start is not null and segment = 'overall' and attribute = 'none' and part in ('row', 'delay')") }}
    ),

    moments as (
        select monitor, max(watermark) as moment from label_moments group by monitor
        union all
        select monitor, max(label_watermark) from label_moments group by monitor
        union all
        select monitor, max({{ dbt.dateadd('day', 'bin', 'window_start') }}) from label_moments where part = 'delay' group by monitor
        union all
        select monitor, max(window_start) from label_moments where part = 'row' and n > 0 group by monitor
    ),

    ages as (
        {%- for age in ages %}
        select {{ age }} as age_days{{ ' union all' if not loop.last }}
        {%- endfor %}
    ),

    window_days as (
        select windows.monitor, windows.window_key, windows.window_start, windows.window_end, greatest(floor({{ ml_monitor.days_between('windows.window_end', 'newest.moment') }}), 0) as days
        from (select distinct monitor, window_key, window_start, window_end from label_moments) as windows
        inner join (select monitor, max(moment) as moment from moments group by monitor) as newest on newest.monitor = windows.monitor
    ),

    window_ages as (
        select window_days.monitor, window_days.window_key, window_days.window_start, window_days.window_end, max(ages.age_days) as age_days
        from window_days
        inner join ages on ages.age_days <= window_days.days
        group by window_days.monitor, window_days.window_key, window_days.window_start, window_days.window_end
    ),

    unit_labels as (
        {%- for kind in ['binary', 'multiclass', 'regression', 'ranking'] %}
        select numbers.monitor, numbers.window_key, numbers.model_version, numbers.predictions, numbers.labelled
        from {{ ref('ml_monitor', 'ml_monitor__performance_numbers_' ~ kind) }} as numbers
        inner join {{ ref('ml_monitor', 'ml_monitor__monitors') }} as monitors on monitors.monitor = numbers.monitor and monitors.grain = numbers.grain
        where numbers.segment = 'overall' and numbers.predictions > 0
        {{ 'union all' if not loop.last }}
        {%- endfor %}
    ),

    known_delays as (
        select monitor, window_key, model_version, bin as delay_days, cast(sum(n) as {{ ml_monitor.type_double() }}) as n
        from label_moments
        where part = 'delay'
        group by monitor, window_key, model_version, bin
    ),

    all_delays as (
        select monitor, window_key, model_version, delay_days, n
        from known_delays
        union all
        select known_delays.monitor, known_delays.window_key, 'all', known_delays.delay_days, sum(known_delays.n)
        from known_delays
        inner join {{ ref('ml_monitor', 'ml_monitor__monitors') }} as monitors on monitors.monitor = known_delays.monitor and monitors.has_version
        group by known_delays.monitor, known_delays.window_key, known_delays.delay_days
    ),

    label_delays as (
        select monitor, window_key, model_version, delay_days, n
        from all_delays
        union all
        -- labels that say nothing of when they became known count from the first day on
        select unit_labels.monitor, unit_labels.window_key, unit_labels.model_version, -1, greatest(max(unit_labels.labelled) - coalesce(sum(all_delays.n), 0), 0)
        from unit_labels
        left join all_delays
            on all_delays.window_key = unit_labels.window_key and all_delays.model_version = unit_labels.model_version
        group by unit_labels.monitor, unit_labels.window_key, unit_labels.model_version
    ),

    baseline_windows as (
        select window_ages.monitor, window_ages.window_key, window_ages.age_days
        from window_ages
        inner join {{ ref('ml_monitor', 'ml_monitor__monitors') }} as monitors on monitors.monitor = window_ages.monitor
        where monitors.reference_from is null or (window_ages.window_start >= monitors.reference_from and window_ages.window_start < monitors.reference_to)
    ),

    baseline_predictions as (
        select baseline_windows.monitor, baseline_windows.age_days, sum(unit_labels.predictions) as n
        from baseline_windows
        inner join unit_labels on unit_labels.window_key = baseline_windows.window_key and unit_labels.model_version = 'all'
        group by baseline_windows.monitor, baseline_windows.age_days
    ),

    baseline_labels as (
        select baseline_windows.monitor, baseline_windows.age_days, label_delays.delay_days, sum(label_delays.n) as n
        from baseline_windows
        inner join label_delays on label_delays.window_key = baseline_windows.window_key and label_delays.model_version = 'all'
        group by baseline_windows.monitor, baseline_windows.age_days, label_delays.delay_days
    ),

    predictions_of_age as (
        select baseline_predictions.monitor, ages.age_days, sum(baseline_predictions.n) as n
        from baseline_predictions
        inner join ages on ages.age_days <= baseline_predictions.age_days
        group by baseline_predictions.monitor, ages.age_days
    ),

    labels_of_age as (
        select baseline_labels.monitor, ages.age_days, sum(baseline_labels.n) as n
        from baseline_labels
        inner join ages on ages.age_days <= baseline_labels.age_days and ages.age_days > baseline_labels.delay_days
        group by baseline_labels.monitor, ages.age_days
    ),

    expected_shares as (
        -- beyond the age that the reference has reached, what it had last
        select
            every.monitor,
            every.age_days,
            max(coalesce(labels_of_age.n, 0) / predictions_of_age.n) over (partition by every.monitor order by every.age_days rows unbounded preceding) as expected_share
        from (
            select predicted.monitor, ages.age_days
            from (select distinct monitor from baseline_predictions) as predicted
            cross join ages
        ) as every
        left join predictions_of_age on predictions_of_age.monitor = every.monitor and predictions_of_age.age_days = every.age_days
        left join labels_of_age on labels_of_age.monitor = every.monitor and labels_of_age.age_days = every.age_days
    )
{%- endmacro %}
