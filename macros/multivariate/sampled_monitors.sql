{% macro sampled_monitors() %}
    {#- The monitors with `multivariate` whose sample exists: one that has been broken from its first day must not stop the results of the others. -#}
    {%- set monitors = [] -%}
    {%- for monitor in ml_monitor.with_multivariate() -%}
        {%- set relation = ref(project_name, monitor ~ '__sample') -%}
        {%- if not execute or load_relation(relation) is not none -%}{%- do monitors.append(monitor) -%}{%- endif -%}
    {%- endfor -%}
    {{ return(monitors) }}
{% endmacro %}
