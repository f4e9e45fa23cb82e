{% macro effect_profile(monitor) %}
    {#- What came true by feature and coarse bin, per window and version: labelled predictions, the sum of their outcomes (see `_effect_outcome`) and of the squares.
        A window is counted once, when it is mature (see `_mature_windows`): its late labels cost nothing more, and come in with ml_monitor__rebuild_from. -#}
    {{ ml_monitor._profile_config(['window_key', 'model_version', 'feature', 'bin']) }}
    {%- set declared = ml_monitor.declaration(monitor) -%}
    {%- set grid = ml_monitor._read_grid(monitor) -%}
    {%- set outcomes = ref(monitor ~ '__outcome_profile') -%}
    {%- do ml_monitor._upstream(declared) -%}
    {%- if not execute -%}{{ return('select 1 as window_key') }}{%- endif -%}
    {%- set columns = ml_monitor.columns(monitor) -%}
    {%- set hash = local_md5(ml_monitor.config_hash(monitor) ~ (grid.fitted_at or 'unfitted')) -%}
    {%- set due = ml_monitor._due_effects(monitor, hash, grid.fitted_at is not none) -%}
    {%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}
    {%- set touched = {'all': false, 'windows': due.counted, 'without_time': false} -%}
    {%- set coded = declared.task == 'binary' -%}
    {{ ml_monitor._labelled_rows(monitor, columns, where=ml_monitor._window_filter(monitor, columns, touched), coded=coded, grid=grid) }},

    {{ ml_monitor._effect_outcomes(monitor, columns.predictions, grid, coded) }},

    {{ ml_monitor._replaced_windows(monitor, {'windows': due.counted + due.dropped}, 'effect_outcomes') }}

    select
        cast(windows.window_key as {{ text }}) as window_key,
        cast(windows.window_start as timestamp) as window_start,
        cast(windows.window_end as timestamp) as window_end,
        cast(coalesce(effect_outcomes.model_version, '') as {{ text }}) as model_version,
        cast(coalesce(effect_outcomes.feature, '') as {{ text }}) as feature,
        cast(coalesce(effect_outcomes.bin, 0) as integer) as bin,
        cast(coalesce(effect_outcomes.n, 0) as bigint) as n,
        cast(coalesce(effect_outcomes.sum_outcome, 0) as {{ double }}) as sum_outcome,
        cast(coalesce(effect_outcomes.sum_squared_outcome, 0) as {{ double }}) as sum_squared_outcome,
        -- a window that is mature no more, as in a replay that goes back, is to be counted again
        cast({% if due.counted %}case when windows.window_start in ({% for window in due.counted %}{{ ', ' if not loop.first }}{{ ml_monitor.timestamp_literal(window) }}{% endfor %}) then '{{ hash }}' else '' end{% else %}''{% endif %} as {{ text }}) as profile_hash,
        (select max(watermark) from {{ outcomes }}) as watermark,
        (select max(label_watermark) from {{ outcomes }}) as label_watermark,
        {{ ml_monitor.run_started() }} as profiled_at
    from windows
    left join effect_outcomes on {{ ml_monitor._window_key(monitor, 'effect_outcomes.window_start') }} = windows.window_key
{% endmacro %}

{% macro _due_effects(monitor, hash, is_fitted) %}
    {#- What a run does: {'counted': windows that are mature and not counted yet, 'dropped': those that have been counted otherwise, and are not mature}, as text.
        What has been counted stays, unless the bins or the declaration have changed, ml_monitor__rebuild_from says so, or a replay goes back. -#}
    {%- set declared = ml_monitor.declaration(monitor) -%}
    {%- set text = ml_monitor.type_text() -%}
    {%- set mature, kept, stored = [], [], [] -%}
    {%- if is_fitted -%}
        {%- for row in run_query(ml_monitor._mature_windows(monitor)).rows -%}{%- do mature.append(row[0]) -%}{%- endfor -%}
    {%- endif -%}
    {%- if is_incremental() -%}
        {%- set is_kept -%}
            profile_hash = '{{ hash }}'
            {%- if var('ml_monitor__rebuild_from', none) %} and window_start < {{ ml_monitor.window_start(declared.window, ml_monitor.timestamp_literal(var('ml_monitor__rebuild_from'))) }}{% endif %}
            {%- if ml_monitor._replays_all(declared, declared.labels) %} and 1 = 0
            {%- elif ml_monitor.as_of() %} and coalesce(watermark <= {{ ml_monitor.as_of() }}, true) and coalesce(label_watermark <= {{ ml_monitor.as_of() }}, true)
            {%- endif %}
        {%- endset -%}
        {%- set sql -%}
            select cast(window_start as {{ text }}), max(case when {{ is_kept }} then 1 else 0 end)
            from {{ this }}
            where profile_hash <> ''
            group by window_start
        {%- endset -%}
        {%- for window, is_current in run_query(sql).rows -%}{%- do (kept if is_current == 1 else stored).append(window) -%}{%- endfor -%}
    {%- endif -%}
    {{ return({'counted': mature | reject('in', kept) | list, 'dropped': stored | reject('in', mature) | list}) }}
{% endmacro %}

{% macro _mature_windows(monitor) %}
    {#- The windows, in order, of which nine tenths of the labels that come in the end are in by the data's clock: so many have come, or they are of the age by which so many come.
        Labels without a time do not tell an age. A window has to have ended, late_by included. -#}
    {%- set declared = ml_monitor.declaration(monitor) -%}
    {%- set sql -%}
        with {{ ml_monitor.label_ages(monitor) }},

        labelled_windows as (
            select
                window_start,
                window_end,
                max(age_hours) as age_hours,
                sum(n) as n,
                sum(case when known_hours is not null then n else 0 end) as labelled
            from label_delays
            where model_version = 'all'
            group by window_start, window_end
        )

        select cast(window_start as {{ ml_monitor.type_text() }})
        from labelled_windows
        cross join ripe_shares
        where ripe_shares.ripe_share > 0
            and labelled_windows.window_end + interval '{{ declared.late_by }}' <= (select max(newest) from dated_moments)
            and (
                labelled_windows.labelled >= 0.9 * ripe_shares.ripe_share * labelled_windows.n
                or (ripe_shares.ripe_hours > 0 and labelled_windows.age_hours >= ripe_shares.ripe_hours)
            )
        order by window_start
    {%- endset -%}
    {{ return(sql) }}
{% endmacro %}
