{{ config(materialized='ml_monitor_view', schema=var('ml_monitor__schema', none), tags=['ml_monitor_results']) }}

{%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}
{%- set judged_by = {
    'type': 'schema_changes', 'null_rate': 'null_rate', 'minimum': 'out_of_range_rate', 'maximum': 'out_of_range_rate', 'domain': 'unseen_rate', 'unique': 'duplicate_id_rate',
    'minimum_rows': 'row_count', 'maximum_rows': 'row_count', 'fresh_within': 'missing_windows',
} -%}

with declared as (
    {{ ml_monitor.declared_constraints() }}
),

declared_columns as (
    {{ ml_monitor.declared_column_rows() }}
),

reference_bins as (
    select monitor, feature, bin, sum(n) as n, min(minimum) as minimum, max(maximum) as maximum, count(distinct window_start) as windows
    from {{ ref('ml_monitor', 'ml_monitor__feature_profile') }}
    where is_reference and segment = 'overall' and feature <> '__row__'
    group by monitor, feature, bin
),

reference_windows as (
    select monitor, count(distinct window_start) as windows, sum(n) as n
    from {{ ref('ml_monitor', 'ml_monitor__feature_profile') }}
    where is_reference and segment = 'overall' and feature = '__row__'
    group by monitor
),

kinds as (
    select monitor, feature, max(kind) as kind, count(distinct case when part = 'category' then category end) as categories
    from {{ ref('ml_monitor', 'ml_monitor__grid') }}
    where part in ('feature', 'category')
    group by monitor, feature
),

reference_values as (
    select
        reference_bins.monitor,
        reference_bins.feature,
        max(kinds.kind) as kind,
        max(kinds.categories) as categories,
        sum(reference_bins.n) as n,
        sum(case when reference_bins.bin = -1 then reference_bins.n else 0 end) as null_n,
        min(reference_bins.minimum) as minimum,
        max(reference_bins.maximum) as maximum,
        max(reference_windows.windows) as windows,
        sum(reference_bins.n) / cast(greatest(max(reference_windows.windows), 1) as {{ double }}) as window_n
    from reference_bins
    inner join kinds on kinds.monitor = reference_bins.monitor and kinds.feature = reference_bins.feature
    inner join reference_windows on reference_windows.monitor = reference_bins.monitor
    group by reference_bins.monitor, reference_bins.feature
),

stored_windows as (
    select
        stored.*,
        lag(stored.maximum) over (partition by stored.monitor, stored.feature order by stored.window_start) as maximum_before,
        lag(stored.window_end) over (partition by stored.monitor, stored.feature order by stored.window_start) as end_before
    from {{ ref('ml_monitor', 'ml_monitor__quality_numbers') }} as stored
    where stored.is_reference and stored.n > 0 and stored.segment = 'overall' and stored.model_version = 'all'
),

row_limits as (
    select monitor, greatest(0, floor(min(lower_limit))) as minimum_rows, ceil(max(upper_limit)) as maximum_rows
    from {{ ref('ml_monitor', 'ml_monitor__feed_checks') }}
    where metric = 'row_count'
    group by monitor
),

learned as (
    select
        reference_values.monitor, reference_values.feature, 'type' as constraint_type, cast(null as {{ double }}) as value, columns.kind as value_text, reference_values.n, reference_values.windows
    from reference_values
    -- what is derived from a column may have the name of another
    inner join declared_columns
        on declared_columns.monitor = reference_values.monitor and declared_columns.column_name = reference_values.feature
        and (declared_columns.roles like '%features.numeric%' or declared_columns.roles like '%features.categorical%')
    inner join {{ ref('ml_monitor', 'ml_monitor__seen_columns') }} as columns
        on columns.monitor = reference_values.monitor and lower(columns.column_name) = lower(reference_values.feature) and columns.is_current and columns.kind not in ('missing', 'other')
    union all
    -- the share at which a window of usual size is an alert where windows vary little
    select
        monitor, feature, 'null_rate',
        least(1, round(10000 * greatest(null_n / cast(n as {{ double }}) + 0.02, {{ ml_monitor.share_limit('window_n', 'n', 'null_n', 'sqrt(0.0005 + 0.25 / window_n)', '4') }})) / 10000),
        null, n, windows
    from reference_values
    union all
    select monitor, feature, 'minimum', minimum, null, n, windows
    from reference_values
    where kind <> 'categorical' and minimum is not null
    union all
    select monitor, feature, 'maximum', maximum, null, n, windows
    from reference_values
    where kind <> 'categorical' and maximum is not null
    union all
    select reference_values.monitor, reference_values.feature, 'domain', null, domains.categories, n, windows
    from reference_values
    inner join (
        select monitor, feature, {{ ml_monitor.text_list('category', ml_monitor.binary_order('category')) }} as categories
        from {{ ref('ml_monitor', 'ml_monitor__grid') }}
        where part = 'category'
        group by monitor, feature
    ) as domains on domains.monitor = reference_values.monitor and domains.feature = reference_values.feature
    -- more of them share a bin
    where reference_values.kind = 'categorical' and reference_values.categories <= 100
    union all
    select monitor, feature, 'monotone', 1, 'true', sum(n), count(*)
    from stored_windows
    where kind in ('continuous', 'discrete')
    group by monitor, feature
    having count(*) >= {{ ml_monitor.fewest_windows() }} and min(case when minimum < maximum_before or minimum is null then 0 else 1 end) = 1 and min(minimum) < max(maximum)
    union all
    select monitor, feature, 'unique', 1, 'true', sum(n), count(*)
    from stored_windows
    where feature = '__row__'
    group by monitor, feature
    having sum(duplicate_n) = 0
    {%- for name in ['minimum_rows', 'maximum_rows'] %}
    union all
    select row_limits.monitor, '__row__', '{{ name }}', row_limits.{{ name }}, null, reference_windows.n, reference_windows.windows
    from row_limits
    inner join reference_windows on reference_windows.monitor = row_limits.monitor
    where row_limits.{{ name }} is not null
    {%- endfor %}
    union all
    -- the longest time without rows, one window more and the time that its rows may take
    select
        stored_windows.monitor, '__row__', 'fresh_within',
        ceil(
            coalesce(max({{ ml_monitor.hours_between('end_before', 'window_start') }}), 0) + max(monitors.late_by_hours)
            + max(case monitors.grain when 'hour' then 1 when 'day' then 24 when 'week' then 168 else 744 end)
        ),
        null, sum(n), count(*)
    from stored_windows
    inner join {{ ref('ml_monitor', 'ml_monitor__monitors') }} as monitors on monitors.monitor = stored_windows.monitor
    where feature = '__row__'
    group by stored_windows.monitor
),

all_constraints as (
    select monitor, feature, constraint_type, 'declared' as source, value, value_text, cast(null as bigint) as n, cast(null as bigint) as windows
    from declared
    union all
    -- what is declared takes the place of what is learned
    select learned.monitor, learned.feature, learned.constraint_type, 'learned', learned.value, learned.value_text, learned.n, learned.windows
    from learned
    left join declared on declared.monitor = learned.monitor and declared.feature = learned.feature and declared.constraint_type = learned.constraint_type
    where declared.monitor is null
),

final as (
    select
        -- of what
        cast(monitor as {{ text }}) as monitor,
        cast(feature as {{ text }}) as feature,

        -- what must hold
        cast(constraint_type as {{ text }}) as constraint_type,
        cast(source as {{ text }}) as source,
        cast(value as {{ double }}) as value,
        cast(case
            when constraint_type = 'fresh_within' and source = 'learned' then cast(cast(value as bigint) as {{ text }}) || ' hours'
            when constraint_type in ('minimum_rows', 'maximum_rows') then cast(cast(value as bigint) as {{ text }})
            else coalesce(value_text, regexp_replace(cast(value as {{ text }}), '[.]0$', ''))
        end as {{ text }}) as value_text,

        -- where it is from, and where it is judged
        cast(n as bigint) as learned_rows,
        cast(windows as bigint) as learned_windows,
        cast(case
            when source = 'declared' and constraint_type <> 'type' then 'violated_constraints'
            {%- for name, metric in judged_by.items() %}
            when constraint_type = '{{ name }}' then '{{ metric }}'
            {%- endfor %}
        end as {{ text }}) as metric
    from all_constraints
)

select * from final
