{% test unique_grain(model, columns) %}
    {#- Fails on every combination of `columns` that occurs more than once, or in which one of them is NULL. -#}
    select
        {{ columns | join(',\n        ') }},
        count(*) as n
    from {{ model }}
    group by {{ columns | join(', ') }}
    having count(*) > 1
        {%- for column in columns %}
        or {{ column }} is null
        {%- endfor %}
{% endtest %}
