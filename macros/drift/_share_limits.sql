{% macro _share_rise(n, reference_n, count, reference_count) -%}
    {#- How far a share lies above the reference's on the arcsine scale, where its standard error does not depend on the share. -#}
    ({{ ml_monitor._arcsine(count, n) }} - {{ ml_monitor._arcsine(reference_count, reference_n) }})
{%- endmacro %}

{% macro _share_error(n, reference_n, reference_windows) -%}
    {#- Standard error of that rise: what counts vary by, and 0.0005 for what shares vary by from window to window, a default until enough reference windows tell.
        A reference of no windows, a relation of its own, says nothing of the latter's mean. -#}
    sqrt(0.0005 * (1 + coalesce(1.0 / nullif({{ reference_windows }}, 0), 0)) + (1.0 / nullif({{ n }}, 0) + 1.0 / nullif({{ reference_n }}, 0)) / 4)
{%- endmacro %}

{% macro _share_limit(n, reference_n, reference_count, error) -%}
    {#- The share at which a rise is 4 standard errors; NULL without a count or a reference. least() skips NULLs on some engines, hence the condition. -#}
    case when {{ reference_n }} > 0 and {{ reference_count }} is not null then (power(sin(least({{ ml_monitor._arcsine(reference_count, reference_n) }} + 4 * {{ error }}, asin(cast(1 as {{ ml_monitor.type_double() }})))), 2) * ({{ n }} + 0.75) - 0.375) / nullif({{ n }}, 0) end
{%- endmacro %}

{% macro _arcsine(count, n) -%}
    asin(sqrt(({{ count }} + 0.375) / ({{ n }} + cast(0.75 as {{ ml_monitor.type_double() }}))))
{%- endmacro %}
