{#- A view that is replaced in place. dbt's own view is renamed away and dropped with all that reads it, so that on Postgres, while a run is under way or after one that failed,
    the results above it would be gone. Only where its columns changed is a view dropped first. -#}
{% materialization ml_monitor_view, default %}
    {%- do ml_monitor.keep_off_production() -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type='view') -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {%- if existing is not none and (existing.type != 'view' or not ml_monitor.keeps_columns(existing, sql)) -%}
        {%- do drop_relation_if_exists(existing) -%}
    {%- endif -%}
    {%- set create = get_create_view_as_sql(target_relation, sql) -%}
    {%- call statement('main') -%}
        {{ create if 'create or replace' in create | lower else create.replace('create view', 'create or replace view', 1) }}
    {%- endcall -%}

    {%- do apply_grants(target_relation, config.get('grants'), should_revoke=should_revoke(existing, full_refresh_mode=False)) -%}
    {%- do persist_docs(target_relation, model) -%}

    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do adapter.commit() -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}

    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
