{% macro _segment_values(declared, columns, cardinalities) %}
    {#- CTEs that end in segment_values: part, feature (the segment's column), bin, position, category.
        part = 'segment_value': one row per value that is kept, the most frequent of the reference first, and where there are more than `segment_values` of them one of position 'other', for all others;
        part = 'segment': one row per column, whose bin is how many values it has, NULL left out: a number that is cut in bands has about as many as it has distinct numbers. -#}
    {%- set text = ml_monitor.type_text() -%}
    {%- set banded = [] -%}
    {%- for column in columns if ml_monitor._is_banded(declared, column, cardinalities) -%}{%- do banded.append(column) -%}{%- endfor -%}
    segment_counts as (
        {%- for column in columns if column not in banded %}
        {{ 'union all' if not loop.first }}
        select {{ ml_monitor.text_literal(column) }} as feature, segment_{{ columns.index(column) }} as category, count(*) as n
        from reference
        where segment_{{ columns.index(column) }} is not null
        group by segment_{{ columns.index(column) }}
        {%- else %}
        select cast(null as {{ text }}) as feature, cast(null as {{ text }}) as category, 0 as n where 1 = 0
        {%- endfor %}
    ),

    ranked_segment_values as (
        select
            feature,
            category,
            row_number() over (partition by feature order by n desc, {{ ml_monitor.binary_order('category') }}) as value_rank,
            count(*) over (partition by feature) as distinct_values
        from segment_counts
    ),

    segment_values as (
        select 'segment_value' as part, feature, value_rank - 1 as bin, 'inside' as position, category
        from ranked_segment_values
        where value_rank <= {{ declared.segment_values }}
        union all
        select distinct 'segment_value', feature, {{ declared.segment_values }}, 'other', '(other)'
        from ranked_segment_values
        where distinct_values > {{ declared.segment_values }}
        union all
        select 'segment', feature, least(count(*), {{ declared.segment_values + 1 }}), null, null
        from ranked_segment_values
        group by feature
        {%- for column in columns if column in banded %}
        union all
        select 'segment', {{ ml_monitor.text_literal(column) }}, {{ cardinalities[column] }}, null, null
        {%- endfor %}
    )
{%- endmacro %}

{% macro _is_banded(declared, column, cardinalities) %}
    {#- Whether a segment's column is a numeric feature of so many values that it is cut in bands. -#}
    {{ return(column in declared.numeric and cardinalities.get(column, 0) > ml_monitor.segment_limits().plain_numbers) }}
{% endmacro %}
