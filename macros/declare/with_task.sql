{% macro with_task(task) %}
    {#- The monitors of a task. What only that task needs is neither built nor read where there is none. -#}
    {%- set monitors = [] -%}
    {%- for monitor, block in ml_monitor.declarations().items() if block.task == task -%}{%- do monitors.append(monitor) -%}{%- endfor -%}
    {{ return(monitors) }}
{% endmacro %}

{% macro task_of_kind(kind) %}
    {#- The task that a kind of performance numbers is of. -#}
    {{ return('multiclass' if kind == 'class' else kind) }}
{% endmacro %}
