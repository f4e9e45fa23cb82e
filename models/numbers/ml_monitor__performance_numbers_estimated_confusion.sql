{{ ml_monitor.numbers_config(['window_key', 'model_version', 'segment', 'segment_value', 'actual', 'predicted']) }}

{%- set unit = ml_monitor.unit_keys() -%}

with {{ ml_monitor.outcome_units(['binary', 'multiclass'], ['sum_score', 'sum_squared_score'], only='windows') }},

{{ ml_monitor.rated_cells() }},

expected_cells as (
    select {{ unit }}, class as actual, predicted, weight * rate as n, n * rate as effective_n, n as predictions, weight
    from rated_cells
    where predicted <> ''
    union all
    select {{ unit }}, 'negative', predicted, weight * (1 - rate), n * (1 - rate), 0, 0
    from rated_cells
    where predicted <> '' and monitor in (select monitor from judged_monitors where whole_class = 'positive')
),

summed_cells as (
    select {{ unit }}, actual, predicted, sum(n) as n, sum(effective_n) as effective_n, sum(predictions) as predictions, sum(weight) as weight
    from expected_cells
    group by {{ unit }}, actual, predicted
),

cells as (
    -- chances that were calibrated class by class do not add up to 1: those of one predicted class are brought to its predictions
    select
        {{ unit }},
        actual,
        predicted,
        n * max(weight) over (partition by {{ unit }}, predicted) / nullif(sum(n) over (partition by {{ unit }}, predicted), 0) as n,
        effective_n * max(predictions) over (partition by {{ unit }}, predicted) / nullif(sum(effective_n) over (partition by {{ unit }}, predicted), 0) as effective_n
    from summed_cells
),

final as (
    select
        {{- ml_monitor.unit_columns('cells', [('actual', ''), ('predicted', '')]) }},
        cast(coalesce(cells.n, 0) as {{ ml_monitor.type_double() }}) as n,
        cast(coalesce(cells.effective_n, 0) as {{ ml_monitor.type_double() }}) as effective_n
    from stale_units
    left join cells on cells.window_key = stale_units.window_key
)

select * from final
