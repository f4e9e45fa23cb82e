{% macro binned_values(monitor, keys, features, level, relation) %}
    {#- Every row of a relation once per numeric feature: the columns `keys` ({name: expression}), feature_number (the place in `features`), value, center and bin, the same as `bin_of` gives.
        level: 'edges' for fine bins, 'coarse_edges' for those of segments. For many features: one read, one branch. -#}
    {{ return(adapter.dispatch('binned_values', 'ml_monitor')(monitor, keys, features, level, relation)) }}
{% endmacro %}

{% macro duckdb__binned_values(monitor, keys, features, level, relation) %}
    {#- A tree of comparisons runs on whole vectors: much faster than a join to the bins, also an asof join. -#}
    {%- set bins = [] -%}
    {%- for feature in features -%}{%- do bins.append(ml_monitor.bin_of(feature.column, feature.bins[level])) -%}{%- endfor -%}
    {{ ml_monitor.unpivoted(keys, {
        'feature_number': range(features | length),
        'value': features | map(attribute='column') | list,
        'center': features | map(attribute='center') | list,
        'bin': bins,
    }, relation) }}
{%- endmacro %}

{% macro default__binned_values(monitor, keys, features, level, relation) %}
    {#- Hundreds of trees are slow where an expression is interpreted row by row: a binary search in the edges of the feature's pieces finds the piece, and the multiplication of `bin_of` the bin in it. -#}
    {%- set double = ml_monitor.type_double() -%}
    {%- set names = [] -%}
    {%- for feature in features -%}{%- do names.append(ml_monitor.text_literal(feature.name)) -%}{%- endfor -%}
    with pieces as (
        select
            numbers.feature_number,
            max(edges.center) as center,
            array_agg(coalesce(edges.lower_edge, cast('-infinity' as {{ double }})) order by edges.bin) as edges,
            array_agg(cast(edges.bin as {{ double }}) order by edges.bin) as bins,
            array_agg(edges.piece_scale order by edges.bin) as scales,
            array_agg(edges.bin - edges.piece_offset - 0.5 + (1e-9 + abs(edges.piece_offset) * 1e-15) order by edges.bin) as intercepts
        from (
            {%- if level == 'edges' %}
            select feature, bin, lower_edge, center, piece_scale, {{ ml_monitor.product('piece_lower', 'piece_scale') }} as piece_offset
            from {{ ref(monitor ~ '__grid') }}
            where part = 'feature' and bin >= 0 and (piece_lower is not null or position in ('below', 'above'))
            {%- else %}
            select feature, coarse_bin as bin, lower_edge, center, cast(null as {{ double }}) as piece_scale, cast(null as {{ double }}) as piece_offset
            from (
                select *, min(bin) over (partition by feature, coarse_bin) as first_bin
                from {{ ref(monitor ~ '__grid') }}
                where part = 'feature' and bin >= 0
            ) as fine_edges
            where bin = first_bin
            {%- endif %}
        ) as edges
        inner join (
            {{ ml_monitor.unpivoted({}, {'feature': names, 'feature_number': range(features | length)}) }}
        ) as numbers on numbers.feature = edges.feature
        group by numbers.feature_number
    )

    select
        {%- for name in keys %}
        placed.{{ name }},
        {%- endfor %}
        placed.feature_number,
        placed.value,
        placed.center,
        cast(
            case
                when placed.value is null then null
                when not abs(placed.value) <= {{ ml_monitor.largest_number() }} then -2
                when placed.scales[placed.piece] > 0 then placed.value * placed.scales[placed.piece] + placed.intercepts[placed.piece]
                else placed.bins[placed.piece]
            end as smallint
        ) as bin
    from (
        select numbers.*, pieces.center, pieces.bins, pieces.scales, pieces.intercepts, width_bucket(numbers.value, pieces.edges) as piece
        from (
            {{ ml_monitor.unpivoted(keys, {'feature_number': range(features | length), 'value': features | map(attribute='column') | list}, relation) }}
        ) as numbers
        inner join pieces on pieces.feature_number = numbers.feature_number
    ) as placed
{%- endmacro %}
