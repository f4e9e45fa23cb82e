{% macro known_labels() %}
    {#- CTE known_labels: per window, version and segment the predictions and those of them whose label is known already, which an estimate does not use. -#}
    known_labels as (
        select
            {{ ml_monitor.unit_keys() }},
            sum(case when part = 'row' then row_count else 0 end) as predictions,
            sum(case when part = 'outcome' and class = whole_class and actual <> '' then row_count else 0 end) as labelled
        from outcome_levels
        where part in ('row', 'outcome')
        group by {{ ml_monitor.unit_keys() }}
    )
{%- endmacro %}
