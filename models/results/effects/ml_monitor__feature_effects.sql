{{ config(materialized='ml_monitor_view', schema=var('ml_monitor__schema', none), tags=['ml_monitor_results']) }}

{%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}
{%- set has_outcomes = ml_monitor.with_effects() | length > 0 -%}

with {{ ml_monitor.bin_texts() }},

{% if has_outcomes -%}
{{ ml_monitor.observed_outcomes() }},

{% endif -%}
effects as (
    select
        -- where and when
        numbers.monitor,
        numbers.model_version,
        numbers.window_start,
        numbers.window_end,
        numbers.segment,
        numbers.segment_value,

        -- what
        numbers.feature,
        numbers.bin,
        bin_texts.bin_text,

        -- how many rows
        numbers.n,
        numbers.n / cast(nullif(numbers.feature_n, 0) as {{ double }}) as share,
        numbers.reference_n,
        numbers.reference_n / cast(nullif(numbers.reference_feature_n, 0) as {{ double }}) as reference_share,

        -- what the model said of them
        numbers.sum_score / nullif(numbers.scored_n, 0) as mean_score,
        numbers.reference_sum_score / nullif(numbers.reference_scored_n, 0) as reference_mean_score,

        -- what came true
        {%- if has_outcomes %}
        centers.center,
        {%- for sum in ['n', 'sum_outcome', 'sum_squared_outcome'] %}
        outcomes.{{ sum }} as outcome_{{ sum }},
        coalesce(reference_outcomes.{{ sum }}, 0) - case when numbers.is_reference then coalesce(outcomes.{{ sum }}, 0) else 0 end as reference_outcome_{{ sum }}{{ ',' if not loop.last }}
        {%- endfor %}
        {%- else %}
        cast(null as {{ double }}) as center
        {%- for side in ['', 'reference_'] %}
        {%- for sum in ['n', 'sum_outcome', 'sum_squared_outcome'] %},
        cast(null as {{ double }}) as {{ side }}outcome_{{ sum }}
        {%- endfor %}
        {%- endfor %}
        {%- endif %}
    from {{ ref('ml_monitor', 'ml_monitor__feature_effect_numbers') }} as numbers
    left join bin_texts
        on bin_texts.monitor = numbers.monitor and bin_texts.feature = numbers.feature and bin_texts.bin = numbers.bin
    {%- if has_outcomes %}
    left join window_outcomes as outcomes
        on outcomes.monitor = numbers.monitor
        and outcomes.window_start = numbers.window_start
        and outcomes.model_version = numbers.model_version
        and outcomes.feature = numbers.feature
        and outcomes.bin = numbers.bin
        and numbers.segment = 'overall'
    left join reference_outcomes
        on reference_outcomes.monitor = numbers.monitor
        and reference_outcomes.model_version = numbers.reference_version
        and reference_outcomes.feature = numbers.feature
        and reference_outcomes.bin = numbers.bin
        and numbers.segment = 'overall'
    left join outcome_centers as centers on centers.monitor = numbers.monitor
    {%- endif %}
    where numbers.feature_n > 0
),

final as (
    select
        monitor,
        model_version,
        window_start,
        window_end,
        segment,
        segment_value,
        feature,
        bin,
        cast(bin_text as {{ text }}) as bin_text,
        n,
        cast(share as {{ double }}) as share,
        reference_n,
        cast(reference_share as {{ double }}) as reference_share,
        cast(mean_score as {{ double }}) as mean_score,
        cast(reference_mean_score as {{ double }}) as reference_mean_score,
        {%- for side in ['', 'reference_'] %}
        {%- set n = 'nullif(' ~ side ~ 'outcome_n, 0)' %}
        cast({{ n }} as bigint) as {{ side }}labelled,
        cast(coalesce(center, 0) + {{ side }}outcome_sum_outcome / {{ n }} as {{ double }}) as {{ side }}observed_rate,
        cast(sqrt(greatest({{ side }}outcome_sum_squared_outcome / {{ n }} - {{ ml_monitor.square('(' ~ side ~ 'outcome_sum_outcome / ' ~ n ~ ')') }}, 0 * {{ side }}outcome_sum_outcome / {{ n }})) as {{ double }}) as {{ side }}observed_deviation{{ ',' if not loop.last }}
        {%- endfor %}
    from effects
)

select * from final
