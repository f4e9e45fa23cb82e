{{ ml_monitor.numbers_config(['window_key', 'model_version', 'segment', 'segment_value'], 'regression') }}

{%- set double = ml_monitor.type_double() -%}
{%- set counts = ['labelled', 'n', 'n_percentage', 'n_log'] -%}
{%- set losses = [
    'mae', 'mae_standard_error', 'rmse', 'rmse_standard_error', 'mse', 'mse_standard_error', 'mape', 'mape_standard_error', 'wmape', 'wmape_standard_error', 'smape', 'smape_standard_error',
    'msle', 'msle_standard_error', 'rmsle', 'rmsle_standard_error', 'r2', 'r2_standard_error', 'mean_error', 'mean_error_standard_error',
] -%}
{%- set quantiles = [] -%}
{%- for name in ['median_absolute_error', 'error_quantile_05', 'error_quantile_25', 'error_quantile_50', 'error_quantile_75', 'error_quantile_95'] -%}
    {%- do quantiles.extend([name, name ~ '_low', name ~ '_high']) -%}
{%- endfor -%}
{%- set sums = ['sum_absolute_label', 'best_constant_mse', 'best_constant_msle'] -%}
{%- set best_constants = {
    'mse': 'best_constant_mse',
    'msle': 'greatest(best_constant_msle, 0)',
    'mae': 'absolute_deviation / nullif(n, 0)',
    'wmape': 'absolute_deviation / nullif(sum_absolute_label, 0)',
    'mape': 'least(relative_deviation / nullif(n_percentage, 0), 1)',
} -%}

with {{ ml_monitor.outcome_units(['regression'], ml_monitor.regression_sums() + ml_monitor.relative_label_sums()) }},

{{ ml_monitor.regression_losses() }},

{{ ml_monitor.error_quantiles() }},

{{ ml_monitor.best_constant_losses() }},

metrics as (
    {{ ml_monitor.side_by_side(ml_monitor.unit_keys(), [
        ('unit_counts', ['predictions']),
        ('regression_losses', counts + losses + sums),
        ('size_quantiles', quantiles[:3]),
        ('error_quantiles', quantiles[3:]),
        ('best_constant_losses', ['absolute_deviation', 'relative_deviation']),
    ]) }}
),

final as (
    select
        {{- ml_monitor.unit_columns('metrics') }}
        {%- for name in ['predictions'] + counts %},
        cast(coalesce(metrics.{{ name }}, 0) as {{ double }}) as {{ name }}
        {%- endfor %}
        {%- for name in losses + quantiles %},
        cast(metrics.{{ name }} as {{ double }}) as {{ name }}
        {%- endfor %}
        {%- for name, expression in best_constants.items() %},
        cast({{ expression }} as {{ double }}) as best_constant_{{ name }}
        {%- endfor %}
    from stale_units
    left join metrics on metrics.window_key = stale_units.window_key
)

select * from final
