{{ ml_monitor.numbers_config(['window_key', 'model_version', 'segment', 'segment_value'], 'binary') }}

{%- set double = ml_monitor.type_double() -%}
{%- set with_threshold = [] -%}
{%- for monitor in ml_monitor.with_task('binary') -%}
    {%- set declared = ml_monitor.declaration(monitor) -%}
    {%- if declared.score and not declared.prediction -%}{%- do with_threshold.append(monitor) -%}{%- endif -%}
{%- endfor -%}
{%- set near = ['below_threshold_n', 'above_threshold_n'] -%}
{%- set flips = ['labelled', 'label_flip_rate', 'label_flip_rate_standard_error'] -%}
{%- set numbers = ['predictions'] + flips -%}
{%- set pieces = [('overall_counts', ['predictions']), ('near_counts', near), ('label_flips', flips)] -%}

with {{ ml_monitor.outcome_units(['binary'], with_roll_ups=false) }},

score_bins as (
    select window_key, model_version, bin, predicted, actual, row_count, n
    from outcome_levels
    where part = 'outcome' and class = 'positive' and segment = 'overall' and bin >= 0
),

-- outwards from the threshold, which may lie inside a bin: the predicted class tells its two sides apart
reference_bins as (
    select
        profile.monitor,
        profile.predicted,
        profile.bin,
        sum(sum(profile.n)) over (partition by profile.monitor, profile.predicted order by case profile.predicted when 'positive' then profile.bin else -profile.bin end) - sum(profile.n) as n_nearer,
        sum(sum(profile.n)) over (partition by profile.monitor) as reference_n
    from {{ ref('ml_monitor', 'ml_monitor__outcome_profile') }} as profile
    where profile.is_reference and profile.part = 'outcome' and profile.class = 'positive' and profile.segment = 'overall' and profile.attribute = 'none'
        and profile.bin >= 0 and profile.predicted in ('positive', 'negative')
        and profile.monitor in ({{ ml_monitor.text_literals(with_threshold) }})
    group by profile.monitor, profile.predicted, profile.bin
),

near_bins as (
    select
        monitor,
        max(case when predicted = 'positive' and n_nearer < 0.01 * reference_n then bin end) as above_to,
        min(case when predicted = 'negative' and n_nearer < 0.01 * reference_n then bin end) as below_from
    from reference_bins
    group by monitor
),

near_counts as (
    select
        score_bins.window_key,
        score_bins.model_version,
        sum(case when predicted = 'negative' and bin >= near_bins.below_from then row_count when near_bins.below_from is not null then 0 end) as below_threshold_n,
        sum(case when predicted = 'positive' and bin <= near_bins.above_to then row_count when near_bins.above_to is not null then 0 end) as above_threshold_n
    from score_bins
    inner join stale_units on stale_units.window_key = score_bins.window_key
    inner join near_bins on near_bins.monitor = stale_units.monitor
    group by score_bins.window_key, score_bins.model_version
),

-- labels by block of the reference's isotonic calibration; a version has its own or none
label_blocks as (
    select
        score_bins.window_key,
        score_bins.model_version,
        calibrated.block,
        max(calibrated.rate) as rate,
        max(calibrated.block_labelled) as block_labelled,
        sum(score_bins.row_count) as row_count,
        sum(score_bins.n) as n,
        sum(case when score_bins.actual = 'positive' then score_bins.n else 0 end) as positives
    from score_bins
    inner join stale_units on stale_units.window_key = score_bins.window_key
    inner join {{ ref('ml_monitor', 'ml_monitor__performance_numbers_isotonic') }} as calibrated
        on calibrated.window_key = stale_units.monitor || '|reference'
        and calibrated.model_version = score_bins.model_version
        and calibrated.segment = 'overall'
        and calibrated.class = 'positive'
        and calibrated.level = 'fine'
        and calibrated.bin = score_bins.bin
    where score_bins.actual <> ''
    group by score_bins.window_key, score_bins.model_version, calibrated.block
),

{{ ml_monitor.label_flips('label_blocks', ['window_key', 'model_version']) }},

overall_counts as (
    select window_key, model_version, predictions
    from unit_counts
    where segment = 'overall'
),

score_numbers as (
    select window_key, model_version, 'overall' as segment, 'all' as segment_value, {{ (numbers + near) | join(', ') }}
    from (
        {{ ml_monitor.side_by_side('window_key, model_version', pieces) }}
    ) as side_by_side
),

final as (
    select
        {{- ml_monitor.unit_columns('score_numbers') }},
        {%- for count in near %}
        cast(score_numbers.{{ count }} as bigint) as {{ count }},
        {%- endfor %}
        {%- for name in numbers %}
        cast(score_numbers.{{ name }} as {{ double }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from stale_units
    left join score_numbers on score_numbers.window_key = stale_units.window_key
)

select * from final
