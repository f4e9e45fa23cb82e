{% macro expected_losses() %}
    {#- Mean loss -> (its sum, the sum of its squares, the count it is the mean of, the count's name in the profile): what a regression's labelled reference tells of the losses to come. -#}
    {{ return({
        'mae': ('sum_absolute_error', 'sum_squared_error', 'n'),
        'mse': ('sum_squared_error', 'sum_quartic_error', 'n'),
        'mape': ('sum_absolute_percentage_error', 'sum_squared_percentage_error', 'n_percentage'),
        'smape': ('sum_symmetric_percentage_error', 'sum_squared_symmetric_percentage_error', 'n'),
        'msle': ('sum_squared_log_error', 'sum_quartic_log_error', 'n_log'),
        'mean_error': ('sum_error', 'sum_squared_error', 'n'),
    }) }}
{% endmacro %}
