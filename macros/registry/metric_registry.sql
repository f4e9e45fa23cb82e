{% macro metric_registry() %}
    {#- Every metric of every family, each a mapping of name, family, formula, unit, lower, upper, direction, warn_at, alert_at, source and, where not every task has it, tasks. -#}
    {{ return(
        ml_monitor.drift_metrics() + ml_monitor.joint_metrics() + ml_monitor.quality_metrics()
        + ml_monitor.classification_metrics() + ml_monitor.multiclass_metrics() + ml_monitor.regression_metrics() + ml_monitor.ranking_metrics() + ml_monitor.label_metrics()
    ) }}
{% endmacro %}

{% macro metrics_of(family) %}
    {{ return(ml_monitor.metric_registry() | selectattr('family', 'equalto', family) | list) }}
{% endmacro %}
