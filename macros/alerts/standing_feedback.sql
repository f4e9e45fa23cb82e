{% macro standing_feedback() -%}
    {#- Rows of ml_monitor__feedback that `monitor reopen` has not taken back since. -#}
    select said.*
    from (
        select feedback.*, max(case when action = 'reopen' then recorded_at end) over (partition by alert_id) as reopened_at
        from {{ ref('ml_monitor', 'ml_monitor__feedback') }} as feedback
    ) as said
    where action <> 'reopen' and (reopened_at is null or recorded_at > reopened_at)
{%- endmacro %}
