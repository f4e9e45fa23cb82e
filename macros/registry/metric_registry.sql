{% macro metric_registry() %}
    {#- Every metric of every family, each a mapping of name, family, formula, unit, lower, upper, direction, warn_at, alert_at, source and, where not every task has it, tasks; is_optional where it is shown only to who declares it. -#}
    {{ return(ml_monitor.metrics_of('drift') + ml_monitor.metrics_of('joint') + ml_monitor.metrics_of('quality') + ml_monitor.metrics_of('performance')) }}
{% endmacro %}

{% macro metrics_of(family) %}
    {#- The metrics of a family alone: reading the texts of all of them takes a tenth of a second. -#}
    {%- if family == 'drift' -%}
        {{ return(ml_monitor.drift_metrics() + ml_monitor.embedding_metrics()) }}
    {%- elif family == 'joint' -%}
        {{ return(ml_monitor.joint_metrics()) }}
    {%- elif family == 'quality' -%}
        {{ return(ml_monitor.quality_metrics() + ml_monitor.feed_metrics()) }}
    {%- endif -%}
    {{ return(ml_monitor.classification_metrics() + ml_monitor.multiclass_metrics() + ml_monitor.regression_metrics() + ml_monitor.ranking_metrics() + ml_monitor.label_metrics()) }}
{% endmacro %}

{% macro shows_metric(declared, metric) %}
    {#- Whether a monitor's results hold a metric: an optional one only where its declaration names it, under `metrics` or with thresholds of its own; one of attributions where those are declared. -#}
    {%- if metric.get('features') == 'attributions' and not declared.attributions -%}{{ return(false) }}{%- endif -%}
    {{ return(not metric.get('is_optional') or declared.metrics == 'all' or metric.name in declared.metrics or metric.name in declared.thresholds) }}
{% endmacro %}
