{% macro normal_deviate(probability) -%}
    {#- How many standard deviations a normal variable exceeds with a probability below 1/2; within 0.00045 (Abramowitz and Stegun, 1964, 26.2.23). -#}
    {%- set root = 'sqrt(-2 * ln(' ~ probability ~ '))' -%}
    ({{ root }} - (2.515517e0 + 0.802853e0 * {{ root }} + 0.010328e0 * {{ ml_monitor.square(root) }}) / (1 + 1.432788e0 * {{ root }} + 0.189269e0 * {{ ml_monitor.square(root) }} + 0.001308e0 * power({{ root }}, 3)))
{%- endmacro %}

{% macro two_sided(deviate) -%}
    {#- The deviate that is exceeded in one of both directions as seldom as `deviate` in one: the tail falls off as exp(-square / 2), from 3 on within 0.02. -#}
    sqrt({{ ml_monitor.square(deviate) }} + 2 * ln(2e0))
{%- endmacro %}

{% macro chi_square_deviate(statistic, freedom) -%}
    {#- The normal deviate that is exceeded as seldom as a chi-square statistic of so many degrees of freedom; NULL without one (Wilson and Hilferty, 1931). -#}
    ((power({{ statistic }} / nullif({{ freedom }}, 0), 1e0 / 3) - (1 - 2e0 / (9 * nullif({{ freedom }}, 0)))) / sqrt(2e0 / (9 * nullif({{ freedom }}, 0))))
{%- endmacro %}
