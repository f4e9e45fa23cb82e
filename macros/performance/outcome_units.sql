{% macro outcome_units(tasks, sums=[], only=none, with_roll_ups=true) %}
    {#- CTEs that end in outcome_levels: the outcome profile of every unit to compute again, per version and for version 'all'. A unit is a window, a roll-up of windows, or a reference as a whole.
        stale_units: monitor, window_key, grain, window_start, window_end, dependency; a reference has window_key '<monitor>|reference' and neither grain nor window_start.
        outcome_levels: monitor, window_key, model_version, segment, segment_value, part, class, whole_class, bin, predicted, actual, row_count, weight, n, squared_n and `sums`; counts are doubles, so
        that no division is a whole number's. A multiclass prediction is counted once for each class, and once for whole_class, 'all'.
        row_count counts rows. Of a weighted monitor weight is the sum of the weights, n their sum in units in which that of the unit's labelled rows (of all its rows, in numbers of windows alone) is their
        effective number (Kish 1965), squared_n the sum of their squares in these units, and `sums` are scaled like n; elsewhere all four are the same. A part of a unit has an effective number of its own,
        see `effective_number`.
        `only`: 'windows' (with roll-ups) or 'references', for numbers that are of one of them: estimates are of windows, what they are estimated by of references. -#}
    {%- set keys = 'model_version, segment, segment_value, part, class, whole_class, bin, predicted, actual' -%}
    {%- set weights = ['n', 'weight', 'squared_weight'] if ml_monitor.with_weights() else ['n'] -%}
    {%- set columns = ['profile.monitor', 'units.window_key', keys, 'profile.' ~ weights | join(', profile.')] + sums -%}
    {{ ml_monitor.reference_moments('outcome') }},

    judged_monitors as (
        select monitor, grain, has_version, case when task = 'binary' then 'positive' else 'all' end as whole_class
        from {{ ref('ml_monitor', 'ml_monitor__monitors') }}
        where task in ({% for task in tasks %}'{{ task }}'{{ ', ' if not loop.last }}{% endfor %})
    ),

    {{ ml_monitor.unit_windows(with_roll_ups) }},

    {{ ml_monitor.stale_units(only) }},

    stale_members as (
        select unit_windows.window_key, unit_windows.member_key
        from unit_windows
        inner join stale_units on stale_units.window_key = unit_windows.window_key
    ),

    outcome_rows as (
        select {{ columns | join(', ') }}
        from {{ ref('ml_monitor', 'ml_monitor__outcome_profile') }} as profile
        inner join judged_monitors on judged_monitors.monitor = profile.monitor
        inner join stale_members as units on units.member_key = profile.window_key
        where profile.attribute = 'none'
        union all
        select {{ columns | join(', ') }}
        from {{ ref('ml_monitor', 'ml_monitor__outcome_profile') }} as profile
        inner join judged_monitors on judged_monitors.monitor = profile.monitor
        inner join stale_units as units on units.monitor = profile.monitor and units.window_start is null
        where profile.attribute = 'none' and profile.is_reference
    ),

    {{ 'weighted_levels' if ml_monitor.with_weights() else 'outcome_levels' }} as (
        select monitor, window_key, {{ keys }}, {{ ml_monitor._summed_weights() }}{% for sum in sums %}, sum({{ sum }}) as {{ sum }}{% endfor %}
        from outcome_rows
        group by monitor, window_key, {{ keys }}
        union all
        select monitor, window_key, {{ keys | replace('model_version', "'all'") }}, {{ ml_monitor._summed_weights() }}{% for sum in sums %}, sum({{ sum }}){% endfor %}
        from outcome_rows
        where monitor in (select monitor from judged_monitors where has_version)
        group by monitor, window_key, {{ keys | replace('model_version, ', '') }}
    ),
    {% if ml_monitor.with_weights() %}
    {{ ml_monitor._effective_levels(keys, sums, only) }},
    {% endif %}
    unit_counts as (
        select window_key, model_version, segment, segment_value, sum(row_count) as predictions
        from outcome_levels
        where part = 'row'
        group by window_key, model_version, segment, segment_value
    )
{%- endmacro %}

{% macro _summed_weights() -%}
    {%- set weights = {'row_count': 'n', 'weight': 'weight', 'n': 'weight', 'squared_n': 'squared_weight'} -%}
    {%- set with_weights, double = ml_monitor.with_weights(), ml_monitor.type_double() -%}
    {%- for name, column in weights.items() -%}
        cast(sum({{ column if with_weights else 'n' }}) as {{ double }}) as {{ name }}{{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{% macro _effective_levels(keys, sums, only) %}
    {#- CTEs that end in outcome_levels: weighted_levels with n, squared_n and the sums of weighted monitors in units of sum w / sum w^2 of the unit's labelled rows, or of all its rows. -#}
    {%- set counted = "part = 'outcome' and class = whole_class" ~ ("" if only == 'windows' else " and actual <> ''") -%}
    scaled_levels as (
        select
            weighted_levels.*,
            coalesce(
                sum(case when {{ counted }} then n end) over (partition by {{ ml_monitor.unit_keys() }})
                / nullif(sum(case when {{ counted }} then squared_n end) over (partition by {{ ml_monitor.unit_keys() }}), 0),
                0
            ) as scale
        from weighted_levels
        where monitor in ({{ ml_monitor.text_literals(ml_monitor.with_weights()) }})
    ),

    outcome_levels as (
        select monitor, window_key, {{ keys }}, row_count, weight, n * scale as n, squared_n * scale * scale as squared_n{% for sum in sums %}, {{ sum }} * scale as {{ sum }}{% endfor %}
        from scaled_levels
        union all
        select monitor, window_key, {{ keys }}, row_count, weight, n, squared_n{% for sum in sums %}, {{ sum }}{% endfor %}
        from weighted_levels
        where monitor not in ({{ ml_monitor.text_literals(ml_monitor.with_weights()) }})
    )
{%- endmacro %}

{% macro effective_number(n, squared_n) -%}
    {#- How many rows of equal weight tell as much as some weighted ones do: (sum w)^2 / sum w^2 (Kish 1965, Survey Sampling); NULL where there are none. Of rows without weights, their number. -#}
    (({{ n }}) * ({{ n }}) / nullif({{ squared_n }}, 0))
{%- endmacro %}

{% macro difference_of_sums(expression, scale) -%}
    {#- Sums of weights that are subtracted leave a rounding where nothing is left. `scale` is what they are sums within. -#}
    case when {{ expression }} > 1e-12 * ({{ scale }}) then {{ expression }} else 0 end
{%- endmacro %}

{% macro stale_units(only=none) %}
    {#- CTEs current_units and stale_units: the units as they are now, and those to compute again; `only` as in `outcome_units`. Reads unit_windows, judged_monitors and reference_moments.
        A unit depends on the newest moment at which a window in it was profiled and on how many there are: a run that counts a window again, adds one or empties one moves them, so that a touched day
        has only its own week and month computed again. A roll-up that is stored but declared no longer is computed as empty, which hides it. -#}
    {%- set text, version = ml_monitor.type_text(), ml_monitor._performance_version() -%}
    {%- set reference = "coalesce(max(reference_moments.moment), '') || '|" ~ version ~ "'" -%}
    current_units as (
        select
            unit_windows.monitor,
            unit_windows.window_key,
            unit_windows.grain,
            unit_windows.window_start,
            unit_windows.window_end,
            coalesce(cast(max(unit_windows.profiled_at) as {{ text }}), '') || '|' || cast(count(*) as {{ text }}) || '|' || {{ reference }} as dependency
        from unit_windows
        left join reference_moments on reference_moments.monitor = unit_windows.monitor
        {{ 'where 1 = 0' if only == 'references' }}
        group by unit_windows.monitor, unit_windows.window_key, unit_windows.grain, unit_windows.window_start, unit_windows.window_end
        union all
        select reference_moments.monitor, reference_moments.monitor || '|reference', null, null, null, {{ reference }}
        from reference_moments
        inner join judged_monitors on judged_monitors.monitor = reference_moments.monitor
        {{ 'where 1 = 0' if only == 'windows' }}
        group by reference_moments.monitor
    ),
    {% if is_incremental() %}
    stored_units as (
        select monitor, window_key, max(window_start) as window_start, max(window_end) as window_end, max(dependency) as dependency
        from {{ this }}
        where monitor in (select monitor from judged_monitors)
        group by monitor, window_key
    ),

    stale_units as (
        select current_units.*
        from current_units
        left join stored_units on stored_units.window_key = current_units.window_key
        where stored_units.dependency is null or stored_units.dependency <> current_units.dependency
        union all
        select stored_units.monitor, stored_units.window_key, null, stored_units.window_start, stored_units.window_end, 'gone'
        from stored_units
        left join current_units on current_units.window_key = stored_units.window_key
        where current_units.window_key is null and stored_units.window_key like '%|%|%' and stored_units.dependency <> 'gone'
    )
    {%- else %}
    stale_units as (
        select * from current_units
    )
    {%- endif %}
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
    {%- set names, double = [], ml_monitor.type_double() -%}
    {%- for relation, columns in pieces -%}{%- do names.extend(columns) -%}{%- endfor -%}
    select
        {{ keys }},
        {%- for name in names %}
        max({{ name }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from (
        {%- for relation, columns in pieces %}
        select {{ keys }}{% for name in names %}, {{ name if name in columns else 'cast(null as ' ~ double ~ ') as ' ~ name }}{% endfor %} from {{ relation }}
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
            cast(stale_units.grain as {{ text }}) as grain,
            cast(stale_units.window_start as timestamp) as window_start,
            cast(stale_units.window_end as timestamp) as window_end,
            {%- for name, empty in [('model_version', ''), ('segment', 'overall'), ('segment_value', 'all')] + dimensions %}
            cast(coalesce({{ relation }}.{{ name }}, '{{ empty }}') as {{ text }}) as {{ name }},
            {%- endfor %}
            cast(stale_units.dependency as {{ text }}) as dependency
{%- endmacro %}
