{% macro declarations() %}
    {#- Every declared block by name. The demo's blocks stand in this package's own dbt_project.yml, which dbt
        also shows to a project that installs the package and declares nothing: there they are left out.
        Under a policy (`monitor replay --policy`) its keys take the place of what a block says. -#}
    {%- set policy = var('ml_monitor__policy', {}) -%}
    {%- set blocks = {} -%}
    {%- for name, block in (var('ml_monitor', {}) or {}).items() -%}
        {%- if block is mapping and (project_name == 'ml_monitor' or not block.get('demo')) -%}
            {%- do blocks.update({name: dict(block, **policy.get(name, {}))}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(blocks) }}
{% endmacro %}
