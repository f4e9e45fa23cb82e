{% macro vector_elements(keys, vector, relation) %}
    {#- A row per element of an array of numbers: the key columns, dimensions (the array's length), dimension (from 1) and value, as doubles. -#}
    {{ return(adapter.dispatch('vector_elements', 'ml_monitor')(keys, vector, relation)) }}
{% endmacro %}

{% macro default__vector_elements(keys, vector, relation) -%}
    select {{ keys | join(', ') }}, len({{ vector }}) as dimensions, unnest(range(1, len({{ vector }}) + 1)) as dimension, unnest(cast({{ vector }} as double[])) as value
        from {{ relation }}
{%- endmacro %}

{% macro postgres__vector_elements(keys, vector, relation) -%}
    select {{ keys | join(', ') }}, cardinality({{ vector }}) as dimensions, elements.dimension, cast(elements.value as double precision) as value
        from {{ relation }} as vectors
        cross join lateral unnest({{ vector }}) with ordinality as elements(value, dimension)
{%- endmacro %}
