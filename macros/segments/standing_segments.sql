{% macro standing_segments() %}
    {#- CTEs that end in standing_segments: rows of changed_segments with is_beyond (beyond the limit, for the worse where a kind has a worse) and is_told: whether another segment does not tell the same.
        A more specific segment tells the same as a more general one that is told unless it differs beyond chance from the rest of it; a general one tells the same as a more specific one with the greater z_score unless its rest has changed too.
        The rest is a difference of sums; a share is compared within the general one. -#}
    judged_segments as materialized (
        select
            changed_segments.*,
            coalesce(case when kind = 'error' then z_score else abs(z_score) end >= z_limit, false) as is_beyond
        from changed_segments
    ),

    split_keys as materialized (
        select
            judged_segments.*,
            {%- for place in [1, 2, 3] %}
            split_part(segment_key, {{ ml_monitor.cell_separator() }}, {{ place }}) as condition_{{ place }}{{ ',' if not loop.last }}
            {%- endfor %}
        from judged_segments
        where is_beyond and condition_count > 0
    ),

    -- one row per segment beyond the limit and more general one
    kin as materialized (
        {%- set sep = ' || ' ~ ml_monitor.cell_separator() ~ ' || ' %}
        {%- for parent, least in [
            ("''", 1), ('condition_1', 2), ('condition_2', 2), ('condition_3', 3),
            ('condition_1' ~ sep ~ 'condition_2', 3), ('condition_1' ~ sep ~ 'condition_3', 3), ('condition_2' ~ sep ~ 'condition_3', 3),
        ] %}
        select split_keys.*, {{ parent }} as parent_key
        from split_keys
        where condition_count >= {{ least }}
        {{ 'union all' if not loop.last }}
        {%- endfor %}
    ),

    {%- set rest = {} -%}
    {%- for name in ['n', 'sum', 'squares', 'reference_n', 'reference_sum', 'reference_squares'] -%}
        {%- do rest.update({name: '(parent.' ~ name ~ (" - case when child.kind = 'share' then 0 else child." ~ name ~ ' end' if name in ['n', 'reference_n'] else ' - child.' ~ name) ~ ')'}) -%}
    {%- endfor %}

    rests as (
        select
            child.monitor,
            child.kind,
            child.segment_key,
            child.parent_key,
            parent.condition_count as parent_conditions,
            parent.is_beyond as parent_is_beyond,
            parent.z_score as parent_z_score,
            child.condition_count,
            child.z_score,
            child.difference,
            child.standard_error,
            {{ rest.sum }} / nullif({{ rest.n }}, 0) - {{ rest.reference_sum }} / nullif({{ rest.reference_n }}, 0) as rest_difference,
            sqrt({{ ml_monitor.variance_of_change(rest.n, rest.sum, rest.squares, rest.reference_n, rest.reference_sum, rest.reference_squares) }} + parent.between_variance * parent.spread_share) as rest_error,
            case when child.kind = 'share' then child.sum / nullif(parent.sum, 0) - child.reference_sum / nullif(parent.reference_sum, 0) end as share_difference,
            case when child.kind = 'share' then
                sqrt(
                    {{ ml_monitor.variance_of_change('parent.sum', 'child.sum', 'child.sum', 'parent.reference_sum', 'child.reference_sum', 'child.reference_sum') }}
                    + child.between_variance * child.spread_share / nullif({{ ml_monitor.square('(parent.reference_sum / parent.reference_n)') }}, 0)
                )
            end as share_error
        from kin as child
        inner join judged_segments as parent on parent.monitor = child.monitor and parent.kind = child.kind and parent.segment_key = child.parent_key
    ),

    compared_kin as materialized (
        select
            rests.*,
            coalesce(
                case
                    when kind = 'share' then sign(z_score) * share_difference / nullif(share_error, 0)
                    else sign(z_score) * (difference - rest_difference) / nullif(sqrt({{ ml_monitor.square('standard_error') }} + {{ ml_monitor.square('rest_error') }}), 0)
                end >= {{ ml_monitor.distinct_deviations() }}, false
            ) as is_distinct,
            coalesce(sign(z_score) * rest_difference / nullif(rest_error, 0) >= {{ ml_monitor.distinct_deviations() }}, false) as is_rest_changed
        from rests
    ),

    -- from the general to the specific: what a segment has to differ from is the whole, and what is told of the more general ones
    told_0 as materialized (
        select monitor, kind, segment_key from judged_segments where is_beyond and condition_count = 0
    ),
    {%- for conditions in [1, 2, 3] %}

    told_{{ conditions }} as materialized (
        select judged_segments.monitor, judged_segments.kind, judged_segments.segment_key
        from judged_segments
        left join (
            select compared_kin.monitor, compared_kin.kind, compared_kin.segment_key
            from compared_kin
            left join (
                {%- for general in range(conditions) %}
                select monitor, kind, segment_key from told_{{ general }}{{ ' union all' if not loop.last }}
                {%- endfor %}
            ) as told on told.monitor = compared_kin.monitor and told.kind = compared_kin.kind and told.segment_key = compared_kin.parent_key
            where compared_kin.condition_count = {{ conditions }} and not compared_kin.is_distinct and (told.monitor is not null or compared_kin.parent_conditions = 0)
            group by compared_kin.monitor, compared_kin.kind, compared_kin.segment_key
        ) as alike on alike.monitor = judged_segments.monitor and alike.kind = judged_segments.kind and alike.segment_key = judged_segments.segment_key
        where judged_segments.is_beyond and judged_segments.condition_count = {{ conditions }} and alike.monitor is null
    ),
    {%- endfor %}

    told_segments as (
        {%- for conditions in [0, 1, 2, 3] %}
        select monitor, kind, segment_key from told_{{ conditions }}{{ ' union all' if not loop.last }}
        {%- endfor %}
    ),

    -- general segments of which a told, more specific one leaves nothing
    emptied_segments as (
        select compared_kin.monitor, compared_kin.kind, compared_kin.parent_key as segment_key
        from compared_kin
        inner join told_segments as told on told.monitor = compared_kin.monitor and told.kind = compared_kin.kind and told.segment_key = compared_kin.segment_key
        where not is_rest_changed and abs(z_score) > abs(parent_z_score)
        group by compared_kin.monitor, compared_kin.kind, compared_kin.parent_key
    ),

    standing_segments as (
        select
            judged_segments.*,
            not judged_segments.is_beyond or (told.monitor is not null and emptied.monitor is null) as is_told
        from judged_segments
        left join told_segments as told on told.monitor = judged_segments.monitor and told.kind = judged_segments.kind and told.segment_key = judged_segments.segment_key
        left join emptied_segments as emptied on emptied.monitor = judged_segments.monitor and emptied.kind = judged_segments.kind and emptied.segment_key = judged_segments.segment_key
    )
{%- endmacro %}

{% macro distinct_deviations() -%}
    {#- A segment differs from the rest of a more general one from so many standard errors on: it is beyond z_limit already. -#}
    3
{%- endmacro %}
