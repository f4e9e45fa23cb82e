{% macro worsening(value, usual) -%}
    {#- How much worse a value is than usual, by the column `direction`. -#}
    case direction when 'both' then abs({{ value }} - {{ usual }}) when 'lower_is_worse' then {{ usual }} - {{ value }} else {{ value }} - {{ usual }} end
{%- endmacro %}

{% macro capped_verdict() -%}
    {#- Evidence warns at the most: an alert is what opens one. -#}
    case when full_verdict = 'alert' and not opens_alerts then 'warn' else full_verdict end
{%- endmacro %}

{% macro evidence_reason() -%}
    'beyond the limit, but only evidence: a segment opens alerts where limits.segments names it'
{%- endmacro %}

{% macro no_limit_reason() -%}
    'no limit is declared, and the metric has none by default'
{%- endmacro %}

{% macro reference_deviations(metrics, unit, name) %}
    {#- CTE `name`: rows of `metrics` with usual_value and usual_deviation, mean and standard deviation (of the population) of the value over the reference's other windows, where limits are declared with
        method: reference_sd; NULL elsewhere. A window's own part is taken off mean and variance. -#}
    {%- set is_wanted = ml_monitor.declarations() | select('in', ml_monitor._with_reference_deviations()) | list | length > 0 -%}
    {%- set double = ml_monitor.type_double() %}
    {%- if not is_wanted %}
    {{ name }} as (
        select {{ metrics }}.*, cast(null as {{ double }}) as usual_value, cast(null as {{ double }}) as usual_deviation
        from {{ metrics }}
    )
    {%- else %}
    {{ name }}_reference as (
        select
            {{ metrics }}.*,
            count(case when teaches then value end) over reference_windows as value_windows,
            avg(case when teaches then value end) over reference_windows as value_mean,
            var_pop(case when teaches then value end) over reference_windows as value_variance,
            case when teaches and value is not null then 1 else 0 end as is_own
        from {{ metrics }}
        window reference_windows as (partition by {{ unit | join(', ') }})
    ),

    {{ name }} as (
        select
            {{ name }}_reference.*,
            case when method = 'reference_sd' and value_windows - is_own >= 2 then
                value_mean - is_own * (value - value_mean) / nullif(value_windows - is_own, 0)
            end as usual_value,
            case when method = 'reference_sd' and value_windows - is_own >= 2 then
                sqrt(greatest(0, (value_variance - is_own * {{ ml_monitor.square('(value - value_mean)') }} / nullif(value_windows - is_own, 0)) * value_windows / nullif(value_windows - is_own, 0)))
            end as usual_deviation
        from {{ name }}_reference
    )
    {%- endif %}
{%- endmacro %}

{% macro _with_reference_deviations() %}
    {%- set names = [] -%}
    {%- for monitor in ml_monitor.declarations() if ml_monitor.declaration(monitor).limits.method == 'reference_sd' -%}{%- do names.append(monitor) -%}{%- endfor -%}
    {{ return(names) }}
{% endmacro %}
