{{ config(enabled=ml_monitor.with_multivariate() | length > 0, materialized='ml_monitor_view', schema=var('ml_monitor__schema', none), tags=['ml_monitor_results']) }}

{%- set double = ml_monitor.type_double() -%}

with samples as (
    {%- for monitor in ml_monitor.sampled_monitors() %}
    {{ 'union all' if not loop.first }}
    select {{ ml_monitor.text_literal(monitor) }} as monitor, window_key, window_start, window_end, model_version, id, position, combination, feature_values, profiled_at
    from {{ ref(project_name, monitor ~ '__sample') }}
    {%- else %}
    {{ ml_monitor.no_rows([
        ('monitor', ml_monitor.type_text()), ('window_key', ml_monitor.type_text()), ('window_start', 'timestamp'), ('window_end', 'timestamp'), ('model_version', ml_monitor.type_text()),
        ('id', ml_monitor.type_text()), ('position', 'integer'), ('combination', 'bigint'), ('feature_values', double ~ '[]'), ('profiled_at', 'timestamp'),
    ]) }}
    {%- endfor %}
),

final as (
    select
        samples.*,
        coalesce(samples.window_start is null or (samples.window_start >= monitors.reference_from and samples.window_start < monitors.reference_to), false) as is_reference
    from samples
    inner join {{ ref('ml_monitor', 'ml_monitor__monitors') }} as monitors on monitors.monitor = samples.monitor
)

select * from final
