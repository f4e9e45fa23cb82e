{% macro _feature_bins() %}
    {#- CTE feature_bins: the grid as drift reads it, once in fine bins for segment 'overall' (is_fine = 1) and once in the coarse bins of segments.
        Columns: monitor, feature, is_fine, kind, bin, share_bin, is_rest, is_tail (outside the reference's 0.1 % to 99.9 %), lower_edge, upper_edge, center. Shares are compared on share_bin:
        deciles, with what lies beyond an extreme in its neighbour; NULL (-1), not a number (-2), unseen (-3); a category's own bin, unless it is one of the rest. -#}
    grid as (
        select
            *,
            coalesce(max(case when kind <> 'categorical' and position in ('inside', 'lower_tail', 'upper_tail') then coarse_bin end) over (partition by monitor, feature), 1) as last_decile
        from {{ ref('ml_monitor', 'ml_monitor__grid') }}
        where part = 'feature'
    ),

    feature_bins as (
        select
            monitor,
            feature,
            1 as is_fine,
            kind,
            bin,
            case when kind = 'categorical' or bin < 0 then bin else greatest(1, least(coarse_bin, last_decile)) end as share_bin,
            case when position = 'other' then 1 else 0 end as is_rest,
            case when position in ('below', 'lower_tail', 'upper_tail', 'above') then 1 else 0 end as is_tail,
            lower_edge,
            upper_edge,
            center
        from grid
        union all
        select
            monitor,
            feature,
            0,
            kind,
            coarse_bin,
            case when kind = 'categorical' or coarse_bin < 0 then coarse_bin else greatest(1, least(coarse_bin, last_decile)) end,
            max(case when kind = 'categorical' and coarse_bin = 10 then 1 else 0 end),
            null,
            case when count(*) = count(lower_edge) then min(lower_edge) end,
            case when count(*) = count(upper_edge) then max(upper_edge) end,
            max(center)
        from grid
        group by monitor, feature, kind, coarse_bin, last_decile
    )
{%- endmacro %}
