{% macro stale_samples(version, more=none) %}
    {#- CTE stale_samples: as `stale_windows`, for numbers made of samples: windows whose own sample or whose reference's has been drawn anew since, and the block of a reference that is a relation (window_start NULL).
        more: (relation, column) of what else the numbers of a monitor depend on, one value a monitor. -#}
    sample_windows as (
        select
            monitor,
            window_key,
            max(window_start) as window_start,
            max(window_end) as window_end,
            max(case when is_reference then 1 else 0 end) = 1 as is_reference,
            count(case when position > 0 then 1 end) as n,
            cast(max(profiled_at) as {{ ml_monitor.type_text() }}) as moment
        from {{ ref('ml_monitor', 'ml_monitor__sample') }}
        group by monitor, window_key
    ),

    current_samples as (
        select
            sample_windows.*,
            sample_windows.moment || '|' || coalesce(max(case when sample_windows.is_reference then sample_windows.moment end) over (partition by sample_windows.monitor), '')
            {%- if more %} || '|' || coalesce(more.dependency, ''){% endif %} || '|{{ version }}' as dependency
        from sample_windows
        {%- if more %}
        left join (select monitor, max({{ more[1] }}) as dependency from {{ more[0] }} group by monitor) as more on more.monitor = sample_windows.monitor
        {%- endif %}
    ),

    stale_samples as (
        select current_samples.*
        from current_samples
        {{ ml_monitor.only_stale('current_samples') }}
    )
{%- endmacro %}
