{% macro bin_texts() %}
    {#- CTE bin_texts (monitor, feature, bin, bin_text): what each coarse bin of a feature holds, as people read it: "12.5 to 20", "web", "(null)".
        Numbers have as many decimals as tell the edges of the feature's narrowest bin apart, two digits of its width. The last of a range of distinct values is in it, an edge between others opens the next bin. -#}
    {%- set lower, upper = ml_monitor.edge_text('first_edge', 'decimals'), ml_monitor.edge_text('last_edge', 'decimals') -%}
    named_bins as (
        select
            monitor,
            feature,
            kind,
            coarse_bin as bin,
            min(position) as position,
            min(lower_edge) as first_edge,
            case when kind = 'discrete' and min(position) not in ('above', 'below') then max(lower_edge) else max(upper_edge) end as last_edge,
            max(upper_edge) - min(lower_edge) as width,
            sum(case when position = 'inside' then 1 else 0 end) as categories,
            max(case when position = 'inside' then category end) as category
        from (
            select
                bins.monitor, bins.feature, bins.kind, bins.coarse_bin, bins.lower_edge, bins.upper_edge, categories.category,
                case when bins.position in ('lower_tail', 'upper_tail') then 'inside' else bins.position end as position
            from {{ ref('ml_monitor', 'ml_monitor__grid') }} as bins
            left join {{ ref('ml_monitor', 'ml_monitor__grid') }} as categories
                on categories.monitor = bins.monitor and categories.feature = bins.feature and categories.bin = bins.bin
                and categories.part = 'category' and categories.position = 'inside' and bins.kind = 'categorical'
            where bins.part = 'feature'
        ) as fine_bins
        group by monitor, feature, kind, coarse_bin
    ),

    sized_bins as (
        select
            named_bins.*,
            cast(least(greatest(1 - floor(log10(coalesce(min(case when position = 'inside' and width > 1e-12 * greatest(abs(first_edge), abs(last_edge)) then width end) over (partition by monitor, feature), 1))), 0), 12) as integer) as decimals
        from named_bins
    ),

    bin_texts as (
        select
            monitor,
            feature,
            bin,
            case
                when position = 'null' then '(null)'
                when position = 'not_a_number' then '(not a number)'
                when position = 'unseen' then '(unseen)'
                when kind = 'categorical' and categories = 1 then category
                when kind = 'categorical' then '(other)'
                when position = 'below' then 'below ' || {{ upper }}
                when position = 'above' and first_edge is null then 'any number'
                when position = 'above' then 'above ' || {{ lower }}
                when {{ lower }} = {{ upper }} then {{ lower }}
                else {{ lower }} || ' to ' || {{ upper }}
            end as bin_text
        from sized_bins
    )
{%- endmacro %}
