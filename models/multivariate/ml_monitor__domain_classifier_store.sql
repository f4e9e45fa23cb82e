{#- For engines without Python models: `monitor run` fills it right after the build. dbt makes it once and never touches its rows. -#}
{{ config(
    materialized='incremental',
    full_refresh=false,
    enabled=ml_monitor.with_domain_classifier() | length > 0 and not ml_monitor.runs_python_models(),
    indexes=ml_monitor.grain_index(['window_key', 'feature_number']),
    schema=ml_monitor.replay_schema(),
    tags=['ml_monitor_results'],
) }}

with final as (
    {{ ml_monitor.no_rows(ml_monitor.classifier_columns()) }}
)

select * from final
