{% macro last_runs() %}
    {#- {monitor: {'run_at': start of the last run that was to profile it, 'as_of': the moment as of which, or none}}, as text: this run's where it selects the monitor's profiles, or had to leave them out, else what the relation said before.
        A monitor whose profiles are older has failed. For a relation with the columns monitor, run_at and as_of that depends on no other, so that no failure keeps it from being built;
        a run that is refused is none. -#}
    {%- set runs = {} -%}
    {%- if not execute -%}{{ return(runs) }}{%- endif -%}
    {%- do ml_monitor.keep_off_production() -%}
    {%- set before = load_relation(this) -%}
    {%- if before is not none and 'run_at' in ml_monitor.columns_of(before) -%}
        {%- set as_of = 'as_of' if 'as_of' in ml_monitor.columns_of(before) else 'null' -%}
        {%- for row in run_query("select monitor, cast(run_at as " ~ ml_monitor.type_text() ~ "), cast(" ~ as_of ~ " as " ~ ml_monitor.type_text() ~ ") from " ~ before).rows -%}
            {%- do runs.update({row[0]: {'run_at': row[1], 'as_of': row[2]}}) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- for monitor in ml_monitor.declarations() -%}
        {%- set node = 'model.' ~ project_name ~ '.' ~ monitor -%}
        {%- set left_out = ml_monitor._relations_read(ml_monitor.declaration(monitor)) | select('in', var('ml_monitor__unknown_relations', [])) | list -%}
        {%- if left_out or (node ~ '__feature_profile' in selected_resources and node ~ '__outcome_profile' in selected_resources) -%}
            {%- do runs.update({monitor: {'run_at': run_started_at.strftime('%Y-%m-%d %H:%M:%S.%f'), 'as_of': var('ml_monitor__as_of', none)}}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(runs) }}
{% endmacro %}
