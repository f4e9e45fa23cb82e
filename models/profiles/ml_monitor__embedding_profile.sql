{{ config(materialized='ml_monitor_view', enabled=ml_monitor.with_embeddings() | length > 0, schema=var('ml_monitor__schema', none), tags=['ml_monitor_results']) }}

with final as (
    {{ ml_monitor.all_embedding_profiles() }}
)

select * from final
