{% macro _outcome_bins(scores, discrete) %}
    {#- CTEs that end in outcome_bins: class, kind, bin, coarse_bin, lower_edge, upper_edge, piece_lower, piece_scale: the bins of the score that outcomes are counted by.
        At most 1,000 distinct scores keep a bin each; more are cut into pieces at the reference's deciles and at its 0.1, 1, 5, 95, 99 and 99.9 % points, each of 30 equal widths (see `_piece_bins`).
        The thirds of the pieces, to the nearest bin, are the coarse bins, which serve the segments. The first bin is open below, the last above. -#}
    {%- set quantiles = [0, 0.001, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999, 1] -%}
    {%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}
    outcome_cuts as (
        {%- for score in scores if score.column not in discrete %}
        {{ 'union all' if not loop.first }}
        {{ ml_monitor.quantile_rows(ml_monitor.text_literal(score.class) ~ ' as class', score.column, quantiles, 'sampled_reference') }}
        {%- else %}
        select cast(null as {{ text }}) as class, 1 as position, cast(null as {{ double }}) as cut where 1 = 0
        {%- endfor %}
    ),

    outcome_pieces as (
        -- the greatest score opens the last bin, which is open above
        select class, piece_lower, piece_upper, case when piece_upper is null then 1 else is_heavy end as is_heavy, position
        from (
            select class, edge as piece_lower, lead(edge) over (partition by class order by edge) as piece_upper, max(is_heavy) as is_heavy, max(position) as position
            from (
                select class, cut as edge, case when count(*) > 1 then 1 else 0 end as is_heavy, max(position) as position
                from outcome_cuts
                group by class, cut
                union all
                select class, {{ ml_monitor._next_number('cut') }}, 0, null
                from outcome_cuts
                group by class, cut
                having count(*) > 1
            ) as edges
            group by class, edge
        ) as pieces
    ),

    {{ ml_monitor._piece_bins('score_bins', 'outcome_pieces', 'class', 30) }},

    coarse_starts as (
        select class, piece_lower + step * coalesce(piece_upper - piece_lower, 0) / 3 as edge
        from outcome_pieces
        inner join ({{ ml_monitor.steps(0, 3) }}) as steps on step = 0 or is_heavy = 0
    ),

    outcome_edges as (
        select
            class,
            'continuous' as kind,
            edge,
            dense_rank() over (partition by class order by started) - 1 as coarse_bin,
            piece_lower,
            piece_scale
        from (
            select score_bins.class, score_bins.edge, piece_lower, piece_scale, count(coarse_starts.edge) as started
            from score_bins
            left join coarse_starts on coarse_starts.class = score_bins.class and coarse_starts.edge <= score_bins.edge + score_bins.width / 2
            group by score_bins.class, score_bins.edge, piece_lower, piece_scale
        ) as started_bins
        {%- for score in scores if score.column in discrete %}
        union all
        select
            {{ ml_monitor.text_literal(score.class) }},
            'discrete',
            edge,
            dense_rank() over (order by floor(share_below * 50 + 1e-9)) - 1,
            null,
            null
        from (
            select {{ score.column }} as edge, (sum(count(*)) over (order by {{ score.column }}) - count(*)) / cast(sum(count(*)) over () as {{ double }}) as share_below
            from reference
            where abs({{ score.column }}) <= {{ ml_monitor.largest_number() }}
            group by {{ score.column }}
        ) as shares
        {%- endfor %}
    ),

    outcome_bins as (
        select
            class,
            kind,
            row_number() over (partition by class order by edge) - 1 as bin,
            coarse_bin,
            edge as lower_edge,
            lead(edge) over (partition by class order by edge) as upper_edge,
            piece_lower,
            piece_scale
        from outcome_edges
    )
{%- endmacro %}
