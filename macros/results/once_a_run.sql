{% macro once_a_run_config(grain=none, sql_header=none) %}
    {#- Rows, all of them anew in every run: whoever reads them would otherwise judge, or learn from, all of history again. They are replaced in place, for views stand on them.
        grain: the columns of a unique index, where an engine has one. Under a policy they are a view, for what is learned and judged may differ from production's. -#}
    {%- set is_policy = var('ml_monitor__policy', none) is not none -%}
    {{ config(
        materialized='ml_monitor_view' if is_policy else 'incremental',
        incremental_strategy='append',
        on_schema_change='append_new_columns',
        pre_hook="{% if is_incremental() %}delete from {{ this }}{% endif %}",
        indexes=ml_monitor.grain_index(grain) if grain else [],
        sql_header=none if is_policy else sql_header,
        post_hook=[] if is_policy else ml_monitor.numbers_footer(),
        schema=var('ml_monitor__schema', none) if is_policy else ml_monitor.replay_schema(),
        tags=['ml_monitor_results'],
    ) }}
{% endmacro %}
