{{ ml_monitor.numbers_config(['window_key', 'model_version', 'feature_number', 'other_number'], is_wanted=ml_monitor.with_multivariate() | length > 0) }}

{%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}
{%- set encodings = ml_monitor.read_encodings() -%}

with {{ ml_monitor.stale_samples('1') }},

{%- for monitor in ml_monitor.sampled_monitors() if monitor in encodings %}
{%- set features = ml_monitor.declaration(monitor).multivariate.features | length %}
{%- set numbers = range(features) %}

encoded_{{ loop.index0 }} as (
    {{ ml_monitor.encoded_rows(monitor, encodings[monitor]) }}
),

-- of each pair the rows that have both, and the sum of the products; of a feature with itself also the sum
sums_{{ loop.index0 }} as (
    select
        window_key,
        model_version,
        count(*) as row_n,
        array[{% for i in numbers %}{% for j in range(i, features) %}{{ i }}{{ ', ' if not (loop.last and i == features - 1) }}{% endfor %}{% endfor %}] as feature_numbers,
        array[{% for i in numbers %}{% for j in range(i, features) %}{{ j }}{{ ', ' if not (loop.last and i == features - 1) }}{% endfor %}{% endfor %}] as other_numbers,
        array[
            {%- for i in numbers %}{% for j in range(i, features) %}
            {{ 'count(z_' ~ i ~ ')' if i == j else 'count(z_' ~ i ~ ' + z_' ~ j ~ ')' }}{{ ',' if not (loop.last and i == features - 1) }}
            {%- endfor %}{% endfor %}
        ] as pair_counts,
        array[
            {%- for i in numbers %}{% for j in range(i, features) %}
            sum(z_{{ i }} * z_{{ j }}){{ ',' if not (loop.last and i == features - 1) }}
            {%- endfor %}{% endfor %}
        ] as product_sums,
        array[
            {%- for i in numbers %}{% for j in range(i, features) %}
            {{ 'sum(z_' ~ i ~ ')' if i == j else 'null' }}{{ ',' if not (loop.last and i == features - 1) }}
            {%- endfor %}{% endfor %}
        ] as value_sums
    from encoded_{{ loop.index0 }}
    group by window_key, model_version
),
{%- endfor %}

version_moments as (
    {{ ml_monitor.no_rows([('window_key', text), ('model_version', text), ('row_n', 'bigint'), ('feature_number', 'integer'), ('other_number', 'integer'), ('n', 'bigint'), ('sum_product', double), ('sum_value', double)]) }}
    {%- for monitor in ml_monitor.sampled_monitors() if monitor in encodings %}
    union all
    select
        window_key, model_version, row_n,
        unnest(feature_numbers) as feature_number, unnest(other_numbers) as other_number, unnest(pair_counts) as n, unnest(product_sums) as sum_product, unnest(value_sums) as sum_value
    from sums_{{ loop.index0 }}
    {%- endfor %}
),

moments as (
    select
        window_key,
        case when levels.is_all = 1 then 'all' else model_version end as model_version,
        feature_number,
        other_number,
        sum(row_n) as row_n,
        sum(n) as n,
        sum(sum_value) as sum_value,
        sum(sum_product) as sum_product
    from version_moments
    inner join (select 0 as is_all union all select 1) as levels on levels.is_all = 0 or model_version <> 'all'
    group by window_key, case when levels.is_all = 1 then 'all' else model_version end, feature_number, other_number
),

final as (
    -- a stale window without rows keeps one, as proof that it was looked at
    select
        cast(stale_samples.monitor as {{ text }}) as monitor,
        cast(stale_samples.window_key as {{ text }}) as window_key,
        cast(stale_samples.window_start as timestamp) as window_start,
        cast(stale_samples.window_end as timestamp) as window_end,
        stale_samples.is_reference,
        cast(coalesce(moments.model_version, '') as {{ text }}) as model_version,
        cast(coalesce(moments.feature_number, -1) as integer) as feature_number,
        cast(coalesce(moments.other_number, -1) as integer) as other_number,
        cast(coalesce(moments.row_n, 0) as bigint) as row_n,
        cast(coalesce(moments.n, 0) as bigint) as n,
        cast(moments.sum_value as {{ double }}) as sum_value,
        cast(moments.sum_product as {{ double }}) as sum_product,
        cast(stale_samples.dependency as {{ text }}) as dependency
    from stale_samples
    left join moments on moments.window_key = stale_samples.window_key
)

select * from final
