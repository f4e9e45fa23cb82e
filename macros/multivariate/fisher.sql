{% macro fisher(correlation) -%}
    {#- A correlation on the scale on which its standard error does not depend on it, 1 / sqrt(n - 3) (Fisher, 1921). Beyond 0.999 as 0.999: what rounding adds there is no change. -#}
    case when {{ correlation }} is not null then 0.5e0 * ln((1 + least(greatest({{ correlation }}, -0.999e0), 0.999e0)) / (1 - least(greatest({{ correlation }}, -0.999e0), 0.999e0))) end
{%- endmacro %}

{% macro inverse_fisher(expression) -%}
    tanh({{ expression }})
{%- endmacro %}
