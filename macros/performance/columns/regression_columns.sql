{% macro regression_columns() %}
    {#- See `metric_columns`. -#}
    {%- set metrics = [] -%}
    {%- for name, n in [('mae', 'n'), ('rmse', 'n'), ('mse', 'n'), ('mape', 'n_percentage'), ('smape', 'n'), ('msle', 'n_log'), ('rmsle', 'n_log'), ('mean_error', 'n')] -%}
        {%- do metrics.append(ml_monitor._mean_column(name, n)) -%}
    {%- endfor -%}
    {%- do metrics.append(ml_monitor._ratio_column('wmape', 'n')) -%}
    {%- do metrics.append({
        'name': 'r2', 'value': 'r2', 'standard_error': 'r2_standard_error', 'low': '(1 - ' ~ ml_monitor.log_bound('(1 - r2)', 'r2_standard_error', '+') ~ ')',
        'high': '(1 - ' ~ ml_monitor.log_bound('(1 - r2)', 'r2_standard_error', '-') ~ ')', 'n': 'n', 'support': none,
    }) -%}
    {%- for name in ['median_absolute_error', 'error_quantile_05', 'error_quantile_25', 'error_quantile_50', 'error_quantile_75', 'error_quantile_95'] -%}
        {#- half the interval's width is 1.96 standard errors; of an interval that is open on one side, the other half is -#}
        {%- do metrics.append({
            'name': name, 'value': name, 'low': name ~ '_low', 'high': name ~ '_high', 'n': 'n', 'support': none,
            'standard_error': 'coalesce((' ~ name ~ '_high - ' ~ name ~ '_low) / 2, ' ~ name ~ '_high - ' ~ name ~ ', ' ~ name ~ ' - ' ~ name ~ '_low) / 1.96',
        }) -%}
    {%- endfor -%}
    {{ return(metrics) }}
{% endmacro %}
