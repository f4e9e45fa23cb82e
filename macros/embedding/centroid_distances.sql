{% macro centroid_distances() %}
    {#- CTEs that end in centroid_distances: one row per window, version and embedding feature with n and reference_n vectors, the three metrics, and noise, what chance lets expect of the square of the standardized distance.
        Compared are vectors of the length that most of the reference have. A window inside the reference is compared with the reference's other windows, a version without reference rows with the reference of all. -#}
    {%- set level = "case when levels.is_all = 1 then 'all' else profile.model_version end" -%}
    embedding_levels as (
        select
            profile.monitor, profile.window_key, profile.window_start, profile.window_end, profile.is_reference, {{ level }} as model_version,
            profile.feature, profile.dimensions, profile.dimension, sum(profile.n) as n, sum(profile.sum_value) as sum_value, sum(profile.sum_squared_value) as sum_squared_value
        from {{ ref('ml_monitor', 'ml_monitor__embedding_profile') }} as profile
        {{ ml_monitor._levels() }}
        group by profile.monitor, profile.window_key, profile.window_start, profile.window_end, profile.is_reference, {{ level }}, profile.feature, profile.dimensions, profile.dimension
    ),

    reference_dimensions as (
        select
            monitor, model_version, feature, dimensions, dimension,
            count(distinct window_key) as windows, sum(n) as n, sum(sum_value) as sum_value, sum(sum_squared_value) as sum_squared_value
        from embedding_levels
        where is_reference
        group by monitor, model_version, feature, dimensions, dimension
    ),

    usual_lengths as (
        select monitor, feature, dimensions
        from (
            select monitor, feature, dimensions, row_number() over (partition by monitor, feature order by n desc, dimensions) as place
            from reference_dimensions
            where model_version = 'all' and dimension = 1
        ) as lengths
        where place = 1
    ),

    embedding_versions as (
        select distinct monitor, model_version, feature from reference_dimensions
    ),

    compared_dimensions as (
        select
            windows.monitor, windows.window_key, windows.window_start, windows.window_end, windows.is_reference, windows.model_version, reference.model_version as reference_version, windows.feature,
            reference.windows - case when windows.is_reference then 1 else 0 end as reference_windows,
            windows.n,
            reference.n - case when windows.is_reference then windows.n else 0 end as reference_n,
            windows.sum_value / windows.n as mean,
            (reference.sum_value - case when windows.is_reference then windows.sum_value else 0 end) / nullif(reference.n - case when windows.is_reference then windows.n else 0 end, 0) as reference_mean,
            (reference.sum_squared_value - case when windows.is_reference then windows.sum_squared_value else 0 end) / nullif(reference.n - case when windows.is_reference then windows.n else 0 end, 0) as reference_square
        from embedding_levels as windows
        inner join usual_lengths
            on usual_lengths.monitor = windows.monitor and usual_lengths.feature = windows.feature and usual_lengths.dimensions = windows.dimensions
        left join embedding_versions as versions
            on versions.monitor = windows.monitor and versions.model_version = windows.model_version and versions.feature = windows.feature
        inner join reference_dimensions as reference
            on reference.monitor = windows.monitor
            and reference.feature = windows.feature
            and reference.dimensions = windows.dimensions
            and reference.dimension = windows.dimension
            and reference.model_version = case when versions.model_version is null then 'all' else windows.model_version end
        where windows.window_key is not null
    ),

    centroids as (
        select
            monitor, window_key, window_start, window_end, is_reference, model_version, reference_version, feature, reference_windows,
            max(n) as n,
            max(reference_n) as reference_n,
            sum({{ ml_monitor.square('(mean - reference_mean)') }}) as squared_distance,
            sum({{ ml_monitor.square('mean') }}) as squared_norm,
            sum({{ ml_monitor.square('reference_mean') }}) as reference_squared_norm,
            sum({{ ml_monitor.product('mean', 'reference_mean') }}) as inner_product,
            sum(greatest(reference_square - {{ ml_monitor.square('reference_mean') }}, 0 * reference_mean)) as total_variance
        from compared_dimensions
        group by monitor, window_key, window_start, window_end, is_reference, model_version, reference_version, feature, reference_windows
    ),

    centroid_distances as (
        select
            centroids.*,
            'reference' as baseline,
            sqrt(squared_distance) as centroid_distance,
            case when squared_norm > 0 and reference_squared_norm > 0 then 1 - greatest(least(inner_product / (sqrt(squared_norm) * sqrt(reference_squared_norm)), 1), -1) end as centroid_cosine_distance,
            sqrt(squared_distance / nullif(total_variance, 0)) as standardized_centroid_distance,
            squared_distance / nullif(total_variance, 0) as squared_deviations,
            1e0 / n + 1e0 / nullif(reference_n, 0) as noise_floor
        from centroids
    )
{%- endmacro %}
