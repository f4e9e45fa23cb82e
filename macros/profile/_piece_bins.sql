{% macro _piece_bins(name, pieces, key, widths) %}
    {#- CTEs that end in `name`: key, edge, width and, on a piece's first bin, piece_lower and piece_scale. Every piece of `pieces` (key, piece_lower, piece_upper, is_heavy, position: that of its lower cut, NULL in a part of a piece) has `widths` bins of equal width, a heavy value one.
        Neighbours among the inner deciles, the cuts 5 to 12, that are about equally wide become one piece, with bins as narrow as its narrowest decile's: fewer pieces make a bin quicker to find. -#}
    {{ name }}_deciles as (
        select {{ key }}, piece_lower, piece_upper, piece_upper - piece_lower as width, position - 5 as decile
        from {{ pieces }}
        where is_heavy = 0 and position between 5 and 12
    ),

    {{ name }}_groups as (
        select
            *,
            coalesce(
                {%- for size in [8, 4, 2] %}
                {%- set window = 'over (partition by ' ~ key ~ ', floor(decile / ' ~ size ~ '.0))' %}
                case when count(*) {{ window }} = {{ size }} and sum(width) {{ window }} <= 1.6 * {{ size }} * min(width) {{ window }} then floor(decile / {{ size }}.0) * {{ size }} end,
                {%- endfor %}
                decile
            ) as first_decile
        from {{ name }}_deciles
    ),

    {{ name }}_pieces as (
        select {{ key }}, min(piece_lower) as piece_lower, max(piece_upper) as piece_upper, ceil({{ widths }} * sum(width) / min(width) - 1e-6) as bins
        from {{ name }}_groups
        group by {{ key }}, first_decile
        union all
        select {{ key }}, piece_lower, piece_upper, case when is_heavy = 1 then 1 else {{ widths }} end
        from {{ pieces }}
        where is_heavy = 1 or position is null or position not between 5 and 12
    ),

    {{ name }} as (
        select
            {{ key }},
            piece_lower + case when bins > 1 then step * (piece_upper - piece_lower) / bins else 0 end as edge,
            case when bins > 1 then (piece_upper - piece_lower) / bins else 0 end as width,
            case when step = 0 then piece_lower end as piece_lower,
            case when step = 0 and bins > 1 then bins / (piece_upper - piece_lower) when step = 0 then 0 end as piece_scale
        from {{ name }}_pieces
        inner join ({{ ml_monitor.steps(0, (1.6 * 8 * widths) | round(0, 'ceil') | int + 1) }}) as steps on step < bins
    )
{%- endmacro %}
