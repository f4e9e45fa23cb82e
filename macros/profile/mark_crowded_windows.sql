{% macro mark_crowded_windows(monitor, columns, grid, touched) %}
    {#- Adds to `grid` what keeps a segment's column that explodes after the reference from blowing up a profile: 'crowded', {segment column: condition on a prediction's row},
        true in windows that hold more than `newcomers` values (`segment_limits`) of it which the reference never had. It depends on the rows of the window alone, so that any order of runs ends alike.
        Columns that are cut need none: what they do not keep is (other) in every window. -#}
    {%- set declared = ml_monitor.declaration(monitor) -%}
    {%- set found = columns.predictions -%}
    {%- set most = ml_monitor.segment_limits().newcomers -%}
    {%- set names = [] -%}
    {%- for name, values in grid.segment_values.items() if name in found.columns and not values.is_cut and found.columns[name].kind != 'boolean' and not ml_monitor._bands(declared, name, grid) -%}
        {%- do names.append(name) -%}
    {%- endfor -%}
    {%- do grid.update({'crowded': {}}) -%}
    {%- if not names or not (touched.all or touched.windows or touched.without_time) -%}{{ return(none) }}{%- endif -%}
    {%- set segments = ml_monitor._segment_columns(declared) -%}
    {%- set newcomers = [] -%}
    {%- for name in names -%}
        {%- set value, kept = 'segment_' ~ segments.index(name), grid.segment_values[name].kept -%}
        {%- do newcomers.append('count(distinct ' ~ ('case when ' ~ value ~ ' not in (' ~ ml_monitor.text_literals(kept) ~ ') then ' ~ value ~ ' end' if kept else value) ~ ')') -%}
    {%- endfor -%}
    {%- set sql -%}
        select cast(cast(window_start as timestamp) as {{ ml_monitor.type_text() }}) as window_start, {{ newcomers | join(', ') }}
        from ({{ ml_monitor._prediction_rows(monitor, columns, where=ml_monitor._window_filter(monitor, columns, touched)) }}) as prediction_rows
        group by window_start
        having greatest({{ newcomers | join(', ') }}) > {{ most }}
        order by 1
    {%- endset -%}
    {%- set moment = ml_monitor._moment(found.timestamp) -%}
    {%- set conditions = {} -%}
    {%- for row in run_query(sql).rows -%}
        {%- for name in names if row[loop.index] | int > most -%}
            {%- if row[0] is none -%}
                {%- do conditions.setdefault(name, []).append(moment ~ ' is null') -%}
            {%- else -%}
                {%- do conditions.setdefault(name, []).append(ml_monitor.window_start(declared.window, moment) ~ ' = ' ~ ml_monitor.timestamp_literal(row[0])) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for name, windows in conditions.items() -%}{%- do grid.crowded.update({name: '(' ~ windows | join(' or ') ~ ')'}) -%}{%- endfor -%}
{% endmacro %}
