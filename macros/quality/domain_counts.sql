{% macro domain_counts() %}
    {#- CTE domain_counts: of each window and feature with a declared domain outside_n, rows whose category is not in it, and unknown_n, those of which their bin does not tell: rare categories share one, and so do those
        that the reference never had. NULLs are no category. -#}
    declared_domains as (
        {{ ml_monitor.declared_domains() }}
    ),
    reference_categories as (
        select
            grid.monitor,
            grid.feature,
            grid.bin,
            max(case when declared_domains.category is null then 0 else 1 end) as has_inside,
            min(case when declared_domains.category is null then 0 else 1 end) as is_inside
        from {{ ref('ml_monitor', 'ml_monitor__grid') }} as grid
        left join declared_domains
            on declared_domains.monitor = grid.monitor and declared_domains.feature = grid.feature and declared_domains.category = grid.category
        where grid.part = 'category'
        group by grid.monitor, grid.feature, grid.bin
    ),

    -- whether a domain has values that the reference never had
    wider_domains as (
        select declared_domains.monitor, declared_domains.feature, max(case when grid.category is null then 1 else 0 end) as is_wider
        from declared_domains
        left join {{ ref('ml_monitor', 'ml_monitor__grid') }} as grid
            on grid.part = 'category' and grid.monitor = declared_domains.monitor and grid.feature = declared_domains.feature and grid.category = declared_domains.category
        group by declared_domains.monitor, declared_domains.feature
    ),

    domain_counts as (
        select
            profile.window_key,
            profile.feature,
            sum(case when profile.bin = -3 and is_wider = 0 then profile.n when profile.bin >= 0 and has_inside = 0 then profile.n else 0 end) as outside_n,
            sum(case when profile.bin = -3 and is_wider = 1 then profile.n when profile.bin >= 0 and has_inside = 1 and is_inside = 0 then profile.n else 0 end) as unknown_n
        from {{ ref('ml_monitor', 'ml_monitor__feature_profile') }} as profile
        inner join wider_domains on wider_domains.monitor = profile.monitor and wider_domains.feature = profile.feature
        left join reference_categories
            on reference_categories.monitor = profile.monitor and reference_categories.feature = profile.feature and reference_categories.bin = profile.bin
        where profile.segment = 'overall' and profile.window_key is not null
        group by profile.window_key, profile.feature
    )
{%- endmacro %}
