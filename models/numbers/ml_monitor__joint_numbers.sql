{{ ml_monitor.numbers_config(['window_key', 'model_version'], is_wanted=ml_monitor.with_multivariate() | length > 0) }}

{%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}
{%- set scores = ref('ml_monitor', 'ml_monitor__sample_scores') -%}
{%- set sums = ['n', 'error_n', 'sum_error', 'sum_squared_error', 'distance_n', 'outlier_n', 'combination_n', 'unseen_n'] -%}

with stale_scores as (
    select current_scores.*
    from (
        select monitor, window_key, max(window_start) as window_start, max(window_end) as window_end, max(case when is_reference then 1 else 0 end) = 1 as is_reference, max(dependency) || '|1' as dependency
        from {{ scores }}
        where window_start is not null
        group by monitor, window_key
    ) as current_scores
    {{ ml_monitor.only_stale('current_scores') }}
),

-- rows of stale windows, and of the references they are compared with
scored_rows as (
    select monitor, window_key, window_start, is_reference, model_version, combination, reconstruction_error, joint_distance
    from {{ scores }}
    where position > 0
        and (window_key in (select window_key from stale_scores) or (is_reference and monitor in (select monitor from stale_scores)))
),

thresholds as (
    {{ ml_monitor.no_rows([('monitor', text), ('position', 'integer'), ('cut', double)]) }}
    {%- for monitor in ml_monitor.sampled_monitors() %}
    union all
    select monitor, position, cut
    from (
        {{ ml_monitor.quantile_rows(ml_monitor.text_literal(monitor) ~ ' as monitor', 'joint_distance', [0.999], '(select joint_distance from scored_rows where is_reference and monitor = ' ~ ml_monitor.text_literal(monitor) ~ ') as reference_distances') }}
    ) as cuts_{{ loop.index0 }}
    {%- endfor %}
),

reference_extents as (
    select monitor, count(distinct window_key) as windows
    from scored_rows
    where is_reference
    group by monitor
),

reference_combinations as (
    select monitor, combination, count(*) as n
    from scored_rows
    where is_reference and combination is not null
    group by monitor, combination
),

own_combinations as (
    select window_key, combination, count(*) as n
    from scored_rows
    where is_reference and combination is not null
    group by window_key, combination
),

-- a window of the reference is held against its other windows, a reference that is one block row by row against its other rows
judged_rows as (
    select
        scored_rows.*,
        case when joint_distance > thresholds.cut then 1 when joint_distance is not null then 0 end as is_outlier,
        case
            when scored_rows.combination is null then null
            when not scored_rows.is_reference then case when reference_combinations.n is null then 1 else 0 end
            when reference_extents.windows > 1 then case when reference_combinations.n = own_combinations.n then 1 else 0 end
            when reference_combinations.n = 1 then 1
            else 0
        end as is_unseen
    from scored_rows
    left join thresholds on thresholds.monitor = scored_rows.monitor
    left join reference_extents on reference_extents.monitor = scored_rows.monitor
    left join reference_combinations
        on reference_combinations.monitor = scored_rows.monitor and reference_combinations.combination = scored_rows.combination
    left join own_combinations
        on own_combinations.window_key = scored_rows.window_key and own_combinations.combination = scored_rows.combination
),

unit_sums as (
    select
        monitor,
        window_key,
        window_start,
        is_reference,
        case when levels.is_all = 1 then 'all' else model_version end as model_version,
        count(*) as n,
        count(reconstruction_error) as error_n,
        sum(reconstruction_error) as sum_error,
        sum({{ ml_monitor.square('reconstruction_error') }}) as sum_squared_error,
        count(is_outlier) as distance_n,
        sum(is_outlier) as outlier_n,
        count(is_unseen) as combination_n,
        sum(is_unseen) as unseen_n
    from judged_rows
    inner join (select 0 as is_all union all select 1) as levels on levels.is_all = 0 or model_version <> 'all'
    group by monitor, window_key, window_start, is_reference, case when levels.is_all = 1 then 'all' else model_version end
),

reference_sums as (
    select
        monitor,
        model_version,
        {%- for sum in sums %}
        sum({{ sum }}) as {{ sum }},
        {%- endfor %}
        count(distinct window_start) as windows
    from unit_sums
    where is_reference
    group by monitor, model_version
),

referenced as (
    select
        unit_sums.*,
        case when own_sums.model_version is null then 'all' else unit_sums.model_version end as reference_version
    from unit_sums
    left join reference_sums as own_sums on own_sums.monitor = unit_sums.monitor and own_sums.model_version = unit_sums.model_version
),

compared as (
    select
        referenced.*,
        coalesce(reference_sums.windows, 0) - case when referenced.is_reference then 1 else 0 end as reference_windows,
        {%- for sum in sums %}
        coalesce(reference_sums.{{ sum }}, 0) - case when referenced.is_reference then coalesce(referenced.{{ sum }}, 0) else 0 end as reference_{{ sum }}{{ ',' if not loop.last }}
        {%- endfor %}
    from referenced
    left join reference_sums
        on reference_sums.monitor = referenced.monitor and reference_sums.model_version = referenced.reference_version
),

final as (
    -- a stale window without rows keeps one, as proof that it was looked at
    select
        cast(stale_scores.monitor as {{ text }}) as monitor,
        cast(stale_scores.window_key as {{ text }}) as window_key,
        cast(stale_scores.window_start as timestamp) as window_start,
        cast(stale_scores.window_end as timestamp) as window_end,
        cast(coalesce(compared.model_version, '') as {{ text }}) as model_version,
        cast(coalesce(compared.reference_version, '') as {{ text }}) as reference_version,
        stale_scores.is_reference,
        cast(coalesce(compared.reference_windows, 0) as integer) as reference_windows,
        {%- for side in ['', 'reference_'] %}
        {%- for count in ['n', 'error_n', 'distance_n', 'outlier_n', 'combination_n', 'unseen_n'] %}
        cast(coalesce(compared.{{ side }}{{ count }}, 0) as bigint) as {{ side }}{{ count }},
        {%- endfor %}
        cast(compared.{{ side }}sum_error / nullif(compared.{{ side }}error_n, 0) as {{ double }}) as {{ side }}reconstruction_error,
        cast(sqrt(greatest(0, compared.{{ side }}sum_squared_error / nullif(compared.{{ side }}error_n, 0) - {{ ml_monitor.square('(compared.' ~ side ~ 'sum_error / nullif(compared.' ~ side ~ 'error_n, 0))') }})) as {{ double }}) as {{ side }}error_deviation,
        {%- endfor %}
        cast(stale_scores.dependency as {{ text }}) as dependency
    from stale_scores
    left join compared on compared.window_key = stale_scores.window_key
)

select * from final
