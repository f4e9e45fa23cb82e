{% macro _drift_units(kind, version) %}
    {#- CTEs of what drift is computed of. A unit is a window, or a day, week or month that a declared roll_up makes of windows. kind: 'feature' or 'outcome', the profile that is read; version: raised by whoever
        changes a formula, so that stored numbers follow.
        unit_windows: one row per unit and window in it. baseline_ranges, where a monitor declares baselines of windows before: one row per unit, version and baseline `previous` or `trailing`, and baseline_units, the units it is made of.
        stale_windows: the units whose numbers this run computes again, because a window in them, in their baseline or in the reference has been counted anew since: monitor, window_key, grain, window_start, window_end,
        is_reference, reference_members (windows in it that are part of the reference), dependency. One that has become empty, or is declared no longer, is in it without a row to count: its own row stays, hidden, as proof.
        stale_members: the windows in those. -#}
    {%- set baselines = ml_monitor.with_baselines() -%}
    {%- set text = ml_monitor.type_text() -%}
    {{ ml_monitor.reference_moments(kind) }},

    judged_monitors as (
        select monitor, grain, task
        from {{ ref('ml_monitor', 'ml_monitor__monitors') }}
        {%- if kind == 'outcome' %}
        where has_labels and task <> 'ranking'
        {%- endif %}
    ),

    {{ ml_monitor.unit_windows(true, kind, suffix=" || '|label'" if kind == 'outcome') }},

    units as (
        select
            unit_windows.monitor,
            unit_windows.window_key,
            unit_windows.grain,
            unit_windows.window_start,
            unit_windows.window_end,
            sum(case when unit_windows.is_reference then 1 else 0 end) as reference_members,
            max(case when unit_windows.is_reference and unit_windows.grain = judged_monitors.grain then 1 else 0 end) = 1 as is_reference,
            max(unit_windows.profiled_at) as profiled_at,
            count(*) as members
        from unit_windows
        inner join judged_monitors on judged_monitors.monitor = unit_windows.monitor
        group by unit_windows.monitor, unit_windows.window_key, unit_windows.grain, unit_windows.window_start, unit_windows.window_end
    ),
    {% if baselines %}
    {{ ml_monitor._baseline_units(kind, baselines) }},
    {% endif %}
    current_units as (
        select
            units.monitor,
            units.window_key,
            units.grain,
            units.window_start,
            units.window_end,
            units.reference_members,
            units.is_reference,
            coalesce(cast(units.profiled_at as {{ text }}), '') || '|' || cast(units.members as {{ text }}) || '|' || coalesce(reference_moments.moment, '') || '|{{ version }}'
            {%- if baselines %} || coalesce('|' || baseline_moments.moment, ''){% endif %} as dependency
        from units
        left join reference_moments on reference_moments.monitor = units.monitor
        {%- if baselines %}
        left join baseline_moments on baseline_moments.window_key = units.window_key
        {%- endif %}
    ),

    {% if is_incremental() -%}
    stored_units as (
        select monitor, window_key, max(window_start) as window_start, max(window_end) as window_end, max(dependency) as dependency
        from {{ this }}
        group by monitor, window_key
    ),

    stale_windows as (
        select current_units.*
        from current_units
        left join stored_units on stored_units.window_key = current_units.window_key
        where stored_units.dependency is null or stored_units.dependency <> current_units.dependency
        union all
        select stored_units.monitor, stored_units.window_key, null, stored_units.window_start, stored_units.window_end, 0, false, 'gone'
        from stored_units
        left join current_units on current_units.window_key = stored_units.window_key
        where current_units.window_key is null and stored_units.dependency <> 'gone'
            and ({% for grain in ml_monitor.roll_ups_of('hour') %}{{ ' or ' if not loop.first }}stored_units.window_key like '%|{{ grain }}|%'{% endfor %})
    ),
    {%- else -%}
    stale_windows as (
        select * from current_units
    ),
    {%- endif %}

    stale_members as (
        select
            stale_windows.monitor,
            stale_windows.window_key,
            unit_windows.member_key,
            unit_windows.is_reference,
            case when stale_windows.grain = monitors.grain then {{ ml_monitor.season_of('stale_windows.window_start') }} end as season
        from stale_windows
        inner join unit_windows on unit_windows.window_key = stale_windows.window_key
        inner join judged_monitors as monitors on monitors.monitor = stale_windows.monitor
    )
{%- endmacro %}

{% macro _baseline_units(kind, baselines) %}
    {#- CTEs baseline_units, baseline_ranges and baseline_moments (window_key, moment: what changes when any of a unit's baselines does). Reads units and unit_windows.
        `previous` is the last unit before that has rows of the same version (has labels, for kind 'outcome'), `trailing` the last so many. A unit that gains or loses rows has been counted anew,
        or, lost, makes the first of them an earlier one or their number less: moment, number and first unit tell every change. -#}
    {%- set text = ml_monitor.type_text() -%}
    {%- set profile, rows = ('ml_monitor__outcome_profile', "part = 'outcome' and profile.attribute = 'none' and profile.actual <> ''") if kind == 'outcome' else ('ml_monitor__feature_profile', "feature = '__row__'") -%}
    {%- set wanted = [] -%}
    {%- for monitors in baselines.values() -%}{%- do wanted.extend(monitors.keys() | list) -%}{%- endfor -%}
    version_units as (
        select placed.*, row_number() over (partition by monitor, grain, model_version order by window_start) as place
        from (
            select units.monitor, units.window_key, units.grain, units.window_start, units.window_end, units.profiled_at, units.members, case when levels.is_all = 1 then 'all' else profile.model_version end as model_version
            from {{ ref('ml_monitor', profile) }} as profile
            inner join unit_windows on unit_windows.member_key = profile.window_key
            inner join units on units.window_key = unit_windows.window_key
            {{ ml_monitor._levels() }}
            where profile.segment = 'overall' and profile.{{ rows }} and profile.monitor in ({{ ml_monitor.text_literals(wanted | unique) }})
            group by units.monitor, units.window_key, units.grain, units.window_start, units.window_end, units.profiled_at, units.members, case when levels.is_all = 1 then 'all' else profile.model_version end
        ) as placed
    ),

    baseline_units as (
        {%- for baseline, monitors in baselines.items() %}
        {{ 'union all' if not loop.first }}
        select later.window_key, later.model_version, '{{ baseline }}' as baseline, earlier.window_key as baseline_key, earlier.window_start, earlier.window_end, earlier.profiled_at, earlier.members
        from (
            select monitor, grain, window_key, model_version, place, case monitor {% for monitor, k in monitors.items() %}when {{ ml_monitor.text_literal(monitor) }} then {{ k }} {% endfor %}end as windows
            from version_units
            where monitor in ({{ ml_monitor.text_literals(monitors.keys()) }})
        ) as later
        inner join ({{ ml_monitor.steps(1, monitors.values() | max + 1) }}) as steps on steps.step <= later.windows
        inner join version_units as earlier
            on earlier.monitor = later.monitor
            and earlier.grain = later.grain
            and earlier.model_version = later.model_version
            and earlier.place = later.place - steps.step
        {%- endfor %}
    ),

    baseline_ranges as (
        select
            window_key, model_version, baseline,
            min(window_start) as baseline_from,
            max(window_end) as baseline_to,
            count(*) as windows,
            cast(max(profiled_at) as {{ text }}) || '|' || cast(sum(members) as {{ text }}) || '|' || cast(min(window_start) as {{ text }}) as moment
        from baseline_units
        group by window_key, model_version, baseline
    ),

    baseline_moments as (
        select window_key, {{ dbt.hash(ml_monitor.text_list("model_version || '|' || baseline || '|' || moment", 'model_version, baseline')) }} as moment
        from baseline_ranges
        group by window_key
    )
{%- endmacro %}

{% macro _unit_counts(source) %}
    {#- CTE window_counts: what each stale unit holds per version, and per 'all' versions, segment, feature and bin; what of it is part of the reference apart. Follows stale_members. `source`: a relation with the columns of ml_monitor__feature_profile.
        Where a monitor declares baselines of windows before, also baseline_counts, the same of those. -#}
    window_counts as (
        select members.monitor, members.window_key, members.is_reference, members.season, {{ ml_monitor._counts_of_levels() }}
        from stale_members as members
        inner join {{ source }} as profile
            on profile.monitor = members.monitor and profile.window_key = members.member_key
        {{ ml_monitor._levels() }}
        group by members.monitor, members.window_key, members.is_reference, members.season, {{ ml_monitor._level_keys() }}
    )
    {%- if ml_monitor.with_baselines() %},

    baseline_members as (
        select baseline_units.window_key, baseline_units.model_version, baseline_units.baseline, unit_windows.monitor, unit_windows.member_key
        from baseline_units
        inner join stale_windows on stale_windows.window_key = baseline_units.window_key
        inner join unit_windows on unit_windows.window_key = baseline_units.baseline_key
    ),

    baseline_counts as (
        select members.monitor, members.window_key, members.baseline, {{ ml_monitor._counts_of_levels() }}
        from baseline_members as members
        inner join {{ source }} as profile
            on profile.monitor = members.monitor and profile.window_key = members.member_key
        {{ ml_monitor._levels() }}
        where members.model_version = case when levels.is_all = 1 then 'all' else profile.model_version end
        group by members.monitor, members.window_key, members.baseline, {{ ml_monitor._level_keys() }}
    )
    {%- endif %}
{%- endmacro %}
