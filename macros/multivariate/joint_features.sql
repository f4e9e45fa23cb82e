{% macro joint_features() %}
    {#- Rows (monitor, feature_number, feature) of every monitor with `multivariate`. -#}
    {%- for monitor in ml_monitor.with_multivariate() %}
    {%- set is_first = loop.first %}
    {%- for feature in ml_monitor.declaration(monitor).multivariate.features %}
    {{ 'union all' if not (is_first and loop.first) }}
    select {{ ml_monitor.text_literal(monitor) }} as monitor, {{ loop.index0 }} as feature_number, {{ ml_monitor.text_literal(feature.name) }} as feature
    {%- endfor %}
    {%- endfor %}
{% endmacro %}
