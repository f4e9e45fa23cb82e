{{ ml_monitor.once_a_run_config() }}

{%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}
{%- set columns = [
    'monitor', 'grain', 'model_version', 'window_start', 'window_end', 'segment', 'segment_value', 'source', 'metric', 'class', 'value', 'ci_low', 'ci_high', 'n',
    'labelled_share', 'reference_value', 'best_constant', 'lower_limit', 'upper_limit', 'verdict', 'reason',
] -%}
{%- set ranges = ml_monitor.metric_ranges() -%}
{%- set record = ['limit_ratio', 'estimation_error', 'record_windows', 'record_error', 'record_noise'] %}

with limits as (
    {{ ml_monitor.limits_of('performance') }}
),

{{ ml_monitor.label_ages() }},

metric_rows as (
    {{ ml_monitor.metric_rows('binary', ranges) }}
    union all
    {{ ml_monitor.metric_rows('binary', ranges, 'estimated') }}
    {%- for kind in ['multiclass', 'class', 'regression', 'ranking'] if ml_monitor.with_task(ml_monitor.task_of_kind(kind)) %}
    union all
    {{ ml_monitor.metric_rows(kind, ranges) }}
    {%- if kind in ml_monitor.estimated_metrics() %}
    union all
    {{ ml_monitor.metric_rows(kind, ranges, 'estimated') }}
    {%- endif %}
    {%- endfor %}
),

{{ ml_monitor.compared_metrics() }},

{{ ml_monitor.judged_metrics() }},

{{ ml_monitor.label_life() }},

all_metrics as (
    select {{ (columns + record) | join(', ') }}
    from judged_metrics
    union all
    select {{ columns | join(', ') }}, value / nullif(upper_limit, 0){% for _ in record[1:] %}, null{% endfor %}
    from label_life
),

final as (
    select
        cast(monitor as {{ text }}) as monitor,
        cast(model_version as {{ text }}) as model_version,
        cast(window_start as timestamp) as window_start,
        cast(window_end as timestamp) as window_end,
        cast(segment as {{ text }}) as segment,
        cast(segment_value as {{ text }}) as segment_value,
        cast(grain as {{ text }}) as grain,
        cast(source as {{ text }}) as source,
        cast(metric as {{ text }}) as metric,
        cast(class as {{ text }}) as class,
        cast(value as {{ double }}) as value,
        cast(case when value is not null then ci_low end as {{ double }}) as ci_low,
        cast(case when value is not null then ci_high end as {{ double }}) as ci_high,
        cast(n as bigint) as n,
        cast(labelled_share as {{ double }}) as labelled_share,
        cast(reference_value as {{ double }}) as reference_value,
        cast(case when value is not null then best_constant end as {{ double }}) as best_constant,
        cast(lower_limit as {{ double }}) as lower_limit,
        cast(upper_limit as {{ double }}) as upper_limit,
        cast(verdict as {{ text }}) as verdict,
        cast(reason as {{ text }}) as reason,
        cast(limit_ratio as {{ double }}) as limit_ratio,
        cast(estimation_error as {{ double }}) as estimation_error,
        cast(record_windows as bigint) as record_windows,
        cast(record_error as {{ double }}) as record_error,
        cast(record_noise as {{ double }}) as record_noise
    from all_metrics
)

select * from final
