{% macro encoded_rows(monitor, encodings) -%}
    {#- The sampled rows of a monitor in the stale windows, features on one scale: window_key, model_version, position, combination, and z_0, z_1, ..., NULL where the feature is. Follows the CTE stale_samples. `encodings`: of `read_encodings`. -#}
    select
            sampled.window_key,
            sampled.model_version,
            sampled.position,
            sampled.id,
            sampled.combination
            {%- for feature in ml_monitor.declaration(monitor).multivariate.features %},
            {{ ml_monitor._encoded_value('sampled.feature_values[' ~ loop.index ~ ']', feature, encodings.get(loop.index0, [])) }} as z_{{ loop.index0 }}
            {%- endfor %}
        from {{ ref('ml_monitor', 'ml_monitor__sample') }} as sampled
        where sampled.monitor = {{ ml_monitor.text_literal(monitor) }} and sampled.position > 0
            and sampled.window_key in (select window_key from stale_samples)
{%- endmacro %}

{% macro _encoded_value(value, feature, encoding) -%}
    {%- if not encoding -%}
        {#- nothing of it is known in the reference -#}
        case when {{ value }} is not null then cast(0 as {{ ml_monitor.type_double() }}) end
    {%- elif feature.kind == 'categorical' -%}
        case
            when {{ value }} < 0 then 0.5e0
            {%- for one in encoding %}
            when {{ value }} = {{ one.bin }} then {{ ml_monitor.number_literal(one.center) }}
            {%- endfor %}
            when {{ value }} is not null then 0.5e0
        end
    {%- elif encoding[0].scale is none or encoding[0].scale | float < 1e-250 -%}
        {#- the reference has one value: whatever is greater or smaller lies as far out as anything can -#}
        {%- set centered = '(' ~ value ~ ' - (' ~ ml_monitor.number_literal(encoding[0].center) ~ '))' -%}
        case when {{ centered }} > 0 then 5e0 when {{ centered }} < 0 then -5e0 when {{ value }} is not null then 0e0 end
    {%- else -%}
        {%- set scaled = '((' ~ value ~ ' - (' ~ ml_monitor.number_literal(encoding[0].center) ~ ')) / ' ~ ml_monitor.number_literal(encoding[0].scale) ~ ')' -%}
        {#- below a billionth a product could leave the range of a double -#}
        case when {{ value }} is null then null when abs({{ value }} - ({{ ml_monitor.number_literal(encoding[0].center) }})) < 1e-9 * {{ ml_monitor.number_literal(encoding[0].scale) }} then 0e0 else least(greatest({{ scaled }}, -5e0), 5e0) end
    {%- endif -%}
{%- endmacro %}

{% macro read_encodings() %}
    {#- {monitor: {feature number: [{'bin', 'center', 'scale'}]}} of ml_monitor__joint_encodings; numbers as text, which reads back as the same double. A monitor without a reference is not in it. -#}
    {%- set result = {} -%}
    {%- set relation = ref('ml_monitor', 'ml_monitor__joint_encodings') -%}
    {%- if not execute or load_relation(relation) is none -%}{{ return(result) }}{%- endif -%}
    {%- set text = ml_monitor.type_text() -%}
    {%- for monitor, number, bin, center, scale in run_query("select monitor, feature_number, bin, cast(center as " ~ text ~ "), cast(scale as " ~ text ~ ") from " ~ relation ~ " order by 1, 2, 3").rows -%}
        {%- do result.setdefault(monitor, {}).setdefault(number | int, []).append({'bin': bin, 'center': center, 'scale': scale}) -%}
    {%- endfor -%}
    {{ return(result) }}
{% endmacro %}
