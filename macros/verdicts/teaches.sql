{% macro teaches(relation) -%}
    {#- Whether a row of numbers says what is usual: its window belongs to the reference, holds enough rows and lies in no known incident. -#}
    coalesce({{ relation }}.is_reference and {{ relation }}.n >= monitors.min_rows and {{ ml_monitor.outside_incidents(relation) }}, false)
{%- endmacro %}

{% macro outside_incidents(relation, concern='data', subject='feature') -%}
    {#- Whether a row's window lies in no known incident of its subject, the column `subject`. -#}
    not exists (
            select 1
            from {{ ref('ml_monitor', 'ml_monitor__heeded_incidents') }} as incidents
            where incidents.monitor = {{ relation }}.monitor
                and incidents.incident_from < {{ relation }}.window_end
                and incidents.incident_to > {{ relation }}.window_start
                and (incidents.concern is null or (incidents.concern = '{{ concern }}' and incidents.subject in ({{ relation }}.{{ subject }}{{ ", 'all'" if concern == 'performance' }})))
        )
{%- endmacro %}

{% macro opens_alerts(relation) -%}
    {#- Whether a row's verdict can be an alert: overall, and in the segments declared under limits.segments. Elsewhere it is evidence, and warns at the most. -#}
    ({{ relation }}.segment = 'overall'
    {%- for monitor in ml_monitor.declarations() %}
    {%- for segment in ml_monitor.declaration(monitor).limits.segments %}
        or ({{ relation }}.monitor = {{ ml_monitor.text_literal(monitor) }} and {{ relation }}.segment = {{ ml_monitor.text_literal(segment | join('*')) }})
    {%- endfor %}
    {%- endfor %})
{%- endmacro %}
