{{ ml_monitor.numbers_config(['window_key', 'model_version', 'segment', 'segment_value', 'feature']) }}

{%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}
{%- set counts = ['null_n', 'not_a_number_n', 'unseen_n', 'out_of_range_n', 'largest_bin_n'] -%}
{%- set values = ['mean', 'standard_deviation', 'minimum', 'maximum'] + ml_monitor._quantiles().keys() | list -%}

with {{ ml_monitor.stale_windows('both', '3') }},

{{ ml_monitor._window_counts() }},

{{ ml_monitor._reference_counts() }},

{{ ml_monitor._distinct_counts() }},

feature_bins as (
    select monitor, feature, 1 as is_fine, kind, bin, min(position) as position, max(center) as center
    from {{ ref('ml_monitor', 'ml_monitor__grid') }}
    where part = 'feature'
    group by monitor, feature, kind, bin
    union all
    select monitor, feature, 0, kind, coarse_bin, min(case when position in ('below', 'above') then position end), max(center)
    from {{ ref('ml_monitor', 'ml_monitor__grid') }}
    where part = 'feature'
    group by monitor, feature, kind, coarse_bin
),

window_bins as (
    select window_counts.*, feature_bins.kind, feature_bins.position, feature_bins.center
    from window_counts
    inner join feature_bins
        on feature_bins.monitor = window_counts.monitor
        and feature_bins.feature = window_counts.feature
        and feature_bins.bin = window_counts.bin
        and feature_bins.is_fine = case when window_counts.segment = 'overall' then 1 else 0 end
),

reference_bins as (
    select reference_counts.*, feature_bins.kind, feature_bins.position, feature_bins.center
    from reference_counts
    inner join feature_bins
        on feature_bins.monitor = reference_counts.monitor
        and feature_bins.feature = reference_counts.feature
        and feature_bins.bin = reference_counts.bin
        and feature_bins.is_fine = case when reference_counts.segment = 'overall' then 1 else 0 end
),

{{ ml_monitor._quality_statistics('window_values', 'window_bins', ['monitor', 'window_key', 'is_reference', 'model_version', 'segment', 'segment_value', 'feature']) }},

{{ ml_monitor._quality_statistics('reference_values', 'reference_bins', ['monitor', 'model_version', 'segment', 'segment_value', 'feature']) }},

-- a window inside the reference is compared with the reference's other windows, as far as counts and sums go; extremes and quantiles are those of the whole
compared as (
    select
        window_values.*,
        case when reference_versions.model_version is null then 'all' else window_values.model_version end as reference_version,
        {%- for count in ['n', 'number_n'] + counts %}
        coalesce(reference_values.{{ count }}, 0) - case when window_values.is_reference then window_values.{{ count }} else 0 end as reference_{{ count }},
        {%- endfor %}
        {%- for sum in ['sum_value', 'sum_squared_value'] %}
        reference_values.{{ sum }} - case when window_values.is_reference then coalesce(window_values.{{ sum }}, 0) else 0 end as reference_{{ sum }},
        {%- endfor %}
        {%- for value in values[2:] %}
        reference_values.{{ value }} as reference_{{ value }}{{ ',' if not loop.last }}
        {%- endfor %}
    from window_values
    left join reference_versions
        on reference_versions.monitor = window_values.monitor and reference_versions.model_version = window_values.model_version
    left join reference_values
        on reference_values.monitor = window_values.monitor
        and reference_values.model_version = case when reference_versions.model_version is null then 'all' else window_values.model_version end
        and reference_values.segment = window_values.segment
        and reference_values.segment_value = window_values.segment_value
        and reference_values.feature = window_values.feature
),

feature_values as (
    select
        window_key,
        model_version,
        reference_version,
        segment,
        segment_value,
        feature,
        kind,
        n,
        number_n,
        reference_n,
        reference_number_n,
        {%- for side in ['', 'reference_'] %}
        {%- for count in counts %}
        {{ side }}{{ count }},
        {%- endfor %}
        center + {{ side }}sum_value / nullif({{ side }}number_n, 0) as {{ side }}mean,
        sqrt(greatest({{ side }}sum_squared_value / nullif({{ side }}number_n, 0) - {{ ml_monitor.square('(' ~ side ~ 'sum_value / nullif(' ~ side ~ 'number_n, 0))') }}, 0 * {{ side }}sum_value / nullif({{ side }}number_n, 0))) as {{ side }}standard_deviation,
        {%- for value in values[2:] %}
        {{ side }}{{ value }},
        {%- endfor %}
        {%- endfor %}
        -- all that is not NULL is one value: numbers tell by their extremes, categories where only one that keeps its own bin occurs; coarse bins of numbers do not tell
        case when null_n < n and (minimum = maximum and number_n + null_n = n or kind = 'categorical' and largest_bin_n + null_n = n) then n - null_n else 0 end as constant_n,
        {%- for count in ['duplicate_n', 'late_n'] %}
        cast(null as bigint) as {{ count }},
        cast(null as bigint) as reference_{{ count }},
        {%- endfor %}
        cast(null as {{ double }}) as reference_row_count
    from compared
),

row_values as (
    select
        window_counts.window_key,
        window_counts.model_version,
        case when reference_versions.model_version is null then 'all' else window_counts.model_version end as reference_version,
        window_counts.segment,
        window_counts.segment_value,
        '__row__' as feature,
        'row' as kind,
        window_counts.n,
        0 as number_n,
        coalesce(reference_counts.n, 0) - case when window_counts.is_reference then window_counts.n else 0 end as reference_n,
        0 as reference_number_n,
        {%- for side in ['', 'reference_'] %}
        {%- for count in counts %}
        0 as {{ side }}{{ count }},
        {%- endfor %}
        {%- for value in values %}
        cast(null as {{ double }}) as {{ side }}{{ value }},
        {%- endfor %}
        {%- endfor %}
        0 as constant_n,
        window_counts.n - distinct_counts.n as duplicate_n,
        reference_counts.n - reference_distinct_counts.n - case when window_counts.is_reference then window_counts.n - distinct_counts.n else 0 end as reference_duplicate_n,
        cast(window_counts.sum_value as bigint) as late_n,
        -- a reference that is a relation of its own says nothing of when rows come
        case when reference_totals.windows > 0 then cast(reference_counts.sum_value - case when window_counts.is_reference then window_counts.sum_value else 0 end as bigint) end as reference_late_n,
        cast(reference_counts.n - case when window_counts.is_reference then window_counts.n else 0 end as {{ double }})
            / nullif(reference_totals.windows - case when window_counts.is_reference then 1 else 0 end, 0) as reference_row_count
    from window_counts
    left join distinct_counts
        on distinct_counts.window_key = window_counts.window_key
        and distinct_counts.model_version = window_counts.model_version
        and distinct_counts.segment = window_counts.segment
        and distinct_counts.segment_value = window_counts.segment_value
    left join reference_versions
        on reference_versions.monitor = window_counts.monitor and reference_versions.model_version = window_counts.model_version
    left join reference_versions as reference_totals
        on reference_totals.monitor = window_counts.monitor
        and reference_totals.model_version = case when reference_versions.model_version is null then 'all' else window_counts.model_version end
    left join reference_counts
        on reference_counts.monitor = window_counts.monitor
        and reference_counts.model_version = reference_totals.model_version
        and reference_counts.segment = window_counts.segment
        and reference_counts.segment_value = window_counts.segment_value
        and reference_counts.feature = '__row__'
    left join reference_distinct_counts
        on reference_distinct_counts.monitor = window_counts.monitor
        and reference_distinct_counts.model_version = reference_totals.model_version
        and reference_distinct_counts.segment = window_counts.segment
        and reference_distinct_counts.segment_value = window_counts.segment_value
    where window_counts.feature = '__row__'
),

all_values as (
    select * from feature_values
    union all
    select * from row_values
),

final as (
    -- a stale window without rows keeps one, as proof that it was looked at
    select
        cast(stale_windows.monitor as {{ text }}) as monitor,
        cast(stale_windows.window_key as {{ text }}) as window_key,
        cast(stale_windows.window_start as timestamp) as window_start,
        cast(stale_windows.window_end as timestamp) as window_end,
        cast(coalesce(all_values.model_version, '') as {{ text }}) as model_version,
        cast(coalesce(all_values.segment, '') as {{ text }}) as segment,
        cast(coalesce(all_values.segment_value, '') as {{ text }}) as segment_value,
        cast(coalesce(all_values.feature, '') as {{ text }}) as feature,
        cast(all_values.kind as {{ text }}) as kind,
        cast(coalesce(all_values.reference_version, '') as {{ text }}) as reference_version,
        stale_windows.is_reference,
        cast(coalesce(reference_versions.windows, 0) - case when stale_windows.is_reference then 1 else 0 end as integer) as reference_windows,
        cast(coalesce(all_values.n, 0) as bigint) as n,
        cast(all_values.constant_n as bigint) as constant_n,
        {%- for count in ['number_n', 'reference_n', 'reference_number_n'] %}
        cast(coalesce(all_values.{{ count }}, 0) as bigint) as {{ count }},
        {%- endfor %}
        {%- for side in ['', 'reference_'] %}
        {%- for count in counts + ['duplicate_n', 'late_n'] %}
        cast(all_values.{{ side }}{{ count }} as bigint) as {{ side }}{{ count }},
        {%- endfor %}
        {%- for value in values %}
        cast(all_values.{{ side }}{{ value }} as {{ double }}) as {{ side }}{{ value }},
        {%- endfor %}
        {%- endfor %}
        cast(all_values.reference_row_count as {{ double }}) as reference_row_count,
        cast(stale_windows.dependency as {{ text }}) as dependency
    from stale_windows
    left join all_values on all_values.window_key = stale_windows.window_key
    left join reference_versions
        on reference_versions.monitor = stale_windows.monitor and reference_versions.model_version = 'all'
)

select * from final
