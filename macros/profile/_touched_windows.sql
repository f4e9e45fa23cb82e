{% macro _touched_windows(monitor, columns, fitted_at, by_labels=false, also='') %}
    {#- What a run has to do again: {'all': bool, 'windows': [text], 'without_time': bool, 'watermark': text or none, 'label_watermark', 'hash'}.
        A window is touched by rows that arrived since the watermark (>=, minus late_by), by ml_monitor__rebuild_from, or, where rows carry no loaded_at, by being among the last `lookback`.
        `also`: what else the profile depends on and the bins do not; all windows are done again when it changes.
        The watermark is the newest loaded_at seen here, before the rows are read, and never later than this run's start: rows that arrive in between are read again next time. -#}
    {%- set declared = ml_monitor.declaration(monitor) -%}
    {%- set labels = declared.labels if by_labels and declared.labels else none -%}
    {%- set text = ml_monitor.type_text() -%}
    {%- set hash = local_md5(ml_monitor.config_hash(monitor) ~ (fitted_at or 'unfitted') ~ also) -%}
    {%- set result = {'all': true, 'windows': [], 'without_time': false, 'watermark': none, 'label_watermark': none, 'hash': hash} -%}
    {%- set predictions = ml_monitor._prediction_moments(monitor, columns) -%}
    {%- do result.update({'watermark': ml_monitor._newest(declared.loaded_at, predictions, 'predicted_at')}) -%}
    {%- if labels and labels.relation -%}
        {%- do result.update({'label_watermark': ml_monitor._newest(labels.loaded_at, ml_monitor._label_rows(monitor, columns), 'labelled_at')}) -%}
    {%- endif -%}
    {%- set rebuild_from = var('ml_monitor__rebuild_from', none) -%}
    {%- if rebuild_from -%}{%- do ml_monitor.checked_moment('ml_monitor__rebuild_from', rebuild_from) -%}{%- endif -%}
    {%- if not is_incremental() or ml_monitor._replays_all(declared, labels) -%}{{ return(result) }}{%- endif -%}

    {%- set state = run_query("select min(profile_hash), max(profile_hash), cast(max(watermark) as " ~ text ~ ")" ~ (", cast(max(label_watermark) as " ~ text ~ ")" if by_labels else ", null") ~ " from " ~ this).rows[0] -%}
    {%- if state[0] != hash or state[1] != hash -%}{{ return(result) }}{%- endif -%}
    {%- if ml_monitor.as_of() -%}
        {#- what was counted as of a later moment says nothing of this one -#}
        {%- set is_later = "watermark > " ~ ml_monitor.as_of() ~ (" or label_watermark > " ~ ml_monitor.as_of() if by_labels) -%}
        {%- if ml_monitor._scalar("select count(*) from " ~ this ~ " where " ~ is_later) | int > 0 -%}{{ return(result) }}{%- endif -%}
    {%- endif -%}
    {%- if (declared.loaded_at and state[2] is none) or (labels and labels.relation and labels.loaded_at and state[3] is none and result.label_watermark is not none) -%}{{ return(result) }}{%- endif -%}

    {%- set arrived -%}
        {%- if declared.loaded_at -%}
            {{ ml_monitor._arrived_since('window_start', 'predictions', 'predicted_at', ml_monitor._earlier(state[2], declared.late_by)) }}
        {%- else -%}
            select window_start from predictions where window_start is null
            union all
            select * from (select distinct window_start from predictions where window_start is not null order by window_start desc limit {{ declared.lookback }}) as latest
        {%- endif %}
        {%- if labels and labels.relation and labels.loaded_at and state[3] is not none %}
            union all
            select window_start from predictions where id in ({{ ml_monitor._arrived_since('id', 'labels', 'labelled_at', ml_monitor._earlier(state[3], declared.late_by)) }})
        {%- elif labels and labels.relation and not labels.loaded_at %}
            union all
            select * from (select distinct window_start from predictions where window_start is not null order by window_start desc limit {{ declared.lookback }}) as latest_of_labels
        {%- endif %}
        {%- if rebuild_from %}
            union all
            select window_start from predictions where window_start >= {{ ml_monitor.window_start(declared.window, ml_monitor.timestamp_literal(rebuild_from)) }}
            union all
            select window_start from {{ this }} where window_start >= {{ ml_monitor.window_start(declared.window, ml_monitor.timestamp_literal(rebuild_from)) }}
        {%- endif %}
    {%- endset -%}
    {%- set sql -%}
        with predictions as (
            {{ predictions }}
        ){% if labels and labels.relation %},
        labels as (
            {{ ml_monitor._label_rows(monitor, columns) }}
        ){% endif %}
        select distinct cast(cast(window_start as timestamp) as {{ text }}) as window_start from ({{ arrived }}) as arrived order by 1
    {%- endset -%}
    {%- for row in run_query(sql).rows -%}
        {%- if row[0] is none -%}{%- do result.update({'without_time': true}) -%}{%- else -%}{%- do result.windows.append(row[0]) -%}{%- endif -%}
    {%- endfor -%}
    {%- do result.update({'all': false}) -%}
    {{ return(result) }}
{% endmacro %}

{% macro _replays_all(declared, labels) %}
    {#- Whether a replay cannot tell which windows differ from those of another moment: rows or labels have a time but no loaded_at, which alone is kept as a watermark. -#}
    {%- if not ml_monitor.as_of() -%}{{ return(false) }}{%- endif -%}
    {{ return(not declared.loaded_at or (labels is not none and (labels.timestamp or labels.loaded_at) and not (labels.relation and labels.loaded_at))) }}
{% endmacro %}

{% macro _newest(loaded_at, rows, made_at) %}
    {%- if not loaded_at -%}{{ return(none) }}{%- endif -%}
    {%- set sql -%}
        with loaded as (
            {{ rows }}
        )
        select cast(case when max(moment) < {{ ml_monitor.run_started() }} then max(moment) when max(moment) is not null then {{ ml_monitor.run_started() }} end as {{ ml_monitor.type_text() }})
        from (
            select max(own_loaded_at) as moment from loaded
            union all
            select max({{ made_at }}) from loaded where own_loaded_at is null
        ) as newest
    {%- endset -%}
    {{ return(ml_monitor._scalar(sql)) }}
{% endmacro %}

{% macro _arrived_since(column, rows, made_at, moment) -%}
    {#- A column of the rows that were loaded since. Two reads of plain columns, of which an engine skips the blocks that lie before, where it would compute their coalesce for all. -#}
    select {{ column }} from {{ rows }} where own_loaded_at >= {{ moment }}
            union all
            select {{ column }} from {{ rows }} where own_loaded_at is null and {{ made_at }} >= {{ moment }}
{%- endmacro %}

{% macro _earlier(moment, interval) -%}
    (cast('{{ moment }}' as timestamp) - interval '{{ interval }}')
{%- endmacro %}

{% macro _prediction_moments(monitor, columns) %}
    {#- The narrow read that finds touched windows: a row arrived at own_loaded_at or, where that is NULL, at predicted_at. -#}
    {%- set declared = ml_monitor.declaration(monitor) -%}
    {%- set found = columns.predictions -%}
    {%- set moment = ml_monitor._moment(found.timestamp) -%}
    {%- set sql -%}
        select
            {{ ml_monitor.window_start(declared.window, moment) }} as window_start,
            {{ ml_monitor._join_id(columns, found.id) }} as id,
            {{ moment }} as predicted_at,
            {{ ml_monitor._moment(found.loaded_at) if declared.loaded_at else 'cast(null as timestamp)' }} as own_loaded_at
        from {{ ml_monitor.relation(declared.predictions) }}
        {%- if ml_monitor.as_of() %}
        where {{ ml_monitor._prediction_arrival(declared, found) }} <= {{ ml_monitor.as_of() }}
        {%- endif %}
    {%- endset -%}
    {{ return(sql) }}
{% endmacro %}

{% macro _window_filter(monitor, columns, touched) %}
    {#- The touched windows as a condition on the raw rows, with plain bounds that let the engine skip blocks; none when all are. -#}
    {%- if touched.all -%}{{ return(none) }}{%- endif -%}
    {%- set declared = ml_monitor.declaration(monitor) -%}
    {%- set moment = ml_monitor._moment(columns.predictions.timestamp) -%}
    {%- if not touched.windows -%}
        {{ return(moment ~ ' is null' if touched.without_time else '1 = 0') }}
    {%- endif -%}
    {%- set starts = [] -%}
    {%- for window in touched.windows -%}{%- do starts.append(ml_monitor.timestamp_literal(window)) -%}{%- endfor -%}
    {%- set inside = moment ~ ' >= ' ~ starts[0] ~ ' and ' ~ moment ~ ' < ' ~ ml_monitor.window_end(declared.window, starts[-1])
        ~ ' and ' ~ ml_monitor.window_start(declared.window, moment) ~ ' in (' ~ starts | join(', ') ~ ')' -%}
    {{ return('((' ~ inside ~ ') or ' ~ moment ~ ' is null)' if touched.without_time else inside) }}
{% endmacro %}
