{{ ml_monitor.numbers_config(['window_key', 'model_version', 'segment', 'segment_value', 'feature', 'bin']) }}

{%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}

with {{ ml_monitor.stale_windows('feature', '2') }},

{{ ml_monitor._effect_counts() }},

{{ ml_monitor._score_variances() }},

final as (
    -- a stale window without a feature keeps a row, as proof that it was looked at
    select
        cast(stale_windows.monitor as {{ text }}) as monitor,
        cast(stale_windows.window_key as {{ text }}) as window_key,
        cast(stale_windows.window_start as timestamp) as window_start,
        cast(stale_windows.window_end as timestamp) as window_end,
        {%- for key in ['model_version', 'segment', 'segment_value', 'feature'] %}
        cast(coalesce(effect_counts.{{ key }}, '') as {{ text }}) as {{ key }},
        {%- endfor %}
        cast(coalesce(effect_counts.bin, 0) as integer) as bin,
        cast(coalesce(effect_counts.reference_version, '') as {{ text }}) as reference_version,
        stale_windows.is_reference,
        {%- for side in ['', 'reference_'] %}
        cast(coalesce(effect_counts.{{ side }}n, 0) as bigint) as {{ side }}n,
        cast(coalesce(effect_counts.{{ side }}feature_n, 0) as bigint) as {{ side }}feature_n,
        cast(coalesce(effect_counts.{{ side }}scored_n, 0) as bigint) as {{ side }}scored_n,
        cast(coalesce(effect_counts.{{ side }}sum_score, 0) as {{ double }}) as {{ side }}sum_score,
        cast(score_variances.{{ side }}variance as {{ double }}) as {{ side }}score_variance,
        {%- endfor %}
        cast(stale_windows.dependency as {{ text }}) as dependency
    from stale_windows
    left join effect_counts on effect_counts.window_key = stale_windows.window_key
    left join score_variances
        on score_variances.window_key = effect_counts.window_key
        and score_variances.model_version = effect_counts.model_version
        and score_variances.segment = effect_counts.segment
        and score_variances.segment_value = effect_counts.segment_value
)

select * from final
