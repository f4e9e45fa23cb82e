{#- Stored, small as it is: whoever reads the view of drift would count the delays of all labels again. Replaced by monitor, for a table that is made anew takes with it, on some engines, the views that read it. -#}
{{ config(
    enabled=ml_monitor.with_labels() | length > 0,
    materialized='incremental',
    incremental_strategy=ml_monitor.replace_strategy(),
    unique_key='monitor',
    on_schema_change='append_new_columns',
    indexes=ml_monitor.grain_index(['monitor']),
    sql_header=ml_monitor.numbers_header(),
    schema=ml_monitor.replay_schema(),
    tags=['ml_monitor_results'],
) }}

{%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() %}

with {{ ml_monitor.label_ages() }},

baseline_shares as (
    select monitor, sum(case when delay_code <> {{ ml_monitor.delay_codes().unlabelled }} then n else 0 end) / nullif(sum(n), 0) as labelled_share
    from label_delays
    where is_baseline and has_period and model_version = 'all'
    group by monitor
),

final as (
    select
        cast(monitors.monitor as {{ text }}) as monitor,
        cast(ripe_shares.ripe_share as {{ double }}) as ripe_share,
        cast(baseline_shares.labelled_share as {{ double }}) as reference_labelled_share
    from {{ ref('ml_monitor', 'ml_monitor__monitors') }} as monitors
    left join ripe_shares on ripe_shares.monitor = monitors.monitor
    left join baseline_shares on baseline_shares.monitor = monitors.monitor
    where monitors.has_labels
)

select * from final
