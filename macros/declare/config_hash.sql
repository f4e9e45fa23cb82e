{% macro config_hash(monitor) %}
    {#- Changes when, and only when, the stored profiles of the monitor no longer mean what the declaration says.
        What only changes limits, verdicts or who is told (thresholds, costs, min_rows, owner) is left out. -#}
    {%- set declared = ml_monitor.declaration(monitor) -%}
    {%- set parts = ['profile-2'] -%}
    {%- for key in ['predictions', 'id', 'timestamp', 'loaded_at', 'task', 'version', 'score', 'prediction', 'threshold',
                    'positive', 'weights', 'labels', 'reference', 'window', 'numeric', 'categorical', 'segments', 'protected'] -%}
        {%- do parts.append(key ~ '=' ~ tojson(declared[key] | string)) -%}
    {%- endfor -%}
    {%- for kind in ml_monitor.derived_measures() if declared[kind] -%}{%- do parts.append(kind ~ '=' ~ tojson(declared[kind] | string)) -%}{%- endfor -%}
    {%- if declared.task == 'ranking' -%}{%- do parts.append('group=' ~ tojson(declared.group | string) ~ ';k=' ~ tojson(declared.k | string)) -%}{%- endif -%}
    {%- if declared.attributions -%}{%- do parts.append('attributions=' ~ tojson(declared.attributions | string)) -%}{%- endif -%}
    {%- if declared.segments -%}{%- do parts.append('segment_values=' ~ tojson(declared.segment_values | string)) -%}{%- endif -%}
    {{ return(local_md5(parts | join(';'))) }}
{% endmacro %}
