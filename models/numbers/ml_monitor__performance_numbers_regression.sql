{{ ml_monitor.numbers_config(['window_key', 'model_version', 'segment', 'segment_value']) }}

{%- set double = ml_monitor.type_double() -%}
{%- set counts = ['labelled', 'n', 'n_percentage', 'n_log'] -%}
{%- set losses = [
    'mae', 'mae_standard_error', 'rmse', 'rmse_standard_error', 'mse', 'mse_standard_error', 'mape', 'mape_standard_error', 'wmape', 'smape', 'smape_standard_error',
    'msle', 'msle_standard_error', 'rmsle', 'rmsle_standard_error', 'r2', 'mean_error', 'mean_error_standard_error',
] -%}
{%- set quantiles = ['error_quantile_05', 'error_quantile_25', 'error_quantile_50', 'error_quantile_75', 'error_quantile_95'] -%}

with {{ ml_monitor.outcome_units(['regression'], ml_monitor.regression_sums()) }},

{{ ml_monitor.regression_losses() }},

{{ ml_monitor.error_quantiles() }},

metrics as (
    {{ ml_monitor.side_by_side(ml_monitor.unit_keys(), [
        ('unit_counts', ['predictions']),
        ('regression_losses', counts + losses),
        ('error_quantiles', quantiles),
        ('size_quantiles', ['median_absolute_error']),
    ]) }}
),

final as (
    select
        {{- ml_monitor.unit_columns('metrics') }}
        {%- for name in ['predictions'] + counts %},
        cast(coalesce(metrics.{{ name }}, 0) as {{ double }}) as {{ name }}
        {%- endfor %}
        {%- for name in losses + ['median_absolute_error'] + quantiles %},
        cast(metrics.{{ name }} as {{ double }}) as {{ name }}
        {%- endfor %}
    from stale_units
    left join metrics on metrics.window_key = stale_units.window_key
)

select * from final
