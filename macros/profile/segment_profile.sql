{% macro segment_profile(monitor) %}
    {#- Outcomes per window, version and cell, one combination of the values of all segment columns, so that the counts of any combination of some of them are sums: `ml_monitor__segments` searches those.
        cell: the values in the order of the declared columns, joined by `cell_separator()`; n: predictions less duplicates; labelled: those with a label (n_error) whose error is known: 0 or 1 where a class was predicted, else the absolute error;
        n_score: those with a score, from which the reference's median is taken off. Rows count once whatever their weight. Empty before the grid is fitted. -#}
    {{ ml_monitor._profile_config(['window_key', 'model_version', 'cell']) }}
    {%- set declared = ml_monitor.declaration(monitor) -%}
    {%- set grid = ml_monitor._read_grid(monitor) -%}
    {%- do ml_monitor._upstream(declared) -%}
    {%- if not execute -%}{{ return('select 1 as window_key') }}{%- endif -%}
    {%- set columns = ml_monitor.columns(monitor) -%}
    {%- set touched = ml_monitor._touched_windows(monitor, columns, grid.fitted_at, by_labels=true) -%}
    {%- do ml_monitor.mark_crowded_windows(monitor, columns, grid, touched) -%}
    {%- set filter = ml_monitor._window_filter(monitor, columns, touched) -%}
    {%- do ml_monitor.check_cell_budget(monitor, columns, grid, filter) -%}
    {%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}
    {%- set coded = declared.task == 'binary' -%}
    {{ ml_monitor._labelled_rows(monitor, columns, where=filter, coded=coded, grid=grid) }},

    {{ ml_monitor._cell_counts(declared, grid) }},

    {{ ml_monitor._replaced_windows(monitor, touched, 'cell_counts') }}

    select
        cast(windows.window_key as {{ text }}) as window_key,
        cast(windows.window_start as timestamp) as window_start,
        cast(windows.window_end as timestamp) as window_end,
        cast(coalesce(cell_counts.model_version, '') as {{ text }}) as model_version,
        cast(coalesce(cell_counts.cell, '') as {{ text }}) as cell,
        {%- for name, type in ml_monitor.segment_profile_columns() if name not in ['model_version', 'cell'] %}
        cast(coalesce(cell_counts.{{ name }}, 0) as {{ type }}) as {{ name }},
        {%- endfor %}
        cast({{ "'" ~ touched.label_watermark ~ "'" if touched.label_watermark else 'null' }} as timestamp) as label_watermark,
        {{ ml_monitor._audit_columns(touched) }}
    from windows
    left join cell_counts on {{ ml_monitor._window_key(monitor, 'cell_counts.window_start') }} = windows.window_key
{% endmacro %}

{% macro segment_profile_columns() %}
    {#- Name and type of what a segment profile keeps per cell, beside its window and audit columns. -#}
    {%- set double = ml_monitor.type_double() -%}
    {{ return([
        ('model_version', ml_monitor.type_text()), ('cell', ml_monitor.type_text()), ('n', 'bigint'), ('labelled', 'bigint'),
        ('n_error', 'bigint'), ('sum_error', double), ('sum_squared_error', double), ('n_score', 'bigint'), ('sum_score', double), ('sum_squared_score', double),
    ]) }}
{% endmacro %}

{% macro cell_separator() -%}
    {#- Stands between the values of a cell; a value that holds it has a space instead. -#}
    chr(31)
{%- endmacro %}

{% macro _cell_counts(declared, grid) %}
    {#- CTEs that end in cell_counts: window_start and what a segment profile keeps. -#}
    {%- set columns, values = ml_monitor._segment_columns(declared), [] -%}
    {%- for column in columns -%}{%- do values.append("replace(coalesce(segment_" ~ loop.index0 ~ ", '(null)'), " ~ ml_monitor.cell_separator() ~ ", ' ')") -%}{%- endfor -%}
    {%- set watched = '__prediction__' if declared.task == 'regression' else '__score__' -%}
    {%- set center = ml_monitor.number_literal(grid.features[watched].center or '0') if watched in grid.features else '0e0' -%}
    cell_rows as (
        select
            window_start,
            model_version,
            {%- for value in values %}
            {{ value }} as value_{{ loop.index0 }},
            {%- endfor %}
            {%- if declared.task == 'regression' %}
            case when abs(score) <= {{ ml_monitor.largest_number() }} and actual is not null then abs(score - actual) end as error,
            {%- elif declared.task == 'ranking' %}
            cast(null as {{ ml_monitor.type_double() }}) as error,
            {%- else %}
            case when prediction = actual then 0e0 when prediction <> actual then 1e0 end as error,
            {%- endif %}
            case when actual is not null then 1 else 0 end as is_labelled,
            case when abs(score) <= {{ ml_monitor.largest_number() }} then score - ({{ center }}) end as score
        from labelled_rows
    ),

    cell_counts as (
        select
            window_start,
            model_version,
            {% for value in values %}{{ " || " ~ ml_monitor.cell_separator() ~ " || " if not loop.first }}value_{{ loop.index0 }}{% endfor %} as cell,
            count(*) as n,
            sum(is_labelled) as labelled,
            count(error) as n_error,
            sum(error) as sum_error,
            sum({{ ml_monitor.square('error') }}) as sum_squared_error,
            count(score) as n_score,
            sum(score) as sum_score,
            sum({{ ml_monitor.square('score') }}) as sum_squared_score
        from cell_rows
        {%- if grid.fitted_at is none %}
        where 1 = 0
        {%- endif %}
        group by window_start, model_version{% for value in values %}, value_{{ loop.index0 }}{% endfor %}
    )
{%- endmacro %}

{% macro check_cell_budget(monitor, columns, grid, filter) %}
    {#- Raises an error where the segment columns together make more cells in a window than are worth keeping, before one is counted. Where the product of their values allows more, those that occur are counted. -#}
    {%- set declared = ml_monitor.declaration(monitor) -%}
    {%- set names, most = ml_monitor._segment_columns(declared), ml_monitor.segment_limits().cells -%}
    {%- if grid.fitted_at is none or ml_monitor._cells(ml_monitor._segment_places(names), names, ml_monitor.segment_sizes(declared, grid.cardinalities)) <= most -%}{{ return(none) }}{%- endif -%}
    {%- set keys = (['window_start'] + ml_monitor._segment_places(names)) | join(', ') -%}
    {%- set sql -%}
        select max(cells)
        from (
            select window_start, count(*) as cells
            from (
                select distinct {{ keys }}
                from ({{ ml_monitor._prediction_rows(monitor, columns, where=filter, grid=grid) }}) as prediction_rows
            ) as distinct_cells
            group by window_start
        ) as windows
    {%- endset -%}
    {%- set cells = ml_monitor._scalar(sql) or 0 -%}
    {%- if cells | int > most -%}
        {{ exceptions.raise_compiler_error("ml_monitor: monitor '" ~ monitor ~ "' has find_segments, but its " ~ names | length ~ " segment columns (" ~ names | join(', ') ~ ") make " ~ '{:,}'.format(cells | int)
            ~ " combinations in one window, at most " ~ '{:,}'.format(most) ~ " are searched; lower segment_values, which is " ~ declared.segment_values ~ ", or take a column out of segments") }}
    {%- endif -%}
{% endmacro %}

{% macro _segment_places(names) %}
    {#- The names that segment columns have in `_prediction_rows`. -#}
    {%- set places = [] -%}
    {%- for name in names -%}{%- do places.append('segment_' ~ loop.index0) -%}{%- endfor -%}
    {{ return(places) }}
{% endmacro %}
