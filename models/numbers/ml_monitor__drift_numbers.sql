{{ ml_monitor.numbers_config(['window_key', 'model_version', 'segment', 'segment_value', 'feature', 'baseline']) }}

{%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}
{%- set metrics = [] -%}
{%- for metric in ml_monitor.drift_metrics() -%}{%- do metrics.append(metric.name) -%}{%- endfor -%}

with {{ ml_monitor.stale_windows('feature', '4') }},

{{ ml_monitor._window_counts() }},

{{ ml_monitor._reference_counts() }},

{{ ml_monitor._compared_counts() }},

{{ ml_monitor._feature_bins() }},

{{ ml_monitor._share_distances() }},

{{ ml_monitor._number_distances() }},

kinds as (
    select monitor, feature, max(kind) as kind
    from feature_bins
    group by monitor, feature
),

-- season -1 is all of them
reference_windows as (
    select monitor, model_version, -1 as season, windows
    from reference_versions
    union all
    select monitor, model_version, season, max(windows)
    from season_counts
    where segment = 'overall' and feature = '__row__' and season is not null
    group by monitor, model_version, season
),

distances as (
    select
        subjects.monitor,
        subjects.window_key,
        subjects.model_version,
        subjects.segment,
        subjects.segment_value,
        subjects.feature,
        subjects.reference_version,
        subjects.baseline,
        subjects.is_judged,
        subjects.is_reference,
        kinds.kind,
        reference_windows.windows - case when subjects.is_reference then 1 else 0 end as reference_windows,
        share_distances.n,
        share_distances.reference_n,
        share_distances.bins,
        share_distances.null_n,
        share_distances.reference_null_n,
        share_distances.unseen_n,
        share_distances.reference_unseen_n,
        case when kinds.kind <> 'categorical' then share_distances.tail_n end as tail_n,
        case when kinds.kind <> 'categorical' then share_distances.reference_tail_n end as reference_tail_n,
        number_distances.number_n,
        number_distances.reference_number_n,
        case when number_distances.number_n > 0 then number_distances.standard_deviation end as standard_deviation,
        number_distances.reference_standard_deviation,
        share_distances.population_stability_index,
        share_distances.jensen_shannon_distance,
        share_distances.hellinger_distance,
        share_distances.total_variation_distance,
        share_distances.l_infinity_distance,
        case when number_distances.number_n > 0 and number_distances.reference_number_n > 0 then number_distances.kolmogorov_smirnov_statistic end as kolmogorov_smirnov_statistic,
        case when number_distances.number_n > 0 and number_distances.reference_number_n > 0 then number_distances.wasserstein_distance end as wasserstein_distance,
        number_distances.wasserstein_distance / number_distances.reference_standard_deviation as normalized_wasserstein_distance,
        share_distances.chi_square_statistic,
        number_distances.mean_difference,
        number_distances.mean_difference / number_distances.reference_standard_deviation as standardized_mean_difference,
        share_distances.null_n / nullif(share_distances.n, 0) - share_distances.reference_null_n / nullif(share_distances.reference_n, 0) as null_rate_difference,
        case when kinds.kind = 'categorical' then share_distances.unseen_n / nullif(share_distances.n, 0) end as unseen_rate,
        case when kinds.kind <> 'categorical' then share_distances.tail_n / nullif(share_distances.n, 0) - share_distances.reference_tail_n / nullif(share_distances.reference_n, 0) end as tail_rate_difference
    from subjects
    inner join share_distances on share_distances.subject = subjects.subject
    inner join kinds on kinds.monitor = subjects.monitor and kinds.feature = subjects.feature
    left join number_distances on number_distances.subject = subjects.subject
    left join reference_windows
        on reference_windows.monitor = subjects.monitor
        and reference_windows.model_version = subjects.reference_version
        and reference_windows.season = case when subjects.baseline = 'season' then subjects.season else -1 end
),

final as (
    -- a stale window without a feature to compare keeps a row, as proof that it was looked at
    select
        cast(stale_windows.monitor as {{ text }}) as monitor,
        cast(stale_windows.window_key as {{ text }}) as window_key,
        cast(stale_windows.window_start as timestamp) as window_start,
        cast(stale_windows.window_end as timestamp) as window_end,
        cast(coalesce(distances.model_version, '') as {{ text }}) as model_version,
        cast(coalesce(distances.segment, '') as {{ text }}) as segment,
        cast(coalesce(distances.segment_value, '') as {{ text }}) as segment_value,
        cast(coalesce(distances.feature, '') as {{ text }}) as feature,
        cast(coalesce(distances.baseline, 'reference') as {{ text }}) as baseline,
        coalesce(distances.is_judged, true) as is_judged,
        cast(distances.kind as {{ text }}) as kind,
        cast(coalesce(distances.reference_version, '') as {{ text }}) as reference_version,
        stale_windows.is_reference,
        cast(coalesce(distances.reference_windows, 0) as integer) as reference_windows,
        cast(coalesce(distances.n, 0) as bigint) as n,
        cast(coalesce(distances.reference_n, 0) as bigint) as reference_n,
        cast(coalesce(distances.number_n, 0) as bigint) as number_n,
        cast(coalesce(distances.reference_number_n, 0) as bigint) as reference_number_n,
        cast(coalesce(distances.bins, 0) as integer) as bins,
        {%- for count in ['null_n', 'reference_null_n', 'unseen_n', 'reference_unseen_n'] %}
        cast(coalesce(distances.{{ count }}, 0) as bigint) as {{ count }},
        {%- endfor %}
        {%- for count in ['tail_n', 'reference_tail_n'] %}
        cast(distances.{{ count }} as bigint) as {{ count }},
        {%- endfor %}
        {%- for name in ['standard_deviation', 'reference_standard_deviation'] %}
        cast(distances.{{ name }} as {{ double }}) as {{ name }},
        {%- endfor %}
        {%- for metric in metrics %}
        cast(distances.{{ metric }} as {{ double }}) as {{ metric }},
        {%- endfor %}
        cast(stale_windows.dependency as {{ text }}) as dependency
    from stale_windows
    left join distances on distances.window_key = stale_windows.window_key
)

select * from final
