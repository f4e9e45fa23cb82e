{{ ml_monitor.numbers_config(['window_key', 'model_version', 'feature_number', 'other_number'], is_wanted=ml_monitor.with_multivariate() | length > 0) }}

{%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}
{%- set moments = ref('ml_monitor', 'ml_monitor__joint_moments') -%}
{%- set sums = ['n', 'sum_value', 'sum_product'] -%}

with stale_moments as (
    select current_moments.*
    from (
        select monitor, window_key, max(window_start) as window_start, max(window_end) as window_end, max(case when is_reference then 1 else 0 end) = 1 as is_reference, max(dependency) || '|1' as dependency
        from {{ moments }}
        where window_start is not null
        group by monitor, window_key
    ) as current_moments
    {{ ml_monitor.only_stale('current_moments') }}
),

reference_moments as (
    select
        monitor,
        model_version,
        feature_number,
        other_number,
        count(distinct window_start) as windows,
        sum(n) as n,
        sum(sum_value) as sum_value,
        sum(sum_product) as sum_product
    from {{ moments }}
    where is_reference and feature_number >= 0 and monitor in (select monitor from stale_moments)
    group by monitor, model_version, feature_number, other_number
),

reference_versions as (
    select monitor, model_version, max(windows) as windows
    from reference_moments
    group by monitor, model_version
),

window_moments as (
    select
        moments.*,
        case when reference_versions.model_version is null then 'all' else moments.model_version end as reference_version
    from {{ moments }} as moments
    left join reference_versions on reference_versions.monitor = moments.monitor and reference_versions.model_version = moments.model_version
    where moments.window_key in (select window_key from stale_moments) and moments.feature_number >= 0
),

compared as (
    select
        window_moments.monitor,
        window_moments.window_key,
        window_moments.model_version,
        window_moments.reference_version,
        window_moments.feature_number,
        window_moments.other_number,
        {%- for sum in sums %}
        window_moments.{{ sum }},
        coalesce(reference_moments.{{ sum }}, 0) - case when window_moments.is_reference then coalesce(window_moments.{{ sum }}, 0) else 0 end as reference_{{ sum }},
        {%- endfor %}
        coalesce(reference_moments.windows, 0) - case when window_moments.is_reference then 1 else 0 end as reference_windows
    from window_moments
    left join reference_moments
        on reference_moments.monitor = window_moments.monitor
        and reference_moments.model_version = window_moments.reference_version
        and reference_moments.feature_number = window_moments.feature_number
        and reference_moments.other_number = window_moments.other_number
),

spreads as (
    select
        window_key,
        model_version,
        feature_number
        {%- for side in ['', 'reference_'] %},
        {{ side }}sum_value / nullif({{ side }}n, 0) as {{ side }}mean,
        {{ side }}sum_product / nullif({{ side }}n, 0) - {{ ml_monitor.square('(' ~ side ~ 'sum_value / nullif(' ~ side ~ 'n, 0))') }} as {{ side }}variance
        {%- endfor %}
    from compared
    where feature_number = other_number
),

-- means and variances are those of all rows that have the feature, products those of the rows that have both
correlations as (
    select
        compared.*
        {%- for side in ['', 'reference_'] %},
        case when compared.{{ side }}n > 3 and one.{{ side }}variance > 1e-9 and other.{{ side }}variance > 1e-9 then
            greatest(-1, least(1, (compared.{{ side }}sum_product / compared.{{ side }}n - {{ ml_monitor.product('(one.' ~ side ~ 'mean)', '(other.' ~ side ~ 'mean)') }}) / sqrt(one.{{ side }}variance * other.{{ side }}variance)))
        end as {{ side }}correlation
        {%- endfor %}
    from compared
    inner join spreads as one
        on one.window_key = compared.window_key and one.model_version = compared.model_version and one.feature_number = compared.feature_number
    inner join spreads as other
        on other.window_key = compared.window_key and other.model_version = compared.model_version and other.feature_number = compared.other_number
    where compared.feature_number < compared.other_number
),

final as (
    -- a stale window without rows keeps one, as proof that it was looked at
    select
        cast(stale_moments.monitor as {{ text }}) as monitor,
        cast(stale_moments.window_key as {{ text }}) as window_key,
        cast(stale_moments.window_start as timestamp) as window_start,
        cast(stale_moments.window_end as timestamp) as window_end,
        cast(coalesce(correlations.model_version, '') as {{ text }}) as model_version,
        cast(coalesce(correlations.reference_version, '') as {{ text }}) as reference_version,
        stale_moments.is_reference,
        cast(coalesce(correlations.reference_windows, 0) as integer) as reference_windows,
        cast(coalesce(correlations.feature_number, -1) as integer) as feature_number,
        cast(coalesce(correlations.other_number, -1) as integer) as other_number,
        cast(coalesce(correlations.n, 0) as bigint) as n,
        cast(coalesce(correlations.reference_n, 0) as bigint) as reference_n,
        cast(correlations.correlation as {{ double }}) as correlation,
        cast(correlations.reference_correlation as {{ double }}) as reference_correlation,
        cast(stale_moments.dependency as {{ text }}) as dependency
    from stale_moments
    left join correlations on correlations.window_key = stale_moments.window_key
)

select * from final
