{% macro only_stale(current) -%}
    {#- Follows `from <current>`, rows with a window_key and a dependency: leaves those whose numbers are not stored yet, or were computed from something else. -#}
    {%- if is_incremental() -%}
        left join (
            select window_key, max(dependency) as dependency
            from {{ this }}
            group by window_key
        ) as stored on stored.window_key = {{ current }}.window_key
        where stored.dependency is null or stored.dependency <> {{ current }}.dependency
    {%- endif -%}
{%- endmacro %}
