{{ ml_monitor.numbers_config(['window_key', 'position'], is_wanted=ml_monitor.with_multivariate() | length > 0) }}

{%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}
{%- set encodings = ml_monitor.read_encodings() -%}
{%- set components = ref('ml_monitor', 'ml_monitor__principal_components') -%}

with {{ ml_monitor.stale_samples('1', more=(components, 'dependency')) }},

{%- for monitor in ml_monitor.sampled_monitors() if monitor in encodings %}
{%- set numbers = range(ml_monitor.declaration(monitor).multivariate.features | length) %}
{%- set at = loop.index0 %}

encoded_{{ at }} as (
    {{ ml_monitor.encoded_rows(monitor, encodings[monitor]) }}
),

components_{{ at }} as (
    select
        held_out,
        component,
        max(eigenvalue) as eigenvalue,
        max(case when is_kept then 1 else 0 end) as is_kept,
        max(case when feature_number = -1 then weight end) as offset_of_all
        {%- for i in numbers %},
        coalesce(max(case when feature_number = {{ i }} then weight end), 0) as weight_{{ i }}
        {%- endfor %}
    from {{ components }}
    where monitor = {{ ml_monitor.text_literal(monitor) }}
    group by held_out, component
),

-- where each row lies along each component
coordinates_{{ at }} as (
    select
        encoded.window_key,
        encoded.position,
        components.is_kept,
        components.eigenvalue,
        components.offset_of_all
            {%- for i in numbers %}
            + coalesce(encoded.z_{{ i }}, 0) * components.weight_{{ i }}
            {%- endfor %} as coordinate
    from encoded_{{ at }} as encoded
    inner join stale_samples on stale_samples.window_key = encoded.window_key
    inner join components_{{ at }} as components
        on components.held_out = case when stale_samples.is_reference and stale_samples.window_start is not null then stale_samples.window_key else '' end
),

distances_{{ at }} as (
    select
        window_key,
        position,
        sqrt(sum(case when is_kept = 0 then {{ ml_monitor.square('coordinate') }} else 0 end)) as reconstruction_error,
        -- a direction in which the reference does not vary counts as one of a hundredth of a standard deviation
        sqrt(sum(({{ ml_monitor.square('coordinate') }}) / greatest(eigenvalue, 1e-4))) as joint_distance
    from coordinates_{{ at }}
    group by window_key, position
),
{%- endfor %}

scores as (
    {{ ml_monitor.no_rows([('window_key', text), ('position', 'integer'), ('model_version', text), ('id', text), ('combination', 'bigint'), ('reconstruction_error', double), ('joint_distance', double)]) }}
    {%- for monitor in ml_monitor.sampled_monitors() if monitor in encodings %}
    union all
    select encoded.window_key, encoded.position, encoded.model_version, encoded.id, encoded.combination, distances.reconstruction_error, distances.joint_distance
    from encoded_{{ loop.index0 }} as encoded
    left join distances_{{ loop.index0 }} as distances on distances.window_key = encoded.window_key and distances.position = encoded.position
    {%- endfor %}
),

final as (
    -- a stale window without rows keeps one, as proof that it was looked at
    select
        cast(stale_samples.monitor as {{ text }}) as monitor,
        cast(stale_samples.window_key as {{ text }}) as window_key,
        cast(stale_samples.window_start as timestamp) as window_start,
        cast(stale_samples.window_end as timestamp) as window_end,
        stale_samples.is_reference,
        cast(coalesce(scores.position, 0) as integer) as position,
        cast(coalesce(scores.model_version, '') as {{ text }}) as model_version,
        cast(scores.id as {{ text }}) as id,
        cast(scores.combination as bigint) as combination,
        cast(scores.reconstruction_error as {{ double }}) as reconstruction_error,
        cast(scores.joint_distance as {{ double }}) as joint_distance,
        cast(stale_samples.dependency as {{ text }}) as dependency
    from stale_samples
    left join scores on scores.window_key = stale_samples.window_key
)

select * from final
