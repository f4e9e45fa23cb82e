{% macro drift_numbers(kind, version) %}
    {#- The numbers of drift per unit, version, segment, feature and baseline: every metric side by side, with the counts that verdicts need. A unit is a window or a roll-up of windows.
        kind: 'feature', of the feature profile; 'outcome', of the labels in the outcome profile, under the feature `__label__`. version: as `_drift_units`. -#}
    {%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}
    {%- set baselines = ml_monitor.with_baselines() -%}
    {%- set of_labels = kind == 'outcome' -%}
    {%- set source = 'label_counts' if of_labels else ref('ml_monitor', 'ml_monitor__feature_profile') -%}
    {%- set with_ranking = ml_monitor.with_attributions() and not of_labels -%}
    {%- set metrics = ml_monitor.drift_metrics() | map(attribute='name') | list -%}
with {{ ml_monitor._drift_units(kind, version) }},

{% if of_labels -%}
{{ ml_monitor._label_counts() }},

{% endif -%}
{{ ml_monitor._unit_counts(source) }},

{{ ml_monitor._reference_counts(source) }},

{{ ml_monitor._compared_counts(with_rows=of_labels) }},

{{ ml_monitor._label_bins() if of_labels else ml_monitor._feature_bins() }},

{{ ml_monitor._share_distances() }},

{{ ml_monitor._number_distances() }},

kinds as (
    select monitor, feature, max(kind) as kind
    from feature_bins
    group by monitor, feature
),

-- season -1 is all of them
reference_windows as (
    select monitor, model_version, -1 as season, sum(windows) as windows, min(baseline_from) as baseline_from, max(baseline_to) as baseline_to
    from season_counts
    where segment = 'overall' and feature = '__row__'
    group by monitor, model_version
    union all
    select monitor, model_version, season, max(windows), min(baseline_from), max(baseline_to)
    from season_counts
    where segment = 'overall' and feature = '__row__' and season is not null
    group by monitor, model_version, season
),

{% if with_ranking -%}
{{ ml_monitor._attribution_ranking() }},

{% endif -%}
{% if of_labels -%}
-- predictions of both sides, labelled or not
compared_rows as (
    select subjects.window_key, subjects.model_version, subjects.segment, subjects.segment_value, subjects.baseline, compared_counts.n, compared_counts.reference_n
    from subjects
    inner join compared_counts on compared_counts.subject = subjects.subject
    where subjects.feature = '__row__'
),

{% endif -%}
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
        kinds.kind,
        {%- if baselines %}
        coalesce(baseline_ranges.baseline_from, reference_windows.baseline_from) as baseline_from,
        coalesce(baseline_ranges.baseline_to, reference_windows.baseline_to) as baseline_to,
        coalesce(baseline_ranges.windows, reference_windows.windows - stale_windows.reference_members) as reference_windows,
        {%- else %}
        reference_windows.baseline_from,
        reference_windows.baseline_to,
        reference_windows.windows - stale_windows.reference_members as reference_windows,
        {%- endif %}
        share_distances.n,
        share_distances.reference_n,
        {%- if of_labels %}
        compared_rows.n as predictions,
        compared_rows.reference_n as reference_predictions,
        {%- endif %}
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
        {%- for metric in ['cramer_von_mises_statistic', 'anderson_darling_statistic'] %}
        case when number_distances.number_n > 0 and number_distances.reference_number_n > 0 then number_distances.{{ metric }} end as {{ metric }},
        {%- endfor %}
        number_distances.wasserstein_distance / number_distances.reference_standard_deviation as normalized_wasserstein_distance,
        share_distances.chi_square_statistic,
        number_distances.mean_difference,
        number_distances.mean_difference / number_distances.reference_standard_deviation as standardized_mean_difference,
        share_distances.null_n / nullif(share_distances.n, 0) - share_distances.reference_null_n / nullif(share_distances.reference_n, 0) as null_rate_difference,
        case when kinds.kind = 'categorical' then share_distances.unseen_n / nullif(share_distances.n, 0) end as unseen_rate,
        case when kinds.kind <> 'categorical' then share_distances.tail_n / nullif(share_distances.n, 0) - share_distances.reference_tail_n / nullif(share_distances.reference_n, 0) end as tail_rate_difference,
        cast(null as {{ double }}) as normalized_discounted_cumulative_gain,
        cast(null as {{ double }}) as order_deviate
    from subjects
    inner join stale_windows on stale_windows.window_key = subjects.window_key
    inner join share_distances on share_distances.subject = subjects.subject
    inner join kinds on kinds.monitor = subjects.monitor and kinds.feature = subjects.feature
    left join number_distances on number_distances.subject = subjects.subject
    {%- if of_labels %}
    left join compared_rows
        on compared_rows.window_key = subjects.window_key
        and compared_rows.model_version = subjects.model_version
        and compared_rows.segment = subjects.segment
        and compared_rows.segment_value = subjects.segment_value
        and compared_rows.baseline = subjects.baseline
    {%- endif %}
    left join reference_windows
        on reference_windows.monitor = subjects.monitor
        and reference_windows.model_version = subjects.reference_version
        and reference_windows.season = case when subjects.baseline = 'season' then subjects.season else -1 end
    {%- if baselines %}
    left join baseline_ranges
        on baseline_ranges.window_key = subjects.window_key
        and baseline_ranges.model_version = subjects.model_version
        and baseline_ranges.baseline = subjects.baseline
    {%- endif %}
),

{% if with_ranking -%}
all_distances as (
    select {{ ml_monitor._distance_columns() | join(', ') }}
    from distances
    union all
    select
        {%- set of_ranking = {
            'feature': "'__attribution__'", 'kind': "'ranking'", 'n': 'max(rankings.n)', 'reference_n': 'max(rankings.reference_n)', 'bins': '1',
            'normalized_discounted_cumulative_gain': 'max(rankings.normalized_discounted_cumulative_gain)', 'order_deviate': 'max(rankings.order_deviate)',
        } %}
        {%- set keys = ['monitor', 'window_key', 'model_version', 'segment', 'segment_value', 'reference_version', 'baseline', 'is_judged'] %}
        {%- set shared = ['baseline_from', 'baseline_to', 'reference_windows'] %}
        {%- for name in ml_monitor._distance_columns() %}
        {{ 'distances.' ~ name if name in keys else 'max(distances.' ~ name ~ ')' if name in shared else of_ranking.get(name, 'null') }}{{ ',' if not loop.last }}
        {%- endfor %}
    from distances
    inner join attribution_rankings as rankings
        on rankings.window_key = distances.window_key
        and rankings.model_version = distances.model_version
        and rankings.segment = distances.segment
        and rankings.segment_value = distances.segment_value
        and rankings.baseline = distances.baseline
    group by distances.monitor, distances.window_key, distances.model_version, distances.segment, distances.segment_value, distances.reference_version, distances.baseline, distances.is_judged
),

{% endif -%}
final as (
    -- a stale window without a feature to compare keeps a row, as proof that it was looked at
    select
        cast(stale_windows.monitor as {{ text }}) as monitor,
        cast(stale_windows.window_key as {{ text }}) as window_key,
        cast(stale_windows.grain as {{ text }}) as grain,
        cast(stale_windows.window_start as timestamp) as window_start,
        cast(stale_windows.window_end as timestamp) as window_end,
        cast(coalesce(distances.model_version, '') as {{ text }}) as model_version,
        cast(coalesce(distances.segment, '') as {{ text }}) as segment,
        cast(coalesce(distances.segment_value, '') as {{ text }}) as segment_value,
        cast(coalesce(distances.feature, '') as {{ text }}) as feature,
        cast(coalesce(distances.baseline, 'reference') as {{ text }}) as baseline,
        cast(distances.baseline_from as timestamp) as baseline_from,
        cast(distances.baseline_to as timestamp) as baseline_to,
        coalesce(distances.is_judged, true) as is_judged,
        cast(distances.kind as {{ text }}) as kind,
        cast(coalesce(distances.reference_version, '') as {{ text }}) as reference_version,
        stale_windows.is_reference,
        cast(coalesce(distances.reference_windows, 0) as integer) as reference_windows,
        cast(coalesce(distances.n, 0) as bigint) as n,
        cast(coalesce(distances.reference_n, 0) as bigint) as reference_n,
        {%- if of_labels %}
        cast(coalesce(distances.predictions, 0) as bigint) as predictions,
        cast(coalesce(distances.reference_predictions, 0) as bigint) as reference_predictions,
        {%- endif %}
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
        cast(distances.order_deviate as {{ double }}) as order_deviate,
        cast(stale_windows.dependency as {{ text }}) as dependency
    from stale_windows
    left join {{ 'all_distances as distances' if with_ranking else 'distances' }} on distances.window_key = stale_windows.window_key
)
{% endmacro %}

{% macro _distance_columns() %}
    {#- What the CTE distances has of a feature. -#}
    {{ return(
        ['monitor', 'window_key', 'model_version', 'segment', 'segment_value', 'feature', 'reference_version', 'baseline', 'is_judged', 'kind', 'baseline_from', 'baseline_to', 'reference_windows',
         'n', 'reference_n', 'bins', 'null_n', 'reference_null_n', 'unseen_n', 'reference_unseen_n', 'tail_n', 'reference_tail_n', 'number_n', 'reference_number_n', 'standard_deviation', 'reference_standard_deviation']
        + ml_monitor.drift_metrics() | map(attribute='name') | list + ['order_deviate']
    ) }}
{% endmacro %}
