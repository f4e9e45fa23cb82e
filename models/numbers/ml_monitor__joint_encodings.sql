{#- A table, small as it is: what reads it puts its numbers into SQL. -#}
{{ config(enabled=ml_monitor.with_multivariate() | length > 0, materialized='table', schema=ml_monitor.replay_schema(), sql_header=ml_monitor.numbers_header(), tags=['ml_monitor_results']) }}

{%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}
{%- set monitors = ml_monitor.sampled_monitors() -%}

with reference_rows as (
    select monitor, feature_values
    from {{ ref('ml_monitor', 'ml_monitor__sample') }}
    where is_reference and position > 0
),

encodings as (
    {{ ml_monitor.no_rows([('monitor', text), ('feature_number', 'integer'), ('feature', text), ('kind', text), ('bin', 'integer'), ('n', 'bigint'), ('center', double), ('scale', double)]) }}
    {%- for monitor in monitors %}
    {%- for feature in ml_monitor.declaration(monitor).multivariate.features %}
    {%- set value = 'feature_values[' ~ loop.index ~ ']' %}
    {%- set keys = ml_monitor.text_literal(monitor) ~ ' as monitor, ' ~ loop.index0 ~ ' as feature_number, ' ~ ml_monitor.text_literal(feature.name) ~ ' as feature' %}
    {%- set mine %}(select {{ value }} as one from reference_rows where monitor = {{ ml_monitor.text_literal(monitor) }}){% endset %}
    union all
    {%- if feature.kind == 'numeric' %}
    select
        {{ keys }},
        'numeric' as kind,
        -1 as bin,
        spread.n,
        spread.center,
        -- of a normal variable, 2.563 standard deviations lie between the first and the last decile
        case when spread.last_decile > spread.first_decile then (spread.last_decile - spread.first_decile) / 2.5631031310892007e0 else spread.deviation end as scale
    from (
        select
            max(case when cuts.position = 1 then cuts.cut end) as first_decile,
            max(case when cuts.position = 2 then cuts.cut end) as center,
            max(case when cuts.position = 3 then cuts.cut end) as last_decile,
            max(moments.deviation) as deviation,
            max(moments.n) as n
        from (
            {{ ml_monitor.quantile_rows('1 as one_feature', 'one', [0.1, 0.5, 0.9], mine ~ ' as reference_values') }}
        ) as cuts
        cross join (select count(*) as n, stddev_pop(one) as deviation from {{ mine }} as reference_values where one is not null) as moments
    ) as spread
    where spread.center is not null
    {%- else %}
    -- the middle of the category's part of the reference, the most frequent first, from -1/2 to 1/2: two equally frequent categories stay apart
    select
        {{ keys }},
        'categorical' as kind,
        cast(shares.one as integer) as bin,
        shares.n,
        (sum(shares.n) over (order by shares.one rows unbounded preceding) - shares.n / 2e0) / cast(sum(shares.n) over () as {{ double }}) - 0.5e0 as center,
        null as scale
    from (select one, count(*) as n from {{ mine }} as reference_values where one >= 0 group by one) as shares
    {%- endif %}
    {%- endfor %}
    {%- endfor %}
),

final as (
    select
        cast(monitor as {{ text }}) as monitor,
        cast(feature_number as integer) as feature_number,
        cast(feature as {{ text }}) as feature,
        cast(kind as {{ text }}) as kind,
        cast(bin as integer) as bin,
        cast(n as bigint) as n,
        cast(center as {{ double }}) as center,
        cast(scale as {{ double }}) as scale
    from encodings
)

select * from final
