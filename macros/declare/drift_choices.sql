{% macro drift_choices(block) %}
    {#- {'metrics', 'baselines', 'trailing', 'attributions'} of a block with every default filled in. What is written wrongly is left out: `drift_choice_mistakes` tells of it, and the results of other monitors must not stop.
        metrics: 'all' or a list of names; trailing: how many windows that baseline has; attributions: {feature: column}. -#}
    {%- set trailing, attributions = block.get('trailing'), {} -%}
    {%- for feature, column in (block.attributions if block.get('attributions') is mapping else {}).items() if column is string and feature in ml_monitor._declared_features(block) -%}
        {%- do attributions.update({feature: column}) -%}
    {%- endfor -%}
    {{ return({
        'metrics': 'all' if block.get('metrics') == 'all' else ml_monitor._as_list(block.get('metrics')),
        'baselines': ml_monitor._as_list(block.get('baselines')) | select('in', ml_monitor.declarable_baselines()) | list,
        'trailing': trailing if trailing is integer and trailing is not boolean and trailing >= 1 else 7,
        'attributions': attributions,
    }) }}
{% endmacro %}

{% macro drift_choice_mistakes(block) %}
    {#- [what is wrong with the metrics, baselines, trailing and attributions of a block]. -#}
    {%- set mistakes = [] -%}
    {%- set metrics, attributions = block.get('metrics'), block.get('attributions') -%}
    {%- if metrics is not none and metrics != 'all' and (metrics is string or metrics is mapping or metrics is not sequence) -%}
        {%- do mistakes.append("metrics: must be `all` or a list, such as [hellinger_distance]") -%}
    {%- endif -%}
    {%- set optional = ml_monitor.metrics_of('drift') | selectattr('is_optional', 'defined') | map(attribute='name') | list if ml_monitor._as_list(metrics) else [] -%}
    {%- for name in ml_monitor._as_list(metrics) if name not in optional -%}
        {%- do mistakes.append("metrics: '" ~ name ~ "' is not one of the optional metrics of drift: " ~ optional | join(', ')) -%}
    {%- endfor -%}
    {%- if block.get('baselines') is not none and ml_monitor._as_list(block.baselines) != block.baselines -%}
        {%- do mistakes.append("baselines: must be a list, such as [previous, trailing]") -%}
    {%- endif -%}
    {%- for name in ml_monitor._as_list(block.get('baselines')) if name not in ml_monitor.declarable_baselines() -%}
        {%- do mistakes.append("baselines: '" ~ name ~ "' is not one of " ~ ml_monitor.declarable_baselines() | join(', ')) -%}
    {%- endfor -%}
    {%- if block.get('trailing') is not none and (block.trailing is not integer or block.trailing is boolean or block.trailing < 1) -%}
        {%- do mistakes.append("trailing: is " ~ block.trailing ~ "; must be a whole number, at least 1") -%}
    {%- endif -%}
    {%- if attributions is not none and attributions is not mapping -%}
        {%- do mistakes.append("attributions: must be a mapping of features to columns, such as {income: shap_income}") -%}
    {%- endif -%}
    {%- for feature, column in (attributions if attributions is mapping else {}).items() if feature not in ml_monitor._declared_features(block) or column is not string -%}
        {%- do mistakes.append("attributions." ~ feature ~ ": " ~ ("must name the column that holds the feature's attribution" if column is not string else "is not declared under features; correct the name or declare it")) -%}
    {%- endfor -%}
    {{ return(mistakes) }}
{% endmacro %}

{% macro declarable_baselines() %}{{ return(['reference', 'season', 'previous', 'trailing']) }}{% endmacro %}

{% macro with_attributions() %}
    {#- The monitors that declare attributions. Where there is none, no SQL speaks of them. -#}
    {%- set monitors = [] -%}
    {%- for monitor in ml_monitor.declarations() if ml_monitor.declaration(monitor).attributions -%}{%- do monitors.append(monitor) -%}{%- endfor -%}
    {{ return(monitors) }}
{% endmacro %}

{% macro with_baselines() %}
    {#- {'previous' or 'trailing': {monitor: how many windows}} of those that are declared. -#}
    {%- set baselines = {} -%}
    {%- for monitor in ml_monitor.declarations() -%}
        {%- set declared = ml_monitor.declaration(monitor) -%}
        {%- for baseline in ['previous', 'trailing'] if baseline in declared.baselines -%}
            {%- do baselines.update({baseline: dict(baselines.get(baseline, {}), **{monitor: 1 if baseline == 'previous' else declared.trailing})}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(baselines) }}
{% endmacro %}

{% macro _declared_features(block) %}
    {%- set features = block.get('features') if block.get('features') is mapping else {} -%}
    {{ return(ml_monitor._as_list(features.get('numeric')) + ml_monitor._as_list(features.get('categorical'))) }}
{% endmacro %}
