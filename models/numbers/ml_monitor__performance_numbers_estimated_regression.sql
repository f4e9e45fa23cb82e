{{ ml_monitor.numbers_config(['window_key', 'model_version', 'segment', 'segment_value'], 'regression') }}

{%- set double = ml_monitor.type_double() -%}
{%- set losses = ml_monitor.mean_losses() -%}
{%- set metrics = losses.keys() | list + ['rmse', 'rmsle', 'wmape', 'r2'] -%}

with {{ ml_monitor.outcome_units(['regression'], only='windows') }},

{{ ml_monitor.known_labels() }},

{{ ml_monitor.loss_cells() }},

expected_cells as (
    select
        {{ ml_monitor.unit_keys() }},
        n,
        reference_n
        {%- for loss, (total, squares, count) in losses.items() %},
        -- how many of the predictions have this loss, its mean, and its variance
        {{ 'n' if count == 'n' else 'n * ' ~ count ~ ' / reference_n' }} as {{ loss }}_n,
        {{ total }} / nullif({{ 'reference_n' if count == 'n' else count }}, 0) as {{ loss }},
        greatest({{ squares }} / nullif({{ 'reference_n' if count == 'n' else count }}, 0) - {{ ml_monitor.square('(' ~ total ~ ' / nullif(' ~ ('reference_n' if count == 'n' else count) ~ ', 0))') }}, 0) as {{ loss }}_variance,
        {{ 'reference_n' if count == 'n' else count }} as {{ loss }}_reference_n
        {%- endfor %}
    from loss_cells
),

mean_losses as (
    select
        {{ ml_monitor.unit_keys() }},
        sum(n) as n
        {%- for loss in losses %},
        sum({{ loss }}_n) as {{ loss }}_n,
        sum({{ loss }}_n * {{ loss }}) / nullif(sum({{ loss }}_n), 0) as {{ loss }},
        sqrt(
            sum({{ loss }}_n * {{ loss }}_variance) / nullif(power(sum({{ loss }}_n), 2), 0)
            + sum({{ loss }}_n * {{ loss }}_n * {{ loss }}_variance / nullif({{ loss }}_reference_n, 0)) / nullif(power(sum({{ loss }}_n), 2), 0)
        ) as {{ loss }}_standard_error
        {%- endfor %}
    from expected_cells
    group by {{ ml_monitor.unit_keys() }}
),

{{ ml_monitor.estimated_ratios() }},

metrics as (
    select
        mean_losses.*,
        {%- for name in ['wmape', 'r2'] %}
        estimated_ratios.{{ name }},
        estimated_ratios.{{ name }}_standard_error,
        {%- endfor %}
        sqrt(mse) as rmse,
        mse_standard_error / nullif(2 * sqrt(mse), 0) as rmse_standard_error,
        sqrt(msle) as rmsle,
        msle_standard_error / nullif(2 * sqrt(msle), 0) as rmsle_standard_error,
        known_labels.predictions,
        known_labels.labelled
    from mean_losses
    inner join estimated_ratios on {{ ml_monitor.same_unit('estimated_ratios', 'mean_losses') }}
    inner join known_labels on {{ ml_monitor.same_unit('known_labels', 'mean_losses') }}
),

final as (
    select
        {{- ml_monitor.unit_columns('metrics') }},
        cast(coalesce(metrics.predictions, 0) as {{ double }}) as predictions,
        cast(coalesce(metrics.labelled, 0) as {{ double }}) as labelled,
        cast(coalesce(metrics.n, 0) as {{ double }}) as n,
        cast(coalesce(metrics.mape_n, 0) as {{ double }}) as n_percentage,
        cast(coalesce(metrics.msle_n, 0) as {{ double }}) as n_log
        {%- for name in metrics %},
        cast(metrics.{{ name }} as {{ double }}) as {{ name }},
        cast(metrics.{{ name }}_standard_error as {{ double }}) as {{ name }}_standard_error
        {%- endfor %}
    from stale_units
    left join metrics on metrics.window_key = stale_units.window_key
)

select * from final
