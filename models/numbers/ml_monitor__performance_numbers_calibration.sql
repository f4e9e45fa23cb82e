{{ ml_monitor.numbers_config(['window_key', 'model_version', 'segment', 'segment_value', 'class', 'score_bin']) }}

{%- set double = ml_monitor.type_double() -%}

with {{ ml_monitor.outcome_units(['binary', 'multiclass'], ['sum_score'], with_roll_ups=false) }},

unit_bins as (
    select
        monitor,
        {{ ml_monitor.unit_keys() }},
        class,
        bin,
        sum(n) as n,
        sum(weight) as weight,
        sum(sum_score) as sum_score,
        sum(case when actual <> '' then n else 0 end) as labelled,
        sum(case when actual <> '' then weight else 0 end) as labelled_weight,
        sum(case when actual = class then n else 0 end) as positives
    from outcome_levels
    where part = 'outcome' and bin >= 0
    group by monitor, {{ ml_monitor.unit_keys() }}, class, bin
),

{{ ml_monitor.placed_bins('unit_bins', ['n', 'weight', 'sum_score', 'labelled', 'labelled_weight', 'positives']) }},

bins as (
    select {{ ml_monitor.unit_keys() }}, class, score_bin, sum(n) as n, sum(weight) as weight, sum(sum_score) as sum_score, sum(labelled) as labelled, sum(labelled_weight) as labelled_weight, sum(positives) as positives
    from placed_bins
    group by {{ ml_monitor.unit_keys() }}, class, score_bin
),

final as (
    select
        {{- ml_monitor.unit_columns('bins', [('class', '')]) }},
        cast(coalesce(bins.score_bin, 0) as integer) as score_bin,
        {%- for name in ['n', 'weight', 'sum_score', 'labelled', 'labelled_weight', 'positives'] %}
        cast(coalesce(bins.{{ name }}, 0) as {{ double }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from stale_units
    left join bins on bins.window_key = stale_units.window_key
)

select * from final
