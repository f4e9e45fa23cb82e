{{ ml_monitor.numbers_config(['window_key', 'model_version', 'segment', 'segment_value', 'actual', 'predicted']) }}

with {{ ml_monitor.outcome_units(['binary', 'multiclass']) }},

cells as (
    select {{ ml_monitor.unit_keys() }}, actual, predicted, sum(weight) as n, sum(n) as effective_n, sum(squared_n) as squared_n
    from outcome_levels
    where part = 'outcome' and class = whole_class and actual <> '' and predicted <> ''
    group by {{ ml_monitor.unit_keys() }}, actual, predicted
),

final as (
    select
        {{- ml_monitor.unit_columns('cells', [('actual', ''), ('predicted', '')]) }},
        cast(coalesce(cells.n, 0) as {{ ml_monitor.type_double() }}) as n,
        cast(coalesce(cells.effective_n, 0) as {{ ml_monitor.type_double() }}) as effective_n,
        cast(coalesce(cells.squared_n, 0) as {{ ml_monitor.type_double() }}) as squared_n
    from stale_units
    left join cells on cells.window_key = stale_units.window_key
)

select * from final
