{#- A table, small as it is: whoever reads the view of drift would count the delays of all labels again. -#}
{{ config(enabled=ml_monitor.with_labels() | length > 0, materialized='table', schema=ml_monitor.replay_schema(), tags=['ml_monitor_results']) }}

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
        cast(ripe_shares.monitor as {{ text }}) as monitor,
        cast(ripe_shares.ripe_share as {{ double }}) as ripe_share,
        cast(baseline_shares.labelled_share as {{ double }}) as reference_labelled_share
    from ripe_shares
    left join baseline_shares on baseline_shares.monitor = ripe_shares.monitor
)

select * from final
