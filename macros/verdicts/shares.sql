{% macro share_rise(n, reference_n, count, reference_count) -%}
    {#- How far a share lies above the reference's on the arcsine scale, where its standard error does not depend on the share (Anscombe, 1948). -#}
    ({{ ml_monitor._arcsine(count, n) }} - {{ ml_monitor._arcsine(reference_count, reference_n) }})
{%- endmacro %}

{% macro share_variance(n, reference_n) -%}
    {#- What chance alone makes that rise vary by. -#}
    ((1e0 / nullif({{ n }}, 0) + 1e0 / nullif({{ reference_n }}, 0)) / 4)
{%- endmacro %}

{% macro share_limit(n, reference_n, reference_count, error, deviations) -%}
    {#- The share at which a rise is so many standard errors; NULL without a count or a reference. least() skips NULLs on some engines, hence the condition. -#}
    case when {{ reference_n }} > 0 and {{ reference_count }} is not null then (power(sin(least({{ ml_monitor._arcsine(reference_count, reference_n) }} + {{ deviations }} * {{ error }}, asin(1e0))), 2) * ({{ n }} + 0.75e0) - 0.375e0) / nullif({{ n }}, 0) end
{%- endmacro %}

{% macro _arcsine(count, n) -%}
    asin(sqrt(({{ count }} + 0.375e0) / ({{ n }} + 0.75e0)))
{%- endmacro %}

{% macro fewest_windows() -%}
    {#- With fewer reference windows than this nothing is learned of how windows vary. -#}
    6
{%- endmacro %}

{% macro share_error(share) -%}
    {#- Standard error of a share's rise in rows of own_lessons: what chance makes it vary by, and what shares vary by from window to window, learned from the reference's windows (a part of whose variance is
        chance), or 0.0005 where they are too few. A reference of no windows, a relation of its own, says nothing of the latter's mean. -#}
    sqrt(share_variance + case
        when windows >= {{ ml_monitor.fewest_windows() }} then
            greatest(0, ({{ share }}_squares - {{ ml_monitor.square(share ~ '_sum') }} / windows) / (windows - 1) - sum_share_variance / windows) * (1 + 1e0 / windows)
        else 0.0005e0 * (1 + coalesce(1e0 / nullif(reference_windows, 0), 0))
    end)
{%- endmacro %}
