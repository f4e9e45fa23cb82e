{% macro feature_profile(monitor) %}
    {#- Counts and sums per window, version, segment, feature and bin: fine bins overall, coarse bins per segment.
        The feature `__row__` counts rows; where loaded_at is declared, its sum_value counts those that arrived more than late_by after their window had ended. -#}
    {{ ml_monitor._profile_config(['window_key', 'model_version', 'segment', 'segment_value', 'feature', 'bin']) }}
    {%- set declared = ml_monitor.declaration(monitor) -%}
    {%- set grid = ml_monitor._read_grid(monitor) -%}
    {%- do ml_monitor._upstream(declared) -%}
    {%- if not execute -%}{{ return('select 1 as window_key') }}{%- endif -%}
    {%- set columns = ml_monitor.columns(monitor) -%}
    {%- set touched = ml_monitor._touched_windows(monitor, columns, grid.fitted_at, also='late_by=' ~ declared.late_by if declared.loaded_at else '') -%}
    {%- do ml_monitor.mark_crowded_windows(monitor, columns, grid, touched) -%}
    {%- set rows = ml_monitor._prediction_rows(monitor, columns, where=ml_monitor._window_filter(monitor, columns, touched), grid=grid) -%}
    {{ ml_monitor._feature_counts(monitor, columns.predictions, grid, rows, ml_monitor.rows_hint(load_relation(ml_monitor.relation(declared.predictions)), touched.all)) }},

    {{ ml_monitor._replaced_windows(monitor, touched, 'feature_counts') }}

    select
        cast(windows.window_key as {{ ml_monitor.type_text() }}) as window_key,
        cast(windows.window_start as timestamp) as window_start,
        cast(windows.window_end as timestamp) as window_end,
        cast(coalesce(model_version, '') as {{ ml_monitor.type_text() }}) as model_version,
        cast(coalesce(segment, 'overall') as {{ ml_monitor.type_text() }}) as segment,
        cast(coalesce(segment_value, 'all') as {{ ml_monitor.type_text() }}) as segment_value,
        cast(coalesce(feature, '__row__') as {{ ml_monitor.type_text() }}) as feature,
        cast(coalesce(bin, 0) as integer) as bin,
        cast(coalesce(n, 0) as bigint) as n,
        {%- for sum in ['sum_value', 'sum_squared_value', 'sum_score'] %}
        cast({{ "coalesce(sum_score, 0)" if sum == 'sum_score' else "case when bin >= 0 then coalesce(" ~ sum ~ ", 0) else 0 end" }} as {{ ml_monitor.type_double() }}) as {{ sum }},
        {%- endfor %}
        cast(coalesce(scored_n, 0) as bigint) as scored_n,
        cast(case when bin >= 0 then minimum end as {{ ml_monitor.type_double() }}) as minimum,
        cast(case when bin >= 0 then maximum end as {{ ml_monitor.type_double() }}) as maximum,
        {{ ml_monitor._audit_columns(touched) }}
    from windows
    left join feature_counts on feature_counts.window_key = windows.window_key
{% endmacro %}

{% macro _profile_config(grain) %}
    {{ config(
        materialized='incremental',
        incremental_strategy=ml_monitor.replace_strategy(),
        unique_key='window_key',
        on_schema_change='append_new_columns',
        indexes=ml_monitor.grain_index(grain),
        schema=ml_monitor.replay_schema(),
        tags=['ml_monitor_profiles'],
    ) }}
{% endmacro %}

{% macro _audit_columns(touched) -%}
    cast('{{ touched.hash }}' as {{ ml_monitor.type_text() }}) as profile_hash,
    cast({{ "'" ~ touched.watermark ~ "'" if touched.watermark else 'null' }} as timestamp) as watermark,
    {{ ml_monitor.run_started() }} as profiled_at
{%- endmacro %}

{% macro _window_key(monitor, window_start) -%}
    '{{ monitor }}|' || coalesce(cast(cast({{ window_start }} as timestamp) as {{ ml_monitor.type_text() }}), 'none')
{%- endmacro %}

{% macro _replaced_windows(monitor, touched, counts) %}
    {#- CTE windows: every window this run replaces. One that has no rows any more keeps a row with n = 0, which the views hide: without it the old rows would stay. -#}
    {%- set declared = ml_monitor.declaration(monitor) -%}
    windows as (
        select
            {{ ml_monitor._window_key(monitor, 'window_start') }} as window_key,
            cast(window_start as timestamp) as window_start,
            {{ ml_monitor.window_end(declared.window, 'cast(window_start as timestamp)') }} as window_end
        from (
            select distinct cast(window_start as timestamp) as window_start from {{ counts }}
            {%- for window in touched.windows %}
            union
            select {{ ml_monitor.timestamp_literal(window) }}
            {%- endfor %}
            {%- if is_incremental() and touched.all %}
            union
            select window_start from {{ this }}
            {%- endif %}
        ) as all_windows
    )
{%- endmacro %}

{% macro _feature_counts(monitor, found, grid, rows, hint='') %}
    {#- CTEs that end in feature_counts: window_key, window_start, model_version, segment, segment_value, feature, bin, n, sums, scored_n (rows that have a score), minimum, maximum. -#}
    {%- set declared = ml_monitor.declaration(monitor) -%}
    {%- set features = [] -%}
    {%- for feature in ml_monitor._features(declared) if feature.name in grid.features -%}
        {%- do features.append(dict(feature, center=ml_monitor.number_literal(grid.features[feature.name].center or '0'), bins=grid.features[feature.name])) -%}
    {%- endfor -%}
    {%- set continuous, discrete, categorical = [], [], [] -%}
    {%- for feature in features -%}
        {%- do {'continuous': continuous, 'discrete': discrete, 'categorical': categorical}[feature.bins.kind].append(feature) -%}
    {%- endfor -%}
    {%- set cubes = ml_monitor._segment_cubes(declared, grid) -%}
    {%- set counted = ml_monitor._counted_together(cubes) -%}
    {%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}
    {%- set no_number = 'cast(null as ' ~ double ~ ')' -%}
    {%- set is_wide = ml_monitor._is_wide(declared) -%}
    {%- set row_keys = {'window_start': 'window_start', 'model_version': 'model_version', 'score': 'score'} -%}
    with prediction_rows as {{ hint }} (
        {{ rows }}
    ),

    {#- Few distinct values: counted as they are, then each value finds its bin. -#}
    value_counts as (
        {%- if is_wide and discrete %}
        select names.feature, counts.window_start, counts.model_version, counts.value, counts.n, counts.sum_score, counts.scored_n
        from (
            select feature_number, window_start, model_version, value, count(*) as n, {{ ml_monitor._sum_of_score() }} as sum_score, {{ ml_monitor._scored_n() }} as scored_n
            from (
                {{ ml_monitor.unpivoted(row_keys, {'feature_number': range(discrete | length), 'value': discrete | map(attribute='column') | list}, 'prediction_rows') }}
            ) as feature_values
            group by feature_number, window_start, model_version, value
        ) as counts
        {{ ml_monitor._join_names(discrete) }}
        {%- else %}
        {%- for feature in discrete %}
        select {{ ml_monitor.text_literal(feature.name) }} as feature, window_start, model_version, {{ feature.column }} as value, count(*) as n, {{ ml_monitor._sum_of_score() }} as sum_score, {{ ml_monitor._scored_n() }} as scored_n
        from prediction_rows
        group by window_start, model_version, {{ feature.column }}
        {{ 'union all' if not loop.last }}
        {%- else %}
        select cast(null as {{ text }}) as feature, cast(null as timestamp) as window_start, cast(null as {{ text }}) as model_version, cast(null as {{ double }}) as value, 0 as n, cast(null as {{ double }}) as sum_score, 0 as scored_n where 1 = 0
        {%- endfor %}
        {%- endif %}
    ),

    value_bins as (
        select *, case when value is null then -1 when not abs(value) <= {{ ml_monitor.largest_number() }} then -2 else last_bin end as bin
        from (
            select *, max(edge_bin) over (partition by feature order by value nulls first, is_value rows between unbounded preceding and current row) as last_bin
            from (
                select feature, window_start, model_version, value, n, sum_score, scored_n, 1 as is_value, null as edge_bin
                from value_counts
                union all
                select feature, null, null, lower_edge, 0, 0, 0, 0, bin
                from {{ ref(monitor ~ '__grid') }}
                where part = 'feature' and kind = 'discrete' and bin >= 0
            ) as values_and_edges
        ) as placed
        where is_value = 1
    ),

    {#- Segments of few values are counted together, per combination, under one hashed key, and summed to each segment after. -#}
    {%- for cube in counted %}
    {%- set keys = ['window_start', 'model_version'] + cube.columns %}
    {%- set cell = ml_monitor.hash_of(keys) %}
    cells_{{ loop.index0 }} as (
        select {{ keys | join(', ') }}, {{ cell }} as cell, count(*) as n, {{ ml_monitor._late_rows(declared, found) }} as late_n
        from prediction_rows
        group by {{ keys | join(', ') }}
    ),

    category_counts_{{ loop.index0 }} as (
        {%- if is_wide and categorical %}
        {%- set categories = [] %}
        {%- for feature in categorical %}{% do categories.append(ml_monitor._category(feature, declared, found)) %}{% endfor %}
        select names.feature, counts.cell, counts.category, counts.n, counts.sum_score, counts.scored_n
        from (
            select feature_number, cell, category, count(*) as n, {{ ml_monitor._sum_of_score() }} as sum_score, {{ ml_monitor._scored_n() }} as scored_n
            from (
                {{ ml_monitor.unpivoted({'cell': cell, 'score': 'score'}, {'feature_number': range(categorical | length), 'category': categories}, 'prediction_rows') }}
            ) as feature_values
            group by feature_number, cell, category
        ) as counts
        {{ ml_monitor._join_names(categorical) }}
        {%- else %}
        {%- for feature in categorical %}
        select {{ ml_monitor.text_literal(feature.name) }} as feature, {{ cell }} as cell, {{ ml_monitor._category(feature, declared, found) }} as category, count(*) as n, {{ ml_monitor._sum_of_score() }} as sum_score, {{ ml_monitor._scored_n() }} as scored_n
        from prediction_rows
        group by {{ cell }}, {{ feature.column }}
        {{ 'union all' if not loop.last }}
        {%- else %}
        select cast(null as {{ text }}) as feature, cell, cast(null as {{ text }}) as category, 0 as n, cast(null as {{ double }}) as sum_score, 0 as scored_n from cells_{{ loop.index0 }} where 1 = 0
        {%- endfor %}
        {%- endif %}
    ),
    {%- if cube.columns %}

    number_counts_{{ loop.index0 }} as (
        {%- if is_wide and continuous + discrete %}
        select counts.cell, names.feature, counts.bin, counts.n, counts.sum_value, counts.sum_squared_value, counts.sum_score, counts.scored_n, counts.minimum, counts.maximum
        from (
            select cell, feature_number, bin, {{ ml_monitor._number_sums('value', 'center', no_number) }}
            from (
                {{ ml_monitor.binned_values(monitor, {'cell': cell, 'score': 'score'}, continuous + discrete, 'coarse_edges', 'prediction_rows') }}
            ) as feature_values
            group by cell, feature_number, bin
        ) as counts
        {{ ml_monitor._join_names(continuous + discrete) }}
        {%- else %}
        {%- for feature in continuous + discrete %}
        select {{ cell }} as cell, {{ ml_monitor._numeric_sums(feature, feature.bins.coarse_edges, no_number) }}
        from prediction_rows
        group by 1, 3
        {{ 'union all' if not loop.last }}
        {%- else %}
        select cell, cast(null as {{ text }}) as feature, 0 as bin, 0 as n, {{ no_number }} as sum_value, {{ no_number }} as sum_squared_value, {{ no_number }} as sum_score, 0 as scored_n, {{ no_number }} as minimum, {{ no_number }} as maximum from cells_{{ loop.index0 }} where 1 = 0
        {%- endfor %}
        {%- endif %}
    ),
    {%- endif %}
    {%- endfor %}

    binned as (
        {%- for cube in counted %}
        {%- set number = loop.index0 %}
        {%- for spec in cube.segments %}
        select
            window_start, model_version, {{ ml_monitor.text_literal(spec.name) }} as segment, {{ ml_monitor.segment_value(spec.columns) }} as segment_value, '__row__' as feature, 0 as bin,
            sum(n) as n, cast(sum(late_n) as {{ double }}) as sum_value, {{ no_number }} as sum_squared_value, {{ no_number }} as sum_score, 0 as scored_n, {{ no_number }} as minimum, {{ no_number }} as maximum
        from cells_{{ number }}
        group by 1, 2, 4
        union all
        select
            window_start, model_version, {{ ml_monitor.text_literal(spec.name) }}, {{ ml_monitor.segment_value(spec.columns) }}, counts.feature,
            case when counts.category is null then -1 else coalesce({{ 'grid.coarse_bin' if spec.columns else 'grid.bin' }}, -3) end as bin,
            sum(counts.n), null, null, sum(counts.sum_score), sum(counts.scored_n), null, null
        from category_counts_{{ number }} as counts
        inner join cells_{{ number }} as cells on cells.cell = counts.cell
        left join {{ ref(monitor ~ '__grid') }} as grid
            on grid.part = 'category' and grid.feature = counts.feature and grid.category = counts.category
        group by 1, 2, 4, 5, 6
        union all
        {%- if spec.columns %}
        select
            window_start, model_version, {{ ml_monitor.text_literal(spec.name) }}, {{ ml_monitor.segment_value(spec.columns) }}, feature, bin,
            sum(counts.n), sum(sum_value), sum(sum_squared_value), sum(sum_score), sum(scored_n), null, null
        from number_counts_{{ number }} as counts
        inner join cells_{{ number }} as cells on cells.cell = counts.cell
        group by 1, 2, 4, 5, 6
        union all
        {%- endif %}
        {%- endfor %}
        {%- endfor %}
        {%- if is_wide and continuous %}
        select counts.window_start, counts.model_version, 'overall', 'all', names.feature, counts.bin, counts.n, counts.sum_value, counts.sum_squared_value, counts.sum_score, counts.scored_n, counts.minimum, counts.maximum
        from (
            select window_start, model_version, feature_number, bin, {{ ml_monitor._number_sums('value', 'center') }}
            from (
                {{ ml_monitor.binned_values(monitor, row_keys, continuous, 'edges', 'prediction_rows') }}
            ) as feature_values
            group by window_start, model_version, feature_number, bin
        ) as counts
        {{ ml_monitor._join_names(continuous) }}
        union all
        {%- endif %}
        {%- for feature in continuous if not is_wide %}
        select window_start, model_version, 'overall', 'all', {{ ml_monitor._numeric_sums(feature, feature.bins.edges) }}
        from prediction_rows
        group by window_start, model_version, 6
        union all
        {%- endfor %}
        select
            window_start, model_version, 'overall', 'all', feature, bin, sum(n),
            {%- set centered %}(value - {% if discrete %}case feature{% for feature in discrete %} when {{ ml_monitor.text_literal(feature.name) }} then {{ feature.center }}{% endfor %} end{% else %}0{% endif %}){% endset %}
            sum(case when bin >= 0 then n * {{ centered }} end),
            sum(case when bin >= 0 then n * {{ '(' ~ ml_monitor.square(centered) ~ ')' }} end),
            sum(sum_score),
            sum(scored_n),
            min(case when bin >= 0 then value end),
            max(case when bin >= 0 then value end)
        from value_bins
        group by window_start, model_version, feature, bin
    ),

    feature_counts as (
        select
            {{ ml_monitor._window_key(monitor, 'window_start') }} as window_key,
            window_start, model_version, segment, segment_value, feature, coalesce(bin, -1) as bin, n, sum_value, sum_squared_value, sum_score, scored_n, minimum, maximum
        from binned
    )
{%- endmacro %}

{% macro _numeric_sums(feature, edges, no_extremes=none) -%}
    {{ ml_monitor.text_literal(feature.name) }} as feature,
            {{ ml_monitor.bin_of(feature.column, edges) }} as bin,
            {{ ml_monitor._number_sums(feature.column, '(' ~ feature.center ~ ')', no_extremes) }}
{%- endmacro %}

{% macro _number_sums(column, center, no_extremes=none) -%}
    {%- set centered = '(' ~ ml_monitor.summand(column) ~ ' - ' ~ center ~ ')' -%}
    count(*) as n,
            sum({{ centered }}) as sum_value,
            sum({{ ml_monitor.square(centered) }}) as sum_squared_value,
            {{ ml_monitor._sum_of_score() }} as sum_score,
            {{ ml_monitor._scored_n() }} as scored_n,
            {{ no_extremes or 'min(' ~ column ~ ')' }} as minimum,
            {{ no_extremes or 'max(' ~ column ~ ')' }} as maximum
{%- endmacro %}

{% macro _join_names(features) -%}
    {#- The names of numbered features, beside `counts`: text is written once a count, not once a value. -#}
    {%- set names = [] -%}
    {%- for feature in features -%}{%- do names.append(ml_monitor.text_literal(feature.name)) -%}{%- endfor -%}
    inner join (
            {{ ml_monitor.unpivoted({}, {'feature': names, 'feature_number': range(features | length)}) }}
        ) as names on names.feature_number = counts.feature_number
{%- endmacro %}

{% macro _scored_n() -%}
    count(case when abs(score) <= {{ ml_monitor.largest_number() }} then score end)
{%- endmacro %}

{% macro _sum_of_score() -%}
    sum(case when abs(score) <= {{ ml_monitor.largest_number() }} then score end)
{%- endmacro %}

{% macro _late_rows(declared, found) -%}
    {#- How many rows of a group by window arrived more than late_by after the window's end; none where nothing says when a row arrived. -#}
    {%- if declared.loaded_at and found.loaded_at is defined and found.timestamp is defined -%}
        sum(case when loaded_at > {{ ml_monitor.window_end(declared.window, 'cast(window_start as timestamp)') }} + interval '{{ declared.late_by }}' then 1 else 0 end)
    {%- else -%}
        0
    {%- endif -%}
{%- endmacro %}
