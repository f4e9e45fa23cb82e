{% macro candidate_windows(found) %}
    {#- CTE candidate_windows: one row per monitor, compared window and segment (key) that is looked at: n, n_error, sum_error, sum_squared_error, n_score, sum_score, sum_squared_score over all versions.
        Of the monitors in `found` every combination of at most three of their segment columns, summed from the cells of their segment profile; of the others the declared segments, from their outcome profile,
        which has no unweighted errors where rows are weighted. Reads compared_windows. -#}
    {%- set sums = ml_monitor._candidate_sums() -%}
    {%- for monitor in found %}
    {%- set columns = ml_monitor._segment_columns(ml_monitor.declaration(monitor)) %}
    cells_{{ loop.index0 }} as materialized (
        select
            profile.window_key as window_id,
            {%- for column in columns %}
            split_part(profile.cell, {{ ml_monitor.cell_separator() }}, {{ loop.index }}) as value_{{ loop.index0 }},
            {%- endfor %}
            {%- for sum in sums %}
            sum(profile.{{ sum }}) as {{ sum }}{{ ',' if not loop.last }}
            {%- endfor %}
        from {{ ref('ml_monitor', 'ml_monitor__segment_profile') }} as profile
        inner join compared_windows as windows on windows.monitor = profile.monitor and windows.window_id = profile.window_key
        where profile.monitor = {{ ml_monitor.text_literal(monitor) }}
        group by profile.window_key, profile.cell
    ),
    {% endfor %}
    candidate_windows as materialized (
        {%- for monitor in found %}
        {%- set columns = ml_monitor._segment_columns(ml_monitor.declaration(monitor)) %}
        select
            {{ ml_monitor.text_literal(monitor) }} as monitor,
            window_id,
            concat_ws(
                {{ ml_monitor.cell_separator() }}
                {%- for column in columns %},
                {{ ml_monitor.text_literal(column ~ ml_monitor.condition_sign()) }} || value_{{ loop.index0 }}
                {%- endfor %}
            ) as segment_key,
            {%- for sum in sums %}
            sum({{ sum }}) as {{ sum }}{{ ',' if not loop.last }}
            {%- endfor %}
        from cells_{{ loop.index0 }}
        group by window_id, grouping sets ({{ ml_monitor._combinations(columns | length) | join(', ') }})
        union all
        {%- endfor %}
        select monitor, window_id, segment_key, {% for sum in sums %}sum({{ sum }}) as {{ sum }}{{ ', ' if not loop.last }}{% endfor %}
        from (
            {{ ml_monitor._declared_outcomes(found) }}
        ) as declared_outcomes
        where segment_key is not null
        group by monitor, window_id, segment_key
    )
{%- endmacro %}

{% macro _candidate_sums() %}{{ return(['n', 'n_error', 'sum_error', 'sum_squared_error', 'n_score', 'sum_score', 'sum_squared_score']) }}{% endmacro %}

{% macro _combinations(columns) %}
    {#- The sets of at most three columns, as grouping sets; the empty one first. -#}
    {%- set sets = ['()'] -%}
    {%- for one in range(columns) -%}
        {%- do sets.append('(value_' ~ one ~ ')') -%}
        {%- for two in range(one + 1, columns) -%}
            {%- do sets.append('(value_' ~ one ~ ', value_' ~ two ~ ')') -%}
            {%- for three in range(two + 1, columns) -%}{%- do sets.append('(value_' ~ one ~ ', value_' ~ two ~ ', value_' ~ three ~ ')') -%}{%- endfor -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(sets) }}
{% endmacro %}

{% macro _declared_outcomes(found) %}
    {#- Rows of the outcome profile of the monitors whose segments are not searched for, under the names of `candidate_windows`. -#}
    {%- set declared_only = ml_monitor.with_segments() | reject('in', found) | list -%}
    {%- set double = ml_monitor.type_double() -%}
    {%- for monitor in declared_only %}
    {%- set declared = ml_monitor.declaration(monitor) %}
    {%- set is_regression = declared.task == 'regression' %}
    {%- set is_outcome = "profile.part = 'outcome'" %}
    {%- set has_error = '1 = 0' if declared.weights or declared.task == 'ranking' else is_outcome ~ " and profile.actual <> '' and " ~ ('profile.bin >= 0' if is_regression else "profile.predicted <> ''") %}
    {%- set has_score = '1 = 0' if declared.weights or not (declared.classes or is_regression) else is_outcome ~ (' and profile.bin >= 0' if declared.task in ['binary', 'regression'] else '') %}
    {{ 'union all' if not loop.first }}
    select
        profile.monitor,
        windows.window_id,
        {{ ml_monitor.segment_key(declared, 'profile.segment', 'profile.segment_value') }} as segment_key,
        cast(case when profile.part = 'row' then profile.n else 0 end as {{ double }}) as n,
        case when {{ has_error }} then profile.n else 0 end as n_error,
        case when {{ has_error }} then {{ 'profile.sum_absolute_error' if is_regression else 'case when profile.predicted <> profile.actual then profile.n else 0 end' }} else 0 end as sum_error,
        case when {{ has_error }} then {{ 'profile.sum_squared_error' if is_regression else 'case when profile.predicted <> profile.actual then profile.n else 0 end' }} else 0 end as sum_squared_error,
        case when {{ has_score }} then profile.n else 0 end as n_score,
        case when {{ has_score }} then profile.sum_score else 0 end as sum_score,
        case when {{ has_score }} then profile.sum_squared_score else 0 end as sum_squared_score
    from {{ ref('ml_monitor', 'ml_monitor__outcome_profile') }} as profile
    inner join compared_windows as windows on windows.monitor = profile.monitor and windows.window_id = coalesce(profile.window_key, 'reference')
    where profile.monitor = {{ ml_monitor.text_literal(monitor) }} and profile.attribute = 'none' and profile.part in ('row', 'outcome') and profile.class in ('all', 'positive')
    {%- else %}
    {%- set columns = [('monitor', ml_monitor.type_text()), ('window_id', ml_monitor.type_text()), ('segment_key', ml_monitor.type_text())] -%}
    {%- for sum in ml_monitor._candidate_sums() -%}{%- do columns.append((sum, double)) -%}{%- endfor -%}
    {{ ml_monitor.no_rows(columns) }}
    {%- endfor %}
{% endmacro %}
