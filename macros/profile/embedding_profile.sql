{% macro embedding_profile(monitor) %}
    {#- Sums of every dimension of the embedding features per window and version, by the vectors' length: what centroids are made of. Vectors that hold NULL, NaN, an infinity or nothing are left out:
        the features norm and dimensions count them. -#}
    {{ ml_monitor._profile_config(['window_key', 'model_version', 'feature', 'dimensions', 'dimension']) }}
    {%- set declared = ml_monitor.declaration(monitor) -%}
    {%- do ml_monitor._upstream(declared) -%}
    {%- if not execute -%}{{ return('select 1 as window_key') }}{%- endif -%}
    {%- set columns = ml_monitor.columns(monitor) -%}
    {%- set touched = ml_monitor._touched_windows(monitor, columns, none) -%}
    {%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}
    with {{ ml_monitor._embedding_sums(monitor, columns, where=ml_monitor._window_filter(monitor, columns, touched)) }},

    {{ ml_monitor._replaced_windows(monitor, touched, 'embedding_sums') }}

    select
        cast(windows.window_key as {{ text }}) as window_key,
        cast(windows.window_start as timestamp) as window_start,
        cast(windows.window_end as timestamp) as window_end,
        cast(coalesce(embedding_sums.model_version, '') as {{ text }}) as model_version,
        cast(coalesce(embedding_sums.feature, '') as {{ text }}) as feature,
        cast(coalesce(embedding_sums.dimensions, 0) as integer) as dimensions,
        cast(coalesce(embedding_sums.dimension, 0) as integer) as dimension,
        cast(coalesce(embedding_sums.n, 0) as bigint) as n,
        cast(coalesce(embedding_sums.sum_value, 0) as {{ double }}) as sum_value,
        cast(coalesce(embedding_sums.sum_squared_value, 0) as {{ double }}) as sum_squared_value,
        {{ ml_monitor._audit_columns(touched) }}
    from windows
    left join embedding_sums on {{ ml_monitor._window_key(monitor, 'embedding_sums.window_start') }} = windows.window_key
{% endmacro %}

{% macro _embedding_sums(monitor, columns, part='predictions', where=none) %}
    {#- CTEs that end in embedding_sums: window_start, model_version, feature, dimensions, dimension, n, sum_value, sum_squared_value. A reference that is a relation has no windows. -#}
    {%- set declared = ml_monitor.declaration(monitor) -%}
    {%- set found = columns[part] -%}
    {%- set conditions = [where] if where else [] -%}
    {%- if part == 'predictions' and ml_monitor.as_of() -%}{%- do conditions.append(ml_monitor._prediction_arrival(declared, found) ~ ' <= ' ~ ml_monitor.as_of()) -%}{%- endif -%}
    vector_rows as (
        select
            {{ ml_monitor.window_start(declared.window, ml_monitor._moment(found.timestamp)) if part == 'predictions' else 'cast(null as timestamp)' }} as window_start,
            {{ "coalesce(" ~ ml_monitor.class_text(found.version) ~ ", '(null)')" if found.version is defined else "'all'" }} as model_version
            {%- for name in declared.embedding %},
            case when abs({{ ml_monitor.vector_norm(found.columns[name].sql) }}) <= {{ ml_monitor.largest_number() }} then {{ found.columns[name].sql }} end as vector_{{ loop.index0 }}
            {%- endfor %}
        from {{ ml_monitor.relation(declared.predictions if part == 'predictions' else declared.reference.relation) }}
        {%- if conditions %}
        where {{ conditions | join('\n            and ') }}
        {%- endif %}
    ),
    {% for name in declared.embedding %}
    vector_elements_{{ loop.index0 }} as (
        {{ ml_monitor.vector_elements(['window_start', 'model_version'], 'vector_' ~ loop.index0, 'vector_rows') }}
    ),
    {% endfor %}
    embedding_sums as (
        {%- for name in declared.embedding %}
        {{ 'union all' if not loop.first }}
        select
            window_start, model_version, {{ ml_monitor.text_literal(name) }} as feature, dimensions, dimension,
            count(*) as n, sum(value) as sum_value, sum({{ ml_monitor.square('value') }}) as sum_squared_value
        from vector_elements_{{ loop.index0 }}
        group by window_start, model_version, dimensions, dimension
        {%- endfor %}
    )
{%- endmacro %}

{% macro all_embedding_profiles() %}
    {#- The embedding profiles of the monitors that have one, with what their reference is made of marked by is_reference. -#}
    {%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}
    {{ ml_monitor.no_rows([
        ('monitor', text), ('window_key', text), ('window_start', 'timestamp'), ('window_end', 'timestamp'), ('model_version', text), ('feature', text), ('dimensions', 'integer'), ('dimension', 'integer'),
        ('n', 'bigint'), ('sum_value', double), ('sum_squared_value', double), ('profiled_at', 'timestamp'), ('is_reference', 'boolean'),
    ]) }}
    {%- for monitor in ml_monitor.with_embeddings() %}
    {%- set reference = ml_monitor.declaration(monitor).reference %}
    {%- set profile = ref(project_name, monitor ~ '__embedding_profile') %}
    {%- if not execute or load_relation(profile) is not none %}
    union all
    select
        {{ ml_monitor.text_literal(monitor) }}, window_key, window_start, window_end, model_version, feature, dimensions, dimension, n, sum_value, sum_squared_value, profiled_at,
        {{ 'false' if reference.get('relation') else 'window_start >= ' ~ ml_monitor.timestamp_literal(reference.get('from')) ~ ' and window_start < ' ~ ml_monitor.timestamp_literal(reference.get('to')) }}
    from {{ profile }}
    where n > 0 and window_start is not null
    {%- endif %}
    {%- if reference.get('relation') %}
    {%- set profile = ref(project_name, monitor ~ '__reference_profile') %}
    {%- if not execute or load_relation(profile) is not none %}
    union all
    select {{ ml_monitor.text_literal(monitor) }}, null, null, null, model_version, feature, cast(class as integer), bin, n, sum_value, sum_squared_value, profiled_at, true
    from {{ profile }}
    where profile = 'embedding'
    {%- endif %}
    {%- endif %}
    {%- endfor %}
{% endmacro %}
