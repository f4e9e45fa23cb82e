{% macro outcome_units(tasks, sums=[]) %}
    {#- CTEs that end in outcome_levels: the outcome profile of every window to compute again, and of each reference as a whole, per version and for version 'all'.
        stale_units: monitor, window_key, window_start, window_end, dependency; a reference has window_key '<monitor>|reference' and no window_start.
        outcome_levels: monitor, window_key, model_version, segment, segment_value, part, class, whole_class, bin, predicted, actual, n and `sums`; counts are doubles, so that no division is a
        whole number's. A multiclass prediction is counted once for each class, and once for whole_class, 'all'. -#}
    {%- set keys = 'model_version, segment, segment_value, part, class, whole_class, bin, predicted, actual' -%}
    {%- set columns = ['profile.monitor', 'stale_units.window_key', keys, 'profile.n'] + sums -%}
    {%- set version = ml_monitor._performance_version() -%}
    {{ ml_monitor.stale_windows('outcome', version) }},

    judged_monitors as (
        select monitor, has_version, case when task = 'binary' then 'positive' else 'all' end as whole_class
        from {{ ref('ml_monitor', 'ml_monitor__monitors') }}
        where task in ({% for task in tasks %}'{{ task }}'{{ ', ' if not loop.last }}{% endfor %})
    ),

    stale_units as (
        select stale_windows.monitor, stale_windows.window_key, stale_windows.window_start, stale_windows.window_end, stale_windows.dependency
        from stale_windows
        inner join judged_monitors on judged_monitors.monitor = stale_windows.monitor
        union all
        select
            reference_moments.monitor,
            reference_moments.monitor || '|reference',
            cast(null as timestamp),
            cast(null as timestamp),
            coalesce(reference_moments.moment, '') || '|{{ version }}'
        from reference_moments
        inner join judged_monitors on judged_monitors.monitor = reference_moments.monitor
        {%- if is_incremental() %}
        where not exists (
            select 1
            from {{ this }} as stored
            where stored.window_key = reference_moments.monitor || '|reference'
                and stored.dependency = coalesce(reference_moments.moment, '') || '|{{ version }}'
        )
        {%- endif %}
    ),

    outcome_rows as (
        select {{ columns | join(', ') }}
        from {{ ref('ml_monitor', 'ml_monitor__outcome_profile') }} as profile
        inner join judged_monitors on judged_monitors.monitor = profile.monitor
        inner join stale_units on stale_units.window_key = profile.window_key
        where profile.attribute = 'none'
        union all
        select {{ columns | join(', ') }}
        from {{ ref('ml_monitor', 'ml_monitor__outcome_profile') }} as profile
        inner join judged_monitors on judged_monitors.monitor = profile.monitor
        inner join stale_units on stale_units.monitor = profile.monitor and stale_units.window_start is null
        where profile.attribute = 'none' and profile.is_reference
    ),

    outcome_levels as (
        select monitor, window_key, {{ keys }}, cast(sum(n) as {{ ml_monitor.type_double() }}) as n{% for sum in sums %}, sum({{ sum }}) as {{ sum }}{% endfor %}
        from outcome_rows
        group by monitor, window_key, {{ keys }}
        union all
        select monitor, window_key, {{ keys | replace('model_version', "'all'") }}, cast(sum(n) as {{ ml_monitor.type_double() }}){% for sum in sums %}, sum({{ sum }}){% endfor %}
        from outcome_rows
        where monitor in (select monitor from judged_monitors where has_version)
        group by monitor, window_key, {{ keys | replace('model_version, ', '') }}
    ),

    unit_counts as (
        select window_key, model_version, segment, segment_value, sum(n) as predictions
        from outcome_levels
        where part = 'row'
        group by window_key, model_version, segment, segment_value
    )
{%- endmacro %}

{% macro _performance_version() %}
    {#- Raised when a formula below changes, so that stored numbers follow. -#}
    {{ return('2') }}
{% endmacro %}

{% macro unit_keys(relation=none) -%}
    {%- for key in ['window_key', 'model_version', 'segment', 'segment_value'] -%}
        {{ relation ~ '.' if relation }}{{ key }}{{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{% macro same_unit(left, right) -%}
    {%- for key in ['window_key', 'model_version', 'segment', 'segment_value'] -%}
        {{ left }}.{{ key }} = {{ right }}.{{ key }}{{ ' and ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{% macro side_by_side(keys, pieces) %}
    {#- One row per key with the columns of every piece, each a (relation, columns) that has a key at most once; all columns are doubles.
        Gathered by a union and not by joins: an engine that takes a CTE for one row would join tens of thousands of units pair by pair. -#}
    {%- set names = [] -%}
    {%- for relation, columns in pieces -%}{%- do names.extend(columns) -%}{%- endfor -%}
    select
        {{ keys }},
        {%- for name in names %}
        max({{ name }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from (
        {%- for relation, columns in pieces %}
        select {{ keys }}{% for name in names %}, {{ name if name in columns else 'cast(null as ' ~ ml_monitor.type_double() ~ ') as ' ~ name }}{% endfor %} from {{ relation }}
        {{ 'union all' if not loop.last }}
        {%- endfor %}
    ) as pieces
    group by {{ keys }}
{%- endmacro %}

{% macro unit_columns(relation, dimensions=[]) %}
    {#- The key columns of a numbers table, from stale_units and what was counted; a unit that has become empty keeps a marker row. -#}
    {%- set text = ml_monitor.type_text() %}
            cast(stale_units.monitor as {{ text }}) as monitor,
            cast(stale_units.window_key as {{ text }}) as window_key,
            cast(stale_units.window_start as timestamp) as window_start,
            cast(stale_units.window_end as timestamp) as window_end,
            {%- for name, empty in [('model_version', ''), ('segment', 'overall'), ('segment_value', 'all')] + dimensions %}
            cast(coalesce({{ relation }}.{{ name }}, '{{ empty }}') as {{ text }}) as {{ name }},
            {%- endfor %}
            cast(stale_units.dependency as {{ text }}) as dependency
{%- endmacro %}
