{{ config(materialized='ml_monitor_view', schema=var('ml_monitor__schema', none), tags=['ml_monitor_results']) }}

{%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}
{%- set columns = [
    ('monitor', text), ('family', text), ('metric', text), ('direction', text), ('warn_at', double), ('alert_at', double), ('is_declared', 'boolean'),
    ('method', text), ('deviations', double), ('tests', 'bigint'), ('windows_per_quarter', 'bigint'),
] -%}
{%- set windows_per_quarter = ml_monitor.windows_per_quarter() -%}

{%- set families = {} -%}
{%- for family in ['drift', 'quality', 'performance'] + (['joint'] if ml_monitor.with_multivariate() else []) -%}{%- do families.update({family: ml_monitor.metrics_of(family)}) -%}{%- endfor -%}
{#- rows of values: an engine plans each branch of a union, in every view that reads this one -#}
{%- set rows = [] -%}
{%- for monitor in ml_monitor.declarations() -%}
    {%- set declared = ml_monitor.declaration(monitor) -%}
    {%- for family, metrics in families.items() if family != 'joint' or declared.multivariate -%}
        {%- set tests = ml_monitor.judged_tests(declared, family, metrics) -%}
        {%- for metric in metrics if ml_monitor.has_metric(declared, metric) and ml_monitor.shows_metric(declared, metric) -%}
            {%- set limit = declared.thresholds.get(metric.name, metric) -%}
            {%- do rows.append([
                ml_monitor.text_literal(monitor), "'" ~ family ~ "'", "'" ~ metric.name ~ "'", "'" ~ metric.direction ~ "'",
                'null' if limit.warn_at is none else limit.warn_at, 'null' if limit.alert_at is none else limit.alert_at, 'true' if metric.name in declared.thresholds else 'false',
                "'" ~ declared.limits.method ~ "'", declared.limits.k, tests, windows_per_quarter[declared.window],
            ]) -%}
        {%- endfor -%}
    {%- endfor -%}
{%- endfor %}

with declared_limits as (
    {{ ml_monitor.typed_values(columns, rows) }}
),

segment_values as (
    select monitor, feature as segment_column, max(bin) as n
    from {{ ref('ml_monitor', 'ml_monitor__grid') }}
    where part = 'segment'
    group by monitor, feature
),

-- how many segments open alerts beside overall
judged_segments as (
    {{ ml_monitor.no_rows([('monitor', text), ('n', 'bigint')]) }}
    {%- for monitor in ml_monitor.declarations() %}
    {%- for segment in ml_monitor.declaration(monitor).limits.segments %}
    union all
    select {{ ml_monitor.text_literal(monitor) }}, cast(round(exp(sum(ln(greatest(n, 1))))) as bigint)
    from segment_values
    where monitor = {{ ml_monitor.text_literal(monitor) }} and segment_column in ({{ ml_monitor.text_literals(segment) }})
    {%- endfor %}
    {%- endfor %}
),

counted_tests as (
    select
        declared_limits.*,
        declared_limits.tests * (1 + coalesce(segments.n, 0)) as all_tests
    from declared_limits
    left join (select monitor, sum(n) as n from judged_segments group by monitor) as segments on segments.monitor = declared_limits.monitor
),

final as (
    select
        cast(monitor as {{ text }}) as monitor,
        cast(family as {{ text }}) as family,
        cast(metric as {{ text }}) as metric,
        cast(direction as {{ text }}) as direction,
        cast(warn_at as {{ double }}) as warn_at,
        cast(alert_at as {{ double }}) as alert_at,
        is_declared,
        cast(method as {{ text }}) as method,
        cast(case when method = 'reference_sd' then deviations end as {{ double }}) as deviations,
        cast(all_tests as bigint) as tests,
        -- half a false alarm a quarter, shared among all that is judged in it
        cast({{ ml_monitor.normal_deviate('(0.5e0 / (windows_per_quarter * all_tests))') }} as {{ double }}) as z_limit
    from counted_tests
)

select * from final
