{{ config(materialized='ml_monitor_view', schema=var('ml_monitor__schema', none), tags=['ml_monitor_results']) }}

{%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}
{%- set columns = [
    ('monitor', text), ('family', text), ('metric', text), ('direction', text), ('warn_at', double), ('alert_at', double), ('is_declared', 'boolean'),
    ('method', text), ('deviations', double), ('tests', 'bigint'), ('windows_per_quarter', 'bigint'),
] -%}
{%- set windows_per_quarter = {'hour': 2160, 'day': 90, 'week': 13, 'month': 3} -%}

with declared_limits as (
    {{ ml_monitor.no_rows(columns) }}
    {%- for monitor in ml_monitor.declarations() %}
    {%- set declared = ml_monitor.declaration(monitor) %}
    {%- for family in ['drift', 'quality', 'performance'] + (['joint'] if declared.multivariate else []) %}
    {%- set tests = ml_monitor.judged_tests(monitor, family) %}
    {%- for metric in ml_monitor.metrics_of(family) if declared.task in metric.get('tasks', [declared.task]) and (metric.get('features') != 'classifier' or declared.multivariate.domain_classifier) %}
    {%- set limit = declared.thresholds.get(metric.name, metric) %}
    union all
    select {{ ml_monitor.text_literal(monitor) }}, '{{ family }}', '{{ metric.name }}', '{{ metric.direction }}'
            {%- for number in [limit.warn_at, limit.alert_at] %}, {{ number if number is not none else 'null' }}{% endfor %}, {{ 'true' if metric.name in declared.thresholds else 'false' -}}
            , '{{ declared.limits.method }}', {{ declared.limits.k }}, {{ tests }}, {{ windows_per_quarter[declared.window] }}
    {%- endfor %}
    {%- endfor %}
    {%- endfor %}
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
