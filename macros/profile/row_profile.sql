{% macro row_profile(monitor) %}
    {#- What only whole rows tell, one row per window and version, and 'all' versions: n; where `repeats` is declared, repeated_content_n (rows whose features, score and prediction all equal those of another row
        of the window and version, the first of each left out) and replayed_id_n (rows whose id and version one of the `lookback` windows before has already); where `entity` is declared, entity_n
        (different entities) and largest_entity_n (rows of the entity that has most). What is not declared is NULL.
        Contents and ids are compared by their 64-bit hash. -#}
    {{ ml_monitor._profile_config(['window_key', 'model_version']) }}
    {%- set declared = ml_monitor.declaration(monitor) -%}
    {%- do ml_monitor._upstream(declared) -%}
    {%- if not execute -%}{{ return('select 1 as window_key') }}{%- endif -%}
    {%- set columns = ml_monitor.columns(monitor) -%}
    {%- set depends_on = 'rows|' ~ declared.repeats ~ '|' ~ declared.entity ~ '|' ~ (declared.lookback if declared.repeats else '') -%}
    {%- set touched = ml_monitor._touched_windows(monitor, columns, none, also=depends_on) -%}
    {%- if declared.repeats -%}{%- do ml_monitor._touch_repeats(monitor, columns, touched) -%}{%- endif -%}
    {%- set text = ml_monitor.type_text() -%}
    {%- set keys = 'window_start, model_version' -%}
    with content_rows as materialized (
        {{ ml_monitor._content_rows(monitor, columns, ml_monitor._window_filter(monitor, columns, touched)) }}
    ),
    {% if declared.repeats %}
    {{ ml_monitor._replayed_keys(monitor, columns, touched) }},
    {% endif %}
    version_counts as (
        select
            content_rows.window_start,
            content_rows.model_version,
            count(*) as n,
            {{ 'count(*) - count(distinct content)' if declared.repeats else 'cast(null as bigint)' }} as repeated_content_n,
            {{ 'count(replayed_keys.row_key)' if declared.repeats else 'cast(null as bigint)' }} as replayed_id_n
        from content_rows
        {%- if declared.repeats %}
        left join replayed_keys on replayed_keys.row_key = content_rows.row_key and replayed_keys.window_start = content_rows.window_start
        {%- endif %}
        group by content_rows.window_start, content_rows.model_version
    ),

    level_counts as (
        select {{ keys }}, n, repeated_content_n, replayed_id_n
        from version_counts
        {%- if declared.version %}
        union all
        select window_start, 'all', sum(n), sum(repeated_content_n), sum(replayed_id_n)
        from version_counts
        group by window_start
        {%- endif %}
    ),
    {% if declared.entity %}
    entity_rows as (
        select {{ keys }}, entity, count(*) as n
        from content_rows
        where entity is not null
        group by {{ keys }}, entity
    ),

    entity_counts as (
        select {{ keys }}, count(*) as entity_n, max(n) as largest_entity_n
        from entity_rows
        group by {{ keys }}
        {%- if declared.version %}
        union all
        select window_start, 'all', count(*), max(n)
        from (select window_start, entity, sum(n) as n from entity_rows group by window_start, entity) as entities
        group by window_start
        {%- endif %}
    ),
    {% endif %}
    row_counts as (
        select
            level_counts.*,
            {{ 'coalesce(entity_n, 0)' if declared.entity else 'cast(null as bigint)' }} as entity_n,
            {{ 'coalesce(largest_entity_n, 0)' if declared.entity else 'cast(null as bigint)' }} as largest_entity_n
        from level_counts
        {%- if declared.entity %}
        left join entity_counts on entity_counts.model_version = level_counts.model_version
            and (entity_counts.window_start = level_counts.window_start or (entity_counts.window_start is null and level_counts.window_start is null))
        {%- endif %}
    ),

    {{ ml_monitor._replaced_windows(monitor, touched, 'row_counts') }}

    select
        cast(windows.window_key as {{ text }}) as window_key,
        cast(windows.window_start as timestamp) as window_start,
        cast(windows.window_end as timestamp) as window_end,
        cast(coalesce(row_counts.model_version, '') as {{ text }}) as model_version,
        cast(coalesce(row_counts.n, 0) as bigint) as n,
        {%- for count in ml_monitor.row_profile_counts() %}
        cast(row_counts.{{ count }} as bigint) as {{ count }},
        {%- endfor %}
        {{ ml_monitor._audit_columns(touched) }}
    from windows
    left join row_counts on {{ ml_monitor._window_key(monitor, 'row_counts.window_start') }} = windows.window_key
{% endmacro %}

{% macro row_profile_counts() %}
    {{ return(['repeated_content_n', 'replayed_id_n', 'entity_n', 'largest_entity_n']) }}
{% endmacro %}

{% macro _content_rows(monitor, columns, where) %}
    {#- window_start, model_version, content (hash of features, score and prediction), row_key (hash of version and id; NULL without an id) and entity of each prediction. -#}
    {%- set declared = ml_monitor.declaration(monitor) -%}
    {%- set found = columns.predictions -%}
    {%- set version = "coalesce(" ~ ml_monitor.class_text(found.version) ~ ", '(null)')" if found.version is defined else "cast('all' as " ~ ml_monitor.type_text() ~ ")" -%}
    {%- set contents = [] -%}
    {%- for name in declared.numeric + declared.categorical + declared.classes.values() | list -%}{%- do contents.append(found.columns[name].sql) -%}{%- endfor -%}
    {%- if found.prediction is defined -%}{%- do contents.append(found.prediction.sql) -%}{%- endif -%}
    {%- set moment = ml_monitor._moment(found.timestamp) -%}
    {%- set id = ml_monitor._join_id(columns, found.id) -%}
    {%- set conditions = [where] if where else [] -%}
    {%- if ml_monitor.as_of() -%}{%- do conditions.append(ml_monitor._prediction_arrival(declared, found) ~ ' <= ' ~ ml_monitor.as_of()) -%}{%- endif -%}
    select
        {{ ml_monitor.window_start(declared.window, moment) }} as window_start,
        {{ version }} as model_version
        {%- if declared.repeats %},
        {{ ml_monitor.hash_of(contents | unique(case_sensitive=true) | list) }} as content,
        case when {{ id }} is not null then {{ ml_monitor.hash_of([version, id]) }} end as row_key
        {%- endif %}
        {%- if declared.entity %},
        cast({{ found.entity.sql }} as {{ ml_monitor.type_text() }}) as entity
        {%- endif %}
    from {{ ml_monitor.relation(declared.predictions) }}
    {%- if conditions %}
    where {{ conditions | join('\n        and ') }}
    {%- endif %}
{%- endmacro %}

{% macro _replayed_keys(monitor, columns, touched) %}
    {#- CTE replayed_keys: row_key and window_start of what one of the `lookback` windows before has already. Few ids are in two windows: those are found first. -#}
    {%- set declared = ml_monitor.declaration(monitor) -%}
    {%- set since = ml_monitor._lookback(declared, ml_monitor.timestamp_literal(touched.windows[0]), '-') if touched.windows else none -%}
    {%- set moment = ml_monitor._moment(columns.predictions.timestamp) -%}
    {%- set inside = none if touched.all else (moment ~ ' >= ' ~ since ~ ' and ' ~ moment ~ ' < ' ~ ml_monitor.window_end(declared.window, ml_monitor.timestamp_literal(touched.windows[-1])) if touched.windows else '1 = 0') -%}
    keyed_rows as (
        select cast(window_start as timestamp) as window_start, row_key
        from ({{ ml_monitor._content_rows(monitor, columns, inside) }}) as all_rows
        where row_key is not null and window_start is not null
        {%- if not touched.all %}
            and row_key in (select row_key from content_rows)
        {%- endif %}
    ),

    repeated_keys as (
        select row_key
        from keyed_rows
        group by row_key
        having min(window_start) < max(window_start)
    ),

    replayed_keys as (
        select window_start, row_key
        from (
            select window_start, row_key, lag(window_start) over (partition by row_key order by window_start) as window_before
            from (select distinct window_start, row_key from keyed_rows where row_key in (select row_key from repeated_keys)) as key_windows
        ) as windows_of_keys
        where window_before >= {{ ml_monitor._lookback(declared, 'window_start', '-') }}
    )
{%- endmacro %}

{% macro _touch_repeats(monitor, columns, touched) %}
    {#- Adds to the touched windows those after them, as far as the look back goes, that hold an id of theirs: whether it is a replay may have changed. -#}
    {%- if touched.all or not touched.windows -%}{{ return(none) }}{%- endif -%}
    {%- set declared = ml_monitor.declaration(monitor) -%}
    {%- set moment = ml_monitor._moment(columns.predictions.timestamp) -%}
    {%- set first, last = ml_monitor.timestamp_literal(touched.windows[0]), ml_monitor.timestamp_literal(touched.windows[-1]) -%}
    {%- set later = moment ~ ' >= ' ~ first ~ ' and ' ~ moment ~ ' < ' ~ ml_monitor.window_end(declared.window, ml_monitor._lookback(declared, last, '+')) -%}
    {%- set sql -%}
        with later_rows as (
            {{ ml_monitor._content_rows(monitor, columns, later) }}
        )
        select distinct cast(cast(window_start as timestamp) as {{ ml_monitor.type_text() }}) as window_start
        from later_rows
        where row_key in ({{ 'select row_key from later_rows where cast(window_start as timestamp) in (' }}
            {%- for window in touched.windows %}{{ ml_monitor.timestamp_literal(window) }}{{ ', ' if not loop.last }}{% endfor %}))
        order by 1
    {%- endset -%}
    {%- set windows = touched.windows | list -%}
    {%- for row in run_query(sql).rows if row[0] not in windows -%}{%- do windows.append(row[0]) -%}{%- endfor -%}
    {%- do touched.update({'windows': windows | sort}) -%}
{% endmacro %}

{% macro _lookback(declared, window_start, sign) -%}
    (cast({{ window_start }} as timestamp) {{ sign }} interval '{{ declared.lookback }} {{ declared.window }}')
{%- endmacro %}
