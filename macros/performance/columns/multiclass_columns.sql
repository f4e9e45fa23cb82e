{% macro multiclass_columns() %}
    {#- The averages over the classes; see `metric_columns`. -#}
    {%- set metrics = [] -%}
    {%- for name in ['accuracy', 'precision_micro', 'recall_micro', 'f1_micro', 'recall_weighted'] -%}
        {%- do metrics.append(dict(ml_monitor._share_column('accuracy', 'n'), name=name)) -%}
    {%- endfor -%}
    {%- for name in ['precision_macro', 'recall_macro', 'f1_macro', 'specificity_macro', 'precision_weighted', 'f1_weighted', 'balanced_accuracy', 'matthews_correlation'] -%}
        {%- do metrics.append(ml_monitor._mean_column(name, 'n')) -%}
    {%- endfor -%}
    {%- for name in ['roc_auc_macro', 'roc_auc_weighted'] -%}{%- do metrics.append(ml_monitor._area_column(name, 'scored')) -%}{%- endfor -%}
    {%- for name in ['log_loss', 'brier_score'] -%}{%- do metrics.append(ml_monitor._mean_column(name, 'scored')) -%}{%- endfor -%}
    {{ return(metrics) }}
{% endmacro %}
