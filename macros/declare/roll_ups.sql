{% macro roll_ups_of(window) %}
    {#- The longer windows that windows of a length add up to: a week may lie in two months. -#}
    {{ return({'hour': ['day', 'week', 'month'], 'day': ['week', 'month']}.get(window, [])) }}
{% endmacro %}

{% macro declared_roll_ups(declared) %}
    {#- The longer windows that a declaration asks for. What is declared wrongly is left out: `columns` tells of it, and the results of other monitors must not stop. -#}
    {%- set grains = [] -%}
    {%- for grain in ml_monitor.roll_ups_of(declared.window) if declared.roll_up is sequence and grain in declared.roll_up -%}{%- do grains.append(grain) -%}{%- endfor -%}
    {{ return(grains) }}
{% endmacro %}

{% macro rolled_up_monitors() %}
    {#- {grain: monitors whose windows are rolled up to it}. -#}
    {%- set monitors = {} -%}
    {%- for monitor in ml_monitor.declarations() -%}
        {%- for grain in ml_monitor.declared_roll_ups(ml_monitor.declaration(monitor)) -%}
            {%- do monitors.update({grain: monitors.get(grain, []) + [monitor]}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(monitors) }}
{% endmacro %}

{% macro roll_up_mistakes(declared) %}
    {#- [what is wrong with a declaration's roll_up]. -#}
    {%- set mistakes, seen = [], [] -%}
    {%- if declared.window not in ['hour', 'day', 'week', 'month'] -%}{{ return([]) }}{%- endif -%}
    {%- if declared.roll_up is string or declared.roll_up is not sequence -%}
        {{ return(["roll_up: '" ~ declared.roll_up ~ "' is not a list, such as [week, month]"]) }}
    {%- endif -%}
    {%- set allowed = ml_monitor.roll_ups_of(declared.window) -%}
    {%- for grain in declared.roll_up -%}
        {%- if grain in seen -%}
            {%- do mistakes.append("roll_up: '" ~ grain ~ "' is listed twice; take one out") -%}
        {%- elif declared.window == 'week' and grain == 'month' -%}
            {%- do mistakes.append("roll_up: a week may lie in two months; declare window: day to roll up to months") -%}
        {%- elif grain not in allowed -%}
            {%- do mistakes.append("roll_up: '" ~ grain ~ "' is not longer than window: " ~ declared.window ~ "; " ~ ('allowed: ' ~ allowed | join(', ') if allowed else 'take it out')) -%}
        {%- endif -%}
        {%- do seen.append(grain) -%}
    {%- endfor -%}
    {{ return(mistakes) }}
{% endmacro %}
