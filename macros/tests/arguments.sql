{% macro as_list(value) %}
    {#- What may be given as one or as a list, as a list; nothing as an empty one. -#}
    {{ return([] if value is none else value if value is sequence and value is not string and value is not mapping else [value]) }}
{% endmacro %}

{% macro check_choices(test, argument, given, allowed) %}
    {#- Raises an error where an argument of a test holds a value that it cannot have. Only at run time: an error raised while parsing would stop every model. -#}
    {%- for value in given if value not in allowed -%}
        {{ exceptions.raise_compiler_error("ml_monitor: the argument " ~ argument ~ " of the test " ~ test ~ " is '" ~ value ~ "'; allowed are " ~ (allowed | join(', ') or 'none, for no monitor is declared')) }}
    {%- endfor -%}
{% endmacro %}

{% macro check_argument_names(test, others, allowed) %}
    {#- Raises an error where a test is given arguments that it does not have. -#}
    {%- for name in others -%}
        {{ exceptions.raise_compiler_error("ml_monitor: the test " ~ test ~ " has no argument " ~ name ~ "; allowed are " ~ allowed | join(', ')) }}
    {%- endfor -%}
{% endmacro %}
