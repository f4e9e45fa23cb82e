{% macro last_runs() %}
    {#- {monitor: start of the last run that was to profile it, as text}: this run's where it selects the monitor's profiles, or had to leave them out, else what the relation said before.
        A monitor whose profiles are older has failed. For a relation with the columns monitor and run_at that depends on no other, so that no failure keeps it from being built;
        a run that as_of refuses is none. -#}
    {%- set runs = {} -%}
    {%- if not execute -%}{{ return(runs) }}{%- endif -%}
    {%- do ml_monitor.as_of() -%}
    {%- set before = load_relation(this) -%}
    {%- if before is not none and 'run_at' in ml_monitor.columns_of(before) -%}
        {%- for row in run_query("select monitor, cast(run_at as " ~ ml_monitor.type_text() ~ ") from " ~ before).rows -%}{%- do runs.update({row[0]: row[1]}) -%}{%- endfor -%}
    {%- endif -%}
    {%- for monitor in ml_monitor.declarations() -%}
        {%- set node = 'model.' ~ project_name ~ '.' ~ monitor -%}
        {%- set left_out = ml_monitor._relations_read(ml_monitor.declaration(monitor)) | select('in', var('ml_monitor__unknown_relations', [])) | list -%}
        {%- if left_out or (node ~ '__feature_profile' in selected_resources and node ~ '__outcome_profile' in selected_resources) -%}
            {%- do runs.update({monitor: run_started_at.strftime('%Y-%m-%d %H:%M:%S.%f')}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(runs) }}
{% endmacro %}
