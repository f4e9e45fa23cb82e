{% macro derived_measures() %}
    {#- What is derived from a column of each kind, as numeric features `<column>__<measure>`. -#}
    {{ return({
        'text': ['length', 'is_empty', 'words', 'letter_share', 'digit_share', 'symbol_share', 'space_share'],
        'date': ['age_days'],
        'array': ['length'],
        'embedding': ['norm', 'dimensions'],
    }) }}
{% endmacro %}

{% macro _derived_features(declared) %}
    {#- The features that are derived from declared columns, in order: name, source (the declared column), measure, of (its kind), kind (numeric), column (their name in `_prediction_rows`). -#}
    {%- set derived = [] -%}
    {%- for kind, measures in ml_monitor.derived_measures().items() -%}
        {%- for source in declared[kind] -%}
            {%- for measure in measures -%}
                {%- do derived.append({'name': source ~ '__' ~ measure, 'source': source, 'measure': measure, 'of': kind, 'kind': 'numeric', 'column': 'derived_' ~ derived | length}) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(derived) }}
{% endmacro %}

{% macro _derived_value(feature, column, predicted_at) -%}
    {#- The value of a derived feature as SQL. NULL stays NULL; the shares of an empty text, and the age of a date without an end, are NULL.
        Characters are code points. A text is empty where it has no character but white space; what is neither letter, digit nor white space is a symbol; words are what white space parts.
        A vector that holds NULL, NaN or an infinity has a norm that is not a number. -#}
    {%- set double, value = ml_monitor.type_double(), column.sql -%}
    {%- set text = 'cast(' ~ value ~ ' as ' ~ ml_monitor.type_text() ~ ')' -%}
    {%- set spaces = ml_monitor._character_class('spaces') -%}
    {%- if feature.of == 'date' -%}
        {%- set moment = ml_monitor._moment(column) -%}
        cast(case when isfinite({{ moment }}) then {{ ml_monitor.hours_between(moment, predicted_at) }} / 24 end as {{ double }})
    {%- elif feature.of == 'array' -%}
        cast({{ ml_monitor.elements(value) }} as {{ double }})
    {%- elif feature.of == 'embedding' -%}
        {{ ml_monitor.vector_norm(value) if feature.measure == 'norm' else 'cast(' ~ ml_monitor.elements(value) ~ ' as ' ~ double ~ ')' }}
    {%- elif feature.measure == 'length' -%}
        cast(length({{ text }}) as {{ double }})
    {%- elif feature.measure == 'is_empty' -%}
        cast(case when {{ value }} is not null then case when {{ ml_monitor._length_without(text, spaces) }} = 0 then 1 else 0 end end as {{ double }})
    {%- elif feature.measure == 'words' -%}
        cast({{ ml_monitor._length_without("regexp_replace(" ~ text ~ ", '[^" ~ spaces ~ "]+', 'w', 'g')", spaces) }} as {{ double }})
    {%- else -%}
        {%- set letters, digits = ml_monitor._character_class('letters'), ml_monitor._character_class('digits') -%}
        {%- set others = ml_monitor._length_without(text, {'letter_share': letters, 'digit_share': digits, 'space_share': spaces, 'symbol_share': letters ~ digits ~ spaces}[feature.measure]) -%}
        cast({{ others if feature.measure == 'symbol_share' else '(length(' ~ text ~ ') - ' ~ others ~ ')' }} as {{ double }}) / nullif(length({{ text }}), 0)
    {%- endif -%}
{%- endmacro %}

{% macro _length_without(text, characters) -%}
    length(regexp_replace({{ text }}, '[{{ characters }}]+', '', 'g'))
{%- endmacro %}
