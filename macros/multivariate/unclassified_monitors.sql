{% macro unclassified_monitors() %}
    {#- CTE unclassified: the monitors with a domain classifier of which no window has been classified, although there are some to classify. -#}
    unclassified as (
        select monitor, 1 as is_unclassified
        from {{ ref('ml_monitor', 'ml_monitor__joint_numbers') }}
        where n >= 100 and monitor in ({{ ml_monitor.text_literals(ml_monitor.with_domain_classifier()) }})
            and monitor not in (select monitor from {{ ref('ml_monitor', 'ml_monitor__domain_classifier') }})
        group by monitor
    )
{%- endmacro %}

{% macro unclassified_sentence() -%}
    {#- What the status says of them; reads is_unclassified. -#}
    case when is_unclassified then 'No window has been told from the reference yet: install scikit-learn beside dbt (pip install dbt-ml-monitor[multivariate]){{ '' if ml_monitor.runs_python_models() else ' and use `monitor run`' }}. ' else '' end
{%- endmacro %}
