{{ config(materialized='ml_monitor_view', schema=var('ml_monitor__schema', none), tags=['ml_monitor_results']) }}

{%- set double = ml_monitor.type_double() -%}
{%- set keys = ['monitor', 'model_version', 'window_start', 'window_end', 'segment', 'segment_value', 'feature'] -%}

-- the squares of the bins' means are taken about the mean of all, so that no great numbers cancel
with feature_bins as (
    select
        {{ keys | join(', ') }}
        {%- for side in ['', 'reference_'] %},
        {{ side }}scored_n,
        {{ side }}sum_score / nullif({{ side }}scored_n, 0)
            - sum({{ side }}sum_score) over (partition by {{ keys | join(', ') }}) / nullif(sum({{ side }}scored_n) over (partition by {{ keys | join(', ') }}), 0) as {{ side }}distance,
        {{ side }}score_variance
        {%- endfor %}
    from {{ ref('ml_monitor', 'ml_monitor__feature_effect_numbers') }}
    where feature_n > 0 and feature not in ('__score__', '__prediction__') and left(feature, 15) <> '__attribution__'
),

feature_sums as (
    select
        {{ keys | join(', ') }}
        {%- for side in ['', 'reference_'] %},
        sum({{ side }}scored_n) as {{ side }}n,
        sum(case when {{ side }}scored_n > 0 then 1 else 0 end) as {{ side }}bins,
        sum({{ side }}scored_n * {{ '(' ~ ml_monitor.square(side ~ 'distance') ~ ')' }}) / nullif(sum({{ side }}scored_n), 0) as {{ side }}between_variance,
        max({{ side }}score_variance) as {{ side }}score_variance
        {%- endfor %}
    from feature_bins
    group by {{ keys | join(', ') }}
),

explained as (
    select
        *
        {%- for side in ['', 'reference_'] %},
        case when {{ side }}score_variance > 0 then least({{ side }}between_variance / {{ side }}score_variance, 1) end as {{ side }}explained_share
        {%- endfor %}
    from feature_sums
),

importances as (
    select
        *
        {%- for side in ['', 'reference_'] %},
        case when {{ side }}n > {{ side }}bins then greatest(1 - (1 - {{ side }}explained_share) * ({{ side }}n - 1e0) / ({{ side }}n - {{ side }}bins), 0 * {{ side }}explained_share) end as {{ side }}importance
        {%- endfor %}
    from explained
),

final as (
    select
        {{ keys | join(', ') }},
        cast(n as bigint) as n,
        cast(reference_n as bigint) as reference_n,
        cast(explained_share as {{ double }}) as explained_share,
        cast(reference_explained_share as {{ double }}) as reference_explained_share,
        cast(importance as {{ double }}) as importance,
        cast(reference_importance as {{ double }}) as reference_importance,
        cast(importance - reference_importance as {{ double }}) as importance_change
    from importances
)

select * from final
