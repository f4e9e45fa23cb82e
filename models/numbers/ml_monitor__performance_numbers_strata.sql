{{ ml_monitor.numbers_config(['window_key', 'model_version', 'segment', 'segment_value', 'class']) }}

{%- set double, text = ml_monitor.type_double(), ml_monitor.type_text() -%}

with {{ ml_monitor.outcome_units(['binary', 'multiclass', 'regression'], ['sum_absolute_error', 'sum_squared_error'], only='references') }},

counted_bins as (
    select
        monitor,
        {{ ml_monitor.unit_keys() }},
        class,
        bin,
        n,
        case when actual = class then n when actual = 'labelled' and sum_absolute_error is not null then sum_absolute_error else 0 end as total,
        case when actual = class then n when actual = 'labelled' and sum_squared_error is not null then sum_squared_error else 0 end as squares
    from outcome_levels
    where part = 'outcome' and bin >= 0 and actual <> '' and segment <> 'overall'
),

{{ ml_monitor.placed_bins('counted_bins', ['n', 'total', 'squares']) }},

-- what came true of the predictions of one score bin, value by value of each segment
stratum_bins as (
    select window_key, model_version, class, segment, segment_value, score_bin, sum(n) as n, sum(total) as total, sum(squares) as squares
    from placed_bins
    group by window_key, model_version, class, segment, segment_value, score_bin
),

compared_bins as (
    select
        *,
        total / n as mean,
        sum(total) over (partition by window_key, model_version, class, segment, score_bin) / sum(n) over (partition by window_key, model_version, class, segment, score_bin) as bin_mean,
        sum(squares) over (partition by window_key, model_version, class, segment, score_bin) / sum(n) over (partition by window_key, model_version, class, segment, score_bin) as bin_square,
        row_number() over (partition by window_key, model_version, class, segment, score_bin order by segment_value) as position
    from stratum_bins
    where n > 0
),

segment_distances as (
    select
        window_key,
        model_version,
        class,
        segment,
        sum(n) as n,
        sum(n * power(mean - bin_mean, 2) / nullif(bin_square - power(bin_mean, 2), 0)) as chi_square,
        cast(sum(case when position > 1 then 1 else 0 end) as {{ double }}) as freedom
    from compared_bins
    group by window_key, model_version, class, segment
),

ranked_segments as (
    select
        *,
        (power(chi_square / freedom, 1.0 / 3) - (1 - 2 / (9 * freedom))) / sqrt(2 / (9 * freedom)) as z,
        row_number() over (
            partition by window_key, model_version, class
            order by (power(chi_square / freedom, 1.0 / 3) - (1 - 2 / (9 * freedom))) / sqrt(2 / (9 * freedom)) desc, segment
        ) as preference
    from segment_distances
    where freedom > 0 and chi_square > 0
),

strata as (
    select window_key, model_version, 'overall' as segment, 'all' as segment_value, class, segment as stratum, n, z
    from ranked_segments
    where preference = 1
),

final as (
    select
        {{- ml_monitor.unit_columns('strata', [('class', '')]) }},
        cast(strata.stratum as {{ text }}) as stratum,
        cast(coalesce(strata.n, 0) as {{ double }}) as n,
        cast(strata.z as {{ double }}) as z
    from stale_units
    left join strata on strata.window_key = stale_units.window_key
)

select * from final
