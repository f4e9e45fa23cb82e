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

{% macro possible_subjects(monitors) %}
    {#- Every subject that an alert of one of these monitors can have, of all where none is named; nothing where that is not known: a multiclass model whose declaration names no classes has those of its data. -#}
    {%- set subjects, unknown = [], [] -%}
    {%- for monitor in monitors or ml_monitor.declarations() -%}
        {%- set declared = ml_monitor.declaration(monitor) -%}
        {%- set classes = declared.classes.keys() | list if declared.task == 'multiclass' else [] -%}
        {%- do subjects.extend(ml_monitor._features(declared) | map(attribute='name') | list + declared.embedding + classes) -%}
        {%- if declared.multivariate -%}{%- do subjects.append('__joint__') -%}{%- endif -%}
        {%- if monitor in ml_monitor.with_labels() -%}{%- do subjects.append('__label__') -%}{%- endif -%}
        {%- if declared.attributions -%}{%- do subjects.append('__attribution__') -%}{%- endif -%}
        {%- if declared.task == 'multiclass' and not classes -%}{%- do unknown.append(monitor) -%}{%- endif -%}
    {%- endfor -%}
    {{ return([] if unknown else (subjects + ['__row__', 'performance', 'all']) | unique(case_sensitive=true) | list) }}
{% endmacro %}
