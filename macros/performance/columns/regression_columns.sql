{% macro regression_columns() %}
    {#- See `metric_columns`. -#}
    {%- set metrics = [] -%}
    {%- for name, n in [('mae', 'n'), ('rmse', 'n'), ('mse', 'n'), ('mape', 'n_percentage'), ('smape', 'n'), ('msle', 'n_log'), ('rmsle', 'n_log'), ('mean_error', 'n')] -%}
        {%- do metrics.append(ml_monitor._mean_column(name, n)) -%}
    {%- endfor -%}
    {%- for name in ['wmape', 'r2', 'median_absolute_error', 'error_quantile_05', 'error_quantile_25', 'error_quantile_50', 'error_quantile_75', 'error_quantile_95'] -%}
        {%- do metrics.append(ml_monitor._plain_column(name, 'n')) -%}
    {%- endfor -%}
    {{ return(metrics) }}
{% endmacro %}
