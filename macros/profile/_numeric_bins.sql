{% macro _numeric_bins(features, discrete, is_wide=false) %}
    {#- CTEs that end in numeric_bins: feature, kind, bin, coarse_bin, position, lower_edge, upper_edge, center, piece_lower, piece_scale.
        Continuous features: the reference's deciles and tail points cut it into pieces, and so do the ends of a gap that takes most of a piece, as between two modes; each piece has eight bins of equal width (see `_piece_bins`).
        Discrete features (at most 1,000 distinct values): every value its own bin. Coarse bins are the deciles, to the nearest bin, and one beyond each extreme.
        is_wide: the values of all features stand below one another, and no feature has a branch of its own. -#}
    {%- set continuous = features | rejectattr('column', 'in', discrete) | list -%}
    {%- set deciles = '(1, 5, 6, 7, 8, 9, 10, 11, 12, 13, 17)' -%}
    {%- set points, probabilities = [0, 0.0001, 0.001, 0.01, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.99, 0.999, 0.9999, 1], [] -%}
    {%- for point in points[:-1] -%}
        {%- set width = points[loop.index] - point -%}
        {%- for quarter in range(4) -%}{%- do probabilities.append(point + quarter * width / 4) -%}{%- endfor -%}
    {%- endfor %}
    {%- if is_wide and features %}
    {%- set names = [] %}
    {%- for feature in features %}{% do names.append(ml_monitor.text_literal(feature.name)) %}{% endfor %}
    {%- set columns = features | map(attribute='column') | list %}
    reference_numbers as not materialized (
        {{ ml_monitor.unpivoted({}, {'feature': names, 'value': columns}, 'reference') }}
    ),

    sampled_numbers as not materialized (
        {{ ml_monitor.unpivoted({}, {'feature': names, 'value': columns}, 'sampled_reference') }}
    ),
    {% endif %}
    quarter_points as (
        {%- if is_wide and features %}
        {{ ml_monitor.quantile_rows('feature', 'value', probabilities + [1], 'sampled_numbers', group_by='feature') }}
        {%- else %}
        {%- for feature in features %}
        {{ 'union all' if not loop.first }}
        {{ ml_monitor.quantile_rows(ml_monitor.text_literal(feature.name) ~ ' as feature', feature.column, probabilities + [1], 'sampled_reference') }}
        {%- else %}
        select cast(null as {{ ml_monitor.type_text() }}) as feature, 1 as position, cast(null as {{ ml_monitor.type_double() }}) as cut where 1 = 0
        {%- endfor %}
        {%- endif %}
    ),

    quarters as (
        -- position: of the cut that the piece begins with; quarter: 1, 2, 3 and, for the last, 0
        select
            feature,
            cast(floor((position + 3) / 4.0) as integer) as position,
            position % 4 as quarter,
            cut,
            lead(cut) over (partition by feature order by quarter_points.position) as cut_after
        from quarter_points
    ),

    gaps as (
        -- a quarter of a piece's rows that takes more than three quarters of its width
        select feature, position, quarter, cut, cut_after
        from (
            select *, max(cut_after) over (partition by feature, position) - min(cut) over (partition by feature, position) as piece_width
            from quarters
            where position between 2 and 15
        ) as measured_quarters
        where cut_after - cut > 0.75 * piece_width
    ),

    extremes as (
        {%- if is_wide and features %}
        select feature, min(value) as minimum, max(value) as maximum
        from reference_numbers
        where abs(value) <= {{ ml_monitor.largest_number() }}
        group by feature
        {%- else %}
        {%- for feature in features %}
        {{ 'union all' if not loop.first }}
        select {{ ml_monitor.text_literal(feature.name) }} as feature, min({{ feature.column }}) as minimum, max({{ feature.column }}) as maximum
        from reference
        where abs({{ feature.column }}) <= {{ ml_monitor.largest_number() }}
        {%- else %}
        select cast(null as {{ ml_monitor.type_text() }}) as feature, cast(null as {{ ml_monitor.type_double() }}) as minimum, cast(null as {{ ml_monitor.type_double() }}) as maximum where 1 = 0
        {%- endfor %}
        {%- endif %}
    ),

    cuts as (
        -- the first and last cut are the extremes of every row, not of the sample
        select
            quarters.feature,
            quarters.position,
            case quarters.position when 1 then extremes.minimum when 17 then extremes.maximum else quarters.cut end as cut
        from quarters
        inner join extremes on extremes.feature = quarters.feature
        where quarters.quarter = 1
    ),

    spans as (
        select
            feature,
            max(case when position = 1 then cut end) as minimum,
            max(case when position = 3 then cut end) as lower_tail,
            max(case when position = 9 then cut end) as center,
            max(case when position = 15 then cut end) as upper_tail,
            max(case when position = 17 then cut end) as maximum
        from cuts
        group by feature
    ),

    -- A value that two cuts share is heavy, and so is the maximum: its bin is [value, the next double), and the next piece starts there.
    cut_values as (
        select
            feature,
            cut,
            count(*) as cut_count,
            sum(case when position in {{ deciles }} then 1 else 0 end) as decile_count,
            max(case when position in {{ deciles }} and position < 17 then 1 else 0 end) as is_decile,
            max(position) as last_position
        from cuts
        group by feature, cut
    ),

    starts as (
        select feature, edge, max(is_heavy) as is_heavy, max(is_decile) as is_decile, max(position) as position
        from (
            select
                cut_values.feature,
                cut_values.cut as edge,
                case when cut_count > 1 or last_position = 17 then 1 else 0 end as is_heavy,
                is_decile,
                case when gaps.position is null then last_position end as position
            from cut_values
            left join gaps on gaps.feature = cut_values.feature and gaps.position = cut_values.last_position
            union all
            select feature, cut, 0, 0, null
            from gaps
            where quarter <> 1
            union all
            select feature, cut_after, 0, 0, null
            from gaps
            where quarter <> 0
            union all
            select feature, {{ ml_monitor._next_number('cut') }} as edge, 0 as is_heavy, case when decile_count > 1 then 1 else 0 end as is_decile, null
            from cut_values
            where cut_count > 1 or last_position = 17
        ) as all_starts
        group by feature, edge
    ),

    pieces as (
        select *
        from (select feature, edge as piece_lower, is_heavy, position, lead(edge) over (partition by feature order by edge) as piece_upper from starts) as all_pieces
        where piece_upper is not null
    ),

    {{ ml_monitor._piece_bins('continuous_bins', 'pieces', 'feature', 8) }},

    edges as (
        select feature, 'continuous' as kind, 'inside' as position, edge as lower_edge, piece_lower, piece_scale, width
        from continuous_bins
        where feature in ({{ ml_monitor._feature_list(continuous) }})
        {%- if is_wide and features %}
        union all
        select feature, 'discrete', 'inside', value, null, null, 0
        from reference_numbers
        where abs(value) <= {{ ml_monitor.largest_number() }}
            and feature in ({{ ml_monitor._feature_list(features | selectattr('column', 'in', discrete) | list) }})
        group by feature, value
        {%- endif %}
        {%- for feature in features if feature.column in discrete and not is_wide %}
        union all
        select {{ ml_monitor.text_literal(feature.name) }}, 'discrete', 'inside', {{ feature.column }}, null, null, 0
        from reference
        where abs({{ feature.column }}) <= {{ ml_monitor.largest_number() }}
        group by {{ feature.column }}
        {%- endfor %}
        union all
        -- below the minimum: the distance to the median doubles
        select
            feature,
            'outer',
            'below',
            case when step < 8 then minimum - (power(2, step) - 1) * case when center > minimum then center - minimum when maximum > center then maximum - center else greatest(abs(center), 1) end end,
            null,
            null,
            0
        from spans
        cross join ({{ ml_monitor.steps(1, 9) }}) as steps
        union all
        -- above the maximum: likewise
        select
            feature,
            'outer',
            'above',
            case when step = 0 then {{ ml_monitor._next_number('maximum') }} else maximum + (power(2, step) - 1) * case when maximum > center then maximum - center when center > minimum then center - minimum else greatest(abs(center), 1) end end,
            null,
            null,
            0
        from spans
        cross join ({{ ml_monitor.steps(0, 8) }}) as steps
        {%- if is_wide and features %}
        union all
        -- without one number in the reference, all numbers to come share a bin
        select feature, 'outer', 'above', null, null, null, 0
        from ({{ ml_monitor.unpivoted({}, {'feature': names}) }}) as names
        where feature not in (select feature from spans)
        {%- endif %}
        {%- for feature in features if not is_wide %}
        union all
        -- without one number in the reference, all numbers to come share a bin
        select {{ ml_monitor.text_literal(feature.name) }}, 'outer', 'above', null, null, null, 0
        where {{ ml_monitor.text_literal(feature.name) }} not in (select feature from spans)
        {%- endfor %}
    ),

    decile_groups as (
        select edges.feature, edges.lower_edge, count(starts.edge) as decile_group
        from (select distinct feature, lower_edge, lower_edge + width / 2 as middle from edges where position = 'inside') as edges
        left join starts
            on starts.feature = edges.feature and starts.is_decile = 1 and starts.edge <= edges.middle
        group by edges.feature, edges.lower_edge
    ),

    coarse_groups as (
        select feature, lower_edge, dense_rank() over (partition by feature order by decile_group) as coarse_bin
        from decile_groups
    ),

    numeric_bins as (
        select
            edges.feature,
            case when edges.feature in ({{ ml_monitor._feature_list(continuous) }}) then 'continuous' else 'discrete' end as kind,
            row_number() over (partition by edges.feature order by edges.lower_edge nulls first) - 1 as bin,
            case edges.position
                when 'below' then 0
                when 'inside' then coarse_groups.coarse_bin
                else coalesce(max(coarse_groups.coarse_bin) over (partition by edges.feature), 0) + 1
            end as coarse_bin,
            case
                when edges.position = 'inside' and edges.lower_edge < spans.lower_tail then 'lower_tail'
                when edges.position = 'inside' and (edges.lower_edge > spans.upper_tail or (edges.lower_edge = spans.upper_tail and edges.piece_scale > 0)) then 'upper_tail'
                else edges.position
            end as position,
            edges.lower_edge,
            lead(edges.lower_edge) over (partition by edges.feature order by edges.lower_edge nulls first) as upper_edge,
            coalesce(spans.center, 0) as center,
            edges.piece_lower,
            edges.piece_scale
        from edges
        left join spans on spans.feature = edges.feature
        left join coarse_groups
            on coarse_groups.feature = edges.feature and coarse_groups.lower_edge = edges.lower_edge and edges.position = 'inside'
        {%- if is_wide and features %}
        union all
        select
            names.feature,
            case when names.feature in ({{ ml_monitor._feature_list(continuous) }}) then 'continuous' else 'discrete' end,
            codes.bin, codes.bin, codes.position, null, null, null, null, null
        from ({{ ml_monitor.unpivoted({}, {'feature': names}) }}) as names
        cross join (select -1 as bin, 'null' as position union all select -2, 'not_a_number') as codes
        {%- endif %}
        {%- for feature in features if not is_wide %}
        union all
        select {{ ml_monitor.text_literal(feature.name) }}, '{{ 'discrete' if feature.column in discrete else 'continuous' }}', -1, -1, 'null', null, null, null, null, null
        union all
        select {{ ml_monitor.text_literal(feature.name) }}, '{{ 'discrete' if feature.column in discrete else 'continuous' }}', -2, -2, 'not_a_number', null, null, null, null, null
        {%- endfor %}
    )
{%- endmacro %}

{% macro _next_number(expression) -%}
    ({{ expression }} + greatest(abs({{ expression }}) * 2.220446049250313e-16, 1e-300))
{%- endmacro %}

{% macro _feature_list(features) -%}
    {%- for feature in features -%}
        {{ ', ' if not loop.first }}{{ ml_monitor.text_literal(feature.name) }}
    {%- else -%}
        null
    {%- endfor -%}
{%- endmacro %}
