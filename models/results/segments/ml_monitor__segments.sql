{{ config(materialized='ml_monitor_view', schema=var('ml_monitor__schema', none), tags=['ml_monitor_results']) }}

{%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}
{%- set columns = [
    ('monitor', text), ('model_version', text), ('window_start', 'timestamp'), ('window_end', 'timestamp'), ('kind', text), ('rank', 'integer'),
    ('conditions', text), ('condition_count', 'integer'), ('feature', text), ('n', 'bigint'), ('share', double), ('reference_n', 'bigint'), ('reference_share', double),
    ('value', double), ('reference_value', double), ('difference', double), ('standard_error', double), ('contribution', double), ('overall_difference', double),
    ('z_score', double), ('z_limit', double), ('is_beyond_limit', 'boolean'), ('searched', 'bigint'),
] -%}
{%- set doubles = columns | selectattr('1', 'equalto', double) | map('first') | list -%}
{%- set shown = 20 %}

{% if not ml_monitor.with_segments() -%}
with final as (
    {{ ml_monitor.no_rows(columns) }}
)
{%- else -%}
with {{ ml_monitor.drifted_segments() }},

all_segments as (
    select
        monitor,
        window_start,
        window_end,
        kind,
        segment_key,
        condition_count,
        cast(null as {{ text }}) as feature,
        rows_n as n,
        rows_n / nullif(cast(all_rows_n as {{ double }}), 0) as share,
        reference_rows_n as reference_n,
        reference_rows_n / nullif(cast(all_reference_rows_n as {{ double }}), 0) as reference_share,
        center + mean as value,
        center + reference_mean as reference_value,
        difference,
        standard_error,
        -- a segment's part in the change of the whole: its own change at its mean weight, and its change in weight at how far it lies from the whole; the parts of segments that make up the whole add up to its change
        case when kind <> 'share' then
            (n / whole_n + reference_n / whole_reference_n) / 2 * difference
            + (n / whole_n - reference_n / whole_reference_n) * (mean + reference_mean - whole_mean - whole_reference_mean) / 2
        end as contribution,
        case when kind <> 'share' then whole_mean - whole_reference_mean end as overall_difference,
        z_score,
        z_limit,
        is_beyond,
        searched,
        case when kind = 'error' then z_score else abs(z_score) end as badness
    from (
        select
            numbers.*
            {%- for name in ['n', 'reference_n', 'mean', 'reference_mean'] %},
            max(case when condition_count = 0 then {{ name }} end) over (partition by monitor, kind) as whole_{{ name }}
            {%- endfor %}
        from {{ ref('ml_monitor', 'ml_monitor__segment_numbers') }} as numbers
    ) as segments_of_whole
    where is_told and kind <> '' and monitor in ({{ ml_monitor.text_literals(ml_monitor.with_segments()) }})
    union all
    select
        monitor,
        window_start,
        window_end,
        'drift',
        segment_key,
        condition_count,
        feature,
        n,
        n / nullif(cast(all_n as {{ double }}), 0),
        reference_n,
        reference_n / nullif(cast(all_reference_n as {{ double }}), 0),
        value,
        upper_limit,
        value - upper_limit,
        null,
        null,
        null,
        z_score,
        z_limit,
        is_beyond,
        searched,
        limit_ratio
    from drifted_segments
    where is_told or not is_beyond
),

-- what stands out first, the whole after what stands out of it
ranked_segments as (
    select
        all_segments.*,
        row_number() over (
            partition by monitor, kind
            order by case when is_beyond then 0 else 1 end, case when is_beyond and condition_count = 0 then 1 else 0 end, {{ ml_monitor.greatest_first('badness') }}, condition_count, {{ ml_monitor.binary_order('segment_key') }}
        ) as segment_rank
    from all_segments
    where badness is not null
),

final as (
    select
        cast(monitor as {{ text }}) as monitor,
        cast('all' as {{ text }}) as model_version,
        cast(window_start as timestamp) as window_start,
        cast(window_end as timestamp) as window_end,
        cast(kind as {{ text }}) as kind,
        cast(segment_rank as integer) as rank,
        cast({{ ml_monitor.conditions_text('segment_key') }} as {{ text }}) as conditions,
        cast(condition_count as integer) as condition_count,
        cast(feature as {{ text }}) as feature,
        cast(n as bigint) as n,
        cast(share as {{ double }}) as share,
        cast(reference_n as bigint) as reference_n,
        cast(reference_share as {{ double }}) as reference_share,
        {%- for name in doubles if name not in ['share', 'reference_share'] %}
        cast({{ name }} as {{ double }}) as {{ name }},
        {%- endfor %}
        is_beyond as is_beyond_limit,
        cast(searched as bigint) as searched
    from ranked_segments
    where segment_rank <= {{ shown }}
)
{%- endif %}

select * from final
