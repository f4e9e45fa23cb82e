{% macro limits_of(family) -%}
    {#- Rows of ml_monitor__limits: what each metric of a family is judged by, for each monitor. -#}
    select monitor, metric, direction, warn_at, alert_at, is_declared, method, deviations, z_limit
    from {{ ref('ml_monitor', 'ml_monitor__limits') }}
    where family = '{{ family }}'
{%- endmacro %}
