{% macro _outcome_bins(scores, discrete) %}
    {#- CTEs that end in outcome_bins: class, kind, bin, coarse_bin, lower_edge, upper_edge: the bins of the score that outcomes are counted by.
        At most 1,000 distinct scores keep a bin each, more are cut into 500 of equal count. Fifty coarse bins serve the segments.
        The first bin is open below, the last above. -#}
    {%- set quantiles = [] -%}
    {%- for step in range(500) -%}{%- do quantiles.append(step / 500) -%}{%- endfor -%}
    outcome_edges as (
        {%- for score in scores %}
        {{ 'union all' if not loop.first }}
        {%- if score.column in discrete %}
        select
            {{ ml_monitor.text_literal(score.class) }} as class,
            'discrete' as kind,
            {{ score.column }} as edge,
            (sum(count(*)) over (order by {{ score.column }}) - count(*)) / cast(sum(count(*)) over () as {{ ml_monitor.type_double() }}) as share_below
        from reference
        where abs({{ score.column }}) <= {{ ml_monitor.largest_number() }}
        group by {{ score.column }}
        {%- else %}
        select class, 'continuous' as kind, cut as edge, (min(position) - 1) / cast(500 as {{ ml_monitor.type_double() }}) as share_below
        from (
            {{ ml_monitor.quantile_rows(ml_monitor.text_literal(score.class) ~ ' as class', score.column, quantiles, 'reference') }}
        ) as quantiles
        group by class, cut
        {%- endif %}
        {%- else %}
        select cast(null as {{ ml_monitor.type_text() }}) as class, 'discrete' as kind, cast(null as {{ ml_monitor.type_double() }}) as edge, cast(0 as {{ ml_monitor.type_double() }}) as share_below where 1 = 0
        {%- endfor %}
    ),

    outcome_bins as (
        select
            class,
            kind,
            row_number() over (partition by class order by edge) - 1 as bin,
            dense_rank() over (partition by class order by floor(share_below * 50 + 1e-9)) - 1 as coarse_bin,
            edge as lower_edge,
            lead(edge) over (partition by class order by edge) as upper_edge
        from outcome_edges
    )
{%- endmacro %}
