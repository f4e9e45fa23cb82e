{% macro quantile_rows(key_columns, expression, probabilities, relation, group_by=none) %}
    {#- One row per probability, and per group where `group_by` names a column: the key columns, position (from 1) and cut, the smallest value whose cumulative share reaches the probability.
        Each probability is lowered by 1e-12, so that an engine that rounds p * n up cannot differ from one that rounds it down. -#}
    {{ return(adapter.dispatch('quantile_rows', 'ml_monitor')(key_columns, expression, probabilities, relation, group_by)) }}
{% endmacro %}

{% macro _lowered(probabilities) -%}
    {%- for probability in probabilities -%}
        {{ ', ' if not loop.first }}{{ [probability - 1e-12, 0.0] | max if probability < 1 else 1.0 }}
    {%- endfor -%}
{%- endmacro %}

{% macro duckdb__quantile_rows(key_columns, expression, probabilities, relation, group_by) %}
    select
        {{ key_columns }},
        unnest(range(1, {{ probabilities | length + 1 }})) as position,
        unnest(cuts) as cut
    from (
        select {{ group_by ~ ', ' if group_by }}quantile_disc({{ expression }}, [{{ ml_monitor._lowered(probabilities) }}]) as cuts
        from {{ relation }}
        where abs({{ expression }}) <= {{ ml_monitor.largest_number() }}
        {%- if group_by %}
        group by {{ group_by }}
        {%- endif %}
    ) as quantiles
    where cuts is not null
{% endmacro %}

{% macro default__quantile_rows(key_columns, expression, probabilities, relation, group_by) %}
    select
        {{ key_columns }},
        cuts.position,
        cuts.cut
    from (
        select {{ group_by ~ ', ' if group_by }}percentile_disc(array[{{ ml_monitor._lowered(probabilities) }}]::double precision[]) within group (order by {{ expression }}) as cuts
        from {{ relation }}
        where abs({{ expression }}) <= {{ ml_monitor.largest_number() }}
        {%- if group_by %}
        group by {{ group_by }}
        {%- endif %}
    ) as quantiles,
        unnest(quantiles.cuts) with ordinality as cuts(cut, position)
{% endmacro %}
