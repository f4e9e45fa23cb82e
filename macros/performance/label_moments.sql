{% macro label_moments(monitor=none) %}
    {#- The rows of outcome profiles that tell how many predictions a window has and how late their labels came, overall, with what else their age needs: of one monitor, or of all. -#}
    {%- set columns = [
        ('window_key', ml_monitor.type_text()), ('window_start', 'timestamp'), ('window_end', 'timestamp'), ('model_version', ml_monitor.type_text()), ('part', ml_monitor.type_text()),
        ('bin', 'integer'), ('predicted', ml_monitor.type_text()), ('n', 'bigint'), ('watermark', 'timestamp'), ('label_watermark', 'timestamp'),
    ] -%}
    {%- set where = "window_start is not null and segment = 'overall' and attribute = 'none' and part in ('row', 'delay')" -%}
    {%- if monitor -%}
    {%- set declared = ml_monitor.declaration(monitor) %}
    select
        {{ ml_monitor.text_literal(monitor) }} as monitor,
        {%- for name, _ in columns %}
        {{ name }},
        {%- endfor %}
        {{ 'true' if declared.window == 'hour' else 'false' }} as is_hourly,
        {{ 'true' if declared.version else 'false' }} as has_version,
        {%- for border in ['from', 'to'] %}
        {{ ml_monitor.timestamp_literal(declared.reference.get(border)) if not declared.reference.get('relation') else 'cast(null as timestamp)' }} as reference_{{ border }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref(monitor ~ '__outcome_profile') }}
    where {{ where }}
    {%- else -%}
    select profiles.*, monitors.grain = 'hour' as is_hourly, monitors.has_version, monitors.reference_from, monitors.reference_to
    from (
        {{ ml_monitor.union_of('outcome_profile', columns, where=where) }}
    ) as profiles
    inner join {{ ref('ml_monitor', 'ml_monitor__monitors') }} as monitors on monitors.monitor = profiles.monitor
    {%- endif %}
{% endmacro %}
