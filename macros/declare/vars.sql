{% macro check_vars() %}
    {#- Raises an error where a var of this run has a name like this package's and is none of them. -#}
    {%- set known = ['ml_monitor__as_of', 'ml_monitor__rebuild_from', 'ml_monitor__refit', 'ml_monitor__schema'] -%}
    {#- ml_monitor__policy is none of them either: it goes with views, and a grid is a table -#}
    {%- for name in invocation_args_dict.get('vars', {}) if name.startswith('ml_monitor_') and name not in known + ['ml_monitor__unknown_relations'] -%}
        {{ exceptions.raise_compiler_error("ml_monitor: there is no var " ~ name ~ "; allowed are " ~ known | join(', ')) }}
    {%- endfor -%}
{% endmacro %}

{% macro checked_moment(name, moment) %}
    {#- Raises an error where a var is no date or time. -#}
    {%- if not modules.re.match('^\\d{4}-\\d{2}-\\d{2}([ T]\\d{2}:\\d{2}(:\\d{2}([.]\\d+)?)?)?$', moment | string) -%}
        {{ exceptions.raise_compiler_error("ml_monitor: the var " ~ name ~ " is '" ~ moment ~ "', which is no date or time; write it like 2026-01-31 or 2026-01-31 12:00:00") }}
    {%- endif -%}
{% endmacro %}
