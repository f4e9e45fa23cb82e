{% macro as_of() %}
    {#- The moment after which nothing loaded is seen, as SQL, or none. -#}
    {%- set moment = var('ml_monitor__as_of', none) -%}
    {%- if moment and execute and not var('ml_monitor__schema', none) -%}
        {{ exceptions.raise_compiler_error("ml_monitor: ml_monitor__as_of needs ml_monitor__schema too, the schema that takes the replayed tables, so that production is not overwritten") }}
    {%- endif -%}
    {%- if moment and execute -%}{%- do ml_monitor.checked_moment('ml_monitor__as_of', moment) -%}{%- endif -%}
    {{ return("cast('" ~ moment ~ "' as timestamp)" if moment else none) }}
{% endmacro %}

{% macro replay_schema() %}
    {#- The custom schema of every node of this package: none but in a replay. Called by what is a table: under a policy only views are made, which read production's. -#}
    {%- do ml_monitor.keep_off_production() -%}
    {%- if execute and var('ml_monitor__policy', none) is not none -%}
        {{ exceptions.raise_compiler_error("ml_monitor: the var ml_monitor__policy is for views, " ~ this.identifier ~ " is a table; leave the var to `monitor replay --policy`") }}
    {%- endif -%}
    {{ return(var('ml_monitor__schema', none)) }}
{% endmacro %}

{% macro keep_off_production() %}
    {#- Raises an error, before the node that is being built is written, where ml_monitor__schema would not keep it apart from production. Two ways to see that:
        a project's generate_schema_name may drop or rewrite the name, so that the node's schema is the one without it;
        and where production itself lives in a custom schema, ml_monitor__monitors there has been built without as_of. -#}
    {%- set name = var('ml_monitor__schema', none) -%}
    {%- if not execute -%}{{ return(none) }}{%- endif -%}
    {%- set has_policy = var('ml_monitor__policy', none) is not none -%}
    {%- if ml_monitor.as_of() is none and not has_policy and not name -%}{{ return(none) }}{%- endif -%}
    {%- if ml_monitor.schema_key(this.schema) == ml_monitor.schema_key(generate_schema_name(none, model)) -%}
        {{ exceptions.raise_compiler_error("ml_monitor: with ml_monitor__schema '" ~ name ~ "' dbt would write to the schema '" ~ this.schema ~ "', where production is; give another name, or let the project's macro generate_schema_name make a schema of its own of it") }}
    {%- endif -%}
    {%- if has_policy and adapter.get_relation(database=this.database, schema=this.schema, identifier='ml_monitor__alert_log') is not none -%}
        {{ exceptions.raise_compiler_error("ml_monitor: the schema '" ~ this.schema ~ "' that ml_monitor__schema '" ~ name ~ "' stands for holds monitoring tables, and a policy has views only; give another name") }}
    {%- endif -%}
    {%- if ml_monitor.as_of() -%}
        {%- set monitors = adapter.get_relation(database=this.database, schema=this.schema, identifier='ml_monitor__monitors') -%}
        {%- set columns = ml_monitor.columns_of(monitors) if monitors is not none else {} -%}
        {%- if 'run_at' in columns and ml_monitor._scalar("select count(*) from " ~ monitors ~ " where run_at is not null" ~ (" and as_of is null" if 'as_of' in columns)) | int > 0 -%}
            {{ exceptions.raise_compiler_error("ml_monitor: the schema '" ~ this.schema ~ "' that ml_monitor__schema '" ~ name ~ "' stands for holds monitoring tables that no replay has built; give another name") }}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
