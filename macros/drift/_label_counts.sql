{% macro _label_counts() %}
    {#- CTE label_counts: the labels that the outcome profile has of the reference and of what this run computes again, with the columns of ml_monitor__feature_profile, as feature `__label__`. `__row__` counts predictions, labelled or not.
        Bins: of a class its place among the reference's classes, the most frequent first, -3 for one that the reference does not have; of a regression's labels those of its predictions. Where rows are weighted, a bin's sums are
        those of its rows at the bin's weighted mean. Follows stale_members. -#}
    {%- set profile, double = ref('ml_monitor', 'ml_monitor__outcome_profile'), ml_monitor.type_double() -%}
    {%- set keys = 'profile.monitor, profile.window_key, profile.window_start, profile.window_end, profile.is_reference, profile.model_version, profile.segment, profile.segment_value' -%}
    {%- set is_class = "profile.part = 'outcome' and profile.attribute = 'none' and profile.actual <> '' and profile.class = case judged_monitors.task when 'binary' then 'positive' else 'all' end and judged_monitors.task <> 'regression'" -%}
    label_classes as (
        select profile.monitor, profile.actual, row_number() over (partition by profile.monitor order by sum(profile.n) desc, {{ ml_monitor.binary_order('profile.actual') }}) - 1 as bin
        from {{ profile }} as profile
        inner join judged_monitors on judged_monitors.monitor = profile.monitor
        where profile.is_reference and profile.segment = 'overall' and {{ is_class }}
        group by profile.monitor, profile.actual
    ),

    label_windows as (
        select member_key from stale_members
        {%- if ml_monitor.with_baselines() %}
        union
        select unit_windows.member_key
        from baseline_units
        inner join stale_windows on stale_windows.window_key = baseline_units.window_key
        inner join unit_windows on unit_windows.window_key = baseline_units.baseline_key
        {%- endif %}
    ),

    label_counts as (
        select {{ keys }}, '__row__' as feature, 0 as bin, profile.n, cast(null as {{ double }}) as sum_value, cast(null as {{ double }}) as sum_squared_value, cast(null as {{ double }}) as minimum, cast(null as {{ double }}) as maximum
        from {{ profile }} as profile
        where profile.part = 'row' and (profile.is_reference or profile.window_key in (select member_key from label_windows))
        union all
        select {{ keys }}, '__label__', coalesce(label_classes.bin, -3), profile.n, null, null, null, null
        from {{ profile }} as profile
        inner join judged_monitors on judged_monitors.monitor = profile.monitor
        left join label_classes on label_classes.monitor = profile.monitor and label_classes.actual = profile.actual
        where {{ is_class }} and (profile.is_reference or profile.window_key in (select member_key from label_windows))
        union all
        select {{ keys }}, '__label__', profile.bin, profile.n, profile.sum_label * profile.n / nullif(profile.weight, 0), profile.sum_squared_label * profile.n / nullif(profile.weight, 0), null, null
        from {{ profile }} as profile
        where profile.part = 'label' and (profile.is_reference or profile.window_key in (select member_key from label_windows))
    )
{%- endmacro %}

{% macro _label_bins() %}
    {#- CTE feature_bins of the feature `__label__`, as `_feature_bins` has it of the others. Shares of a regression's labels are compared on the tenths of the reference's labels. Follows label_classes and reference_counts. -#}
    label_grid as (
        select grid.monitor, levels.is_fine, grid.kind, case levels.is_fine when 1 then grid.bin else grid.coarse_bin end as bin, min(grid.lower_edge) as lower_edge, case when count(*) = count(grid.upper_edge) then max(grid.upper_edge) end as upper_edge, sum(coalesce(counts.n, 0)) as n
        from {{ ref('ml_monitor', 'ml_monitor__grid') }} as grid
        inner join judged_monitors on judged_monitors.monitor = grid.monitor and judged_monitors.task = 'regression'
        cross join (select 1 as is_fine union all select 0) as levels
        left join reference_counts as counts
            on counts.monitor = grid.monitor and counts.bin = grid.bin and counts.model_version = 'all' and counts.segment = 'overall' and counts.feature = '__label__'
        where grid.part = 'outcome'
        group by grid.monitor, levels.is_fine, grid.kind, case levels.is_fine when 1 then grid.bin else grid.coarse_bin end
    ),

    label_centers as (
        select monitor, max(center) as center
        from {{ ref('ml_monitor', 'ml_monitor__grid') }}
        where part = 'feature' and feature = '__prediction__'
        group by monitor
    ),

    feature_bins as (
        select label_classes.monitor, '__label__' as feature, levels.is_fine, 'categorical' as kind, label_classes.bin, label_classes.bin as share_bin, 0 as is_rest, 0 as is_tail,
            cast(null as {{ ml_monitor.type_double() }}) as lower_edge, cast(null as {{ ml_monitor.type_double() }}) as upper_edge, cast(null as {{ ml_monitor.type_double() }}) as center
        from (select monitor, bin from label_classes union select monitor, -3 from label_classes) as label_classes
        cross join (select 1 as is_fine union all select 0) as levels
        union all
        select label_grid.monitor, '__label__', is_fine, kind, bin,
            cast(greatest(1, least(10, floor(10 * (sum(n) over (partition by label_grid.monitor, is_fine order by bin) - n / 2e0) / nullif(sum(n) over (partition by label_grid.monitor, is_fine), 0)) + 1)) as integer),
            0, 0, lower_edge, upper_edge, coalesce(label_centers.center, 0)
        from label_grid
        left join label_centers on label_centers.monitor = label_grid.monitor
    )
{%- endmacro %}
