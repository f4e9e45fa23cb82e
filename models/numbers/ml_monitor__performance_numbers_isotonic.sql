{{ ml_monitor.numbers_config(['window_key', 'model_version', 'segment', 'segment_value', 'class', 'level', 'bin']) }}

{%- set double = ml_monitor.type_double() -%}
{%- set counts = ['n', 'labelled', 'positives'] -%}
{%- set unit = ml_monitor.unit_keys() ~ ', class, level' -%}

with {{ ml_monitor.outcome_units(['binary', 'multiclass'], only='references') }},

counted_bins as (
    select
        monitor,
        {{ ml_monitor.unit_keys() }},
        class,
        bin,
        n,
        case when actual <> '' then n else 0 end as labelled,
        case when actual = class then n else 0 end as positives
    from outcome_levels
    where part = 'outcome' and bin >= 0
),

-- a bin that the reference leaves empty has a rate all the same
every_bin as (
    select units.monitor, {{ ml_monitor.unit_keys('units') }}, units.class, grid_bins.bin, 0 as n, 0 as labelled, 0 as positives
    from (select distinct monitor, {{ ml_monitor.unit_keys() }}, class from counted_bins) as units
    inner join (
        select monitor, category as class, 'fine' as level, bin
        from {{ ref('ml_monitor', 'ml_monitor__grid') }}
        where part = 'outcome'
        union all
        select distinct monitor, category, 'coarse', coarse_bin
        from {{ ref('ml_monitor', 'ml_monitor__grid') }}
        where part = 'outcome'
    ) as grid_bins
        on grid_bins.monitor = units.monitor and grid_bins.class = units.class and grid_bins.level = case units.segment when 'overall' then 'fine' else 'coarse' end
    union all
    select * from counted_bins
),

summed_bins as (
    select monitor, {{ ml_monitor.unit_keys() }}, class, bin{% for name in counts %}, sum({{ name }}) as {{ name }}{% endfor %}
    from every_bin
    group by monitor, {{ ml_monitor.unit_keys() }}, class, bin
),

{{ ml_monitor.placed_bins('summed_bins', counts) }},

-- the whole has fine bins, and coarse ones for segments that have too few labels of their own
reference_bins as (
    select {{ ml_monitor.unit_keys() }}, class, case segment when 'overall' then 'fine' else 'coarse' end as level, bin, score_bin, decile, {{ counts | join(', ') }}
    from placed_bins
    union all
    select {{ ml_monitor.unit_keys() }}, class, 'coarse', score_bin, score_bin, min(decile){% for name in counts %}, sum({{ name }}){% endfor %}
    from placed_bins
    where segment = 'overall'
    group by {{ ml_monitor.unit_keys() }}, class, score_bin
),

{{ ml_monitor.isotonic('calibrated', 'reference_bins', ['window_key', 'model_version', 'segment', 'segment_value', 'class', 'level'], 'bin', 'positives', 'labelled') }},

-- a block are the bins that share a rate, whatever the rounding of its quotient
blocked_bins as (
    select
        reference_bins.*,
        calibrated.rate,
        dense_rank() over (partition by {{ ml_monitor.unit_keys('reference_bins') }}, reference_bins.class, reference_bins.level order by floor(1e12 * calibrated.rate + 0.3)) as block,
        reference_bins.labelled - reference_bins.positives as negatives,
        reference_bins.labelled * calibrated.rate as fitted_positives,
        reference_bins.labelled * (1 - calibrated.rate) as fitted_negatives
    from reference_bins
    inner join calibrated
        on {{ ml_monitor.same_unit('calibrated', 'reference_bins') }}
        and calibrated.class = reference_bins.class
        and calibrated.level = reference_bins.level
        and calibrated.bin = reference_bins.bin
),

ordered_bins as (
    select
        *,
        sum(labelled) over (partition by {{ unit }}, block) as block_labelled,
        sum(labelled) over (partition by {{ unit }} order by bin desc) as labelled_from_here,
        {%- for kind in ['', 'fitted_'] %}
        sum({{ kind }}positives) over (partition by {{ unit }} order by bin desc) as {{ kind }}positives_from_here,
        sum({{ kind }}negatives) over (partition by {{ unit }} order by bin) - 0.5 * {{ kind }}negatives as {{ kind }}negatives_below{{ ',' if not loop.last }}
        {%- endfor %}
    from blocked_bins
),

rated_bins as (
    select
        *,
        sum(fitted_positives * fitted_negatives_below - positives * negatives_below) over (partition by {{ unit }})
        / nullif(sum(positives) over (partition by {{ unit }}) * sum(negatives) over (partition by {{ unit }}), 0) as roc_auc_optimism,
        sum((fitted_positives * fitted_positives_from_here - positives * positives_from_here) / nullif(labelled_from_here, 0)) over (partition by {{ unit }})
        / nullif(sum(positives) over (partition by {{ unit }}), 0) as average_precision_optimism
    from ordered_bins
),

final as (
    select
        {{- ml_monitor.unit_columns('rated_bins', [('class', ''), ('level', 'fine')]) }},
        {%- for name in ['bin', 'score_bin', 'decile', 'block'] %}
        cast(coalesce(rated_bins.{{ name }}, 0) as integer) as {{ name }},
        {%- endfor %}
        {%- for name in counts + ['block_labelled'] %}
        cast(coalesce(rated_bins.{{ name }}, 0) as {{ double }}) as {{ name }},
        {%- endfor %}
        cast(rated_bins.rate as {{ double }}) as rate,
        cast(rated_bins.roc_auc_optimism as {{ double }}) as roc_auc_optimism,
        cast(rated_bins.average_precision_optimism as {{ double }}) as average_precision_optimism
    from stale_units
    left join rated_bins on rated_bins.window_key = stale_units.window_key
)

select * from final
