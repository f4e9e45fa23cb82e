{#- Expressions of a value's interval (95 %) and of the standard error that its verdict uses. `value` and `trials` are column names; NULL in, NULL out. -#}

{% macro wilson_bound(value, trials, sign, z=1.96) -%}
    {#- Wilson's interval of a share of `trials`; sign '-' or '+'. `z` is 1.96 for 95 %, 3.29 for 99.9 %. Written so that nothing cancels: with k = z^2 / 2n, share^2 / (share + k + z sqrt(share (1 - share) / n + (k / z)^2)) is its lower end,
        0 at a share of 0; the upper end is 1 less that of 1 - share. -#}
    {%- set squared = (z * z) | round(6) -%}
    {%- set share = '(' ~ value ~ ')' if sign == '-' else '(1 - (' ~ value ~ '))' -%}
    {%- set half_width = z ~ ' * ' ~ ml_monitor.root(share ~ ' * (1 - ' ~ share ~ ') / nullif(' ~ trials ~ ', 0) + ' ~ squared / 4 ~ ' / nullif(' ~ trials ~ ' * ' ~ trials ~ ', 0)') -%}
    ({{ '1 - ' if sign == '+' }}{{ share }} * {{ share }} / ({{ share }} + {{ squared / 2 }} / nullif({{ trials }}, 0) + {{ half_width }}))
{%- endmacro %}

{% macro share_standard_error(value, trials) -%}
    {#- With two successes and two failures added (Agresti and Coull), so that no failure among few trials is not taken for certainty. -#}
    {%- set share = '(((' ~ value ~ ') * ' ~ trials ~ ' + 1.9208) / (' ~ trials ~ ' + 3.8416))' -%}
    {{ ml_monitor.root(share ~ ' * (1 - ' ~ share ~ ') / (' ~ trials ~ ' + 3.8416)') }}
{%- endmacro %}

{% macro f1_bound(trials, sign) -%}
    {%- set jaccard = ml_monitor.wilson_bound('f1 / (2 - f1)', trials, sign) -%}
    (2 * {{ jaccard }} / (1 + {{ jaccard }}))
{%- endmacro %}

{% macro f1_standard_error(trials) -%}
    (({{ ml_monitor.share_standard_error('f1 / (2 - f1)', trials) }}) * power(2 - f1, 2) / 2)
{%- endmacro %}

{% macro logit_bound(value, standard_error, sign) -%}
    {#- An interval that stays inside 0 and 1. NULL at 0 and 1 themselves, where the logit has no value. greatest and least leave out a NULL. -#}
    case
        when {{ value }} > 0 and {{ value }} < 1 and {{ standard_error }} is not null
            then 1 / (1 + exp(-least(greatest(ln({{ value }} / (1 - {{ value }})) {{ sign }} 1.96 * {{ standard_error }} / ({{ value }} * (1 - {{ value }})), -700), 700)))
    end
{%- endmacro %}

{% macro log_bound(value, standard_error, sign) -%}
    {#- An interval that stays above 0. NULL at 0 itself, where the logarithm has no value. -#}
    case when {{ standard_error }} is not null then {{ value }} * exp(greatest(least({{ sign }}1.96 * {{ standard_error }} / nullif({{ value }}, 0), 700), -700)) end
{%- endmacro %}

{% macro uncertainty_bound(prevalence, trials, sign) -%}
    {#- Wilson's interval of the prevalence p carried over to p * (1 - p), which is greatest at 1/2. -#}
    {%- set low, high = ml_monitor.wilson_bound(prevalence, trials, '-'), ml_monitor.wilson_bound(prevalence, trials, '+') -%}
    {%- if sign == '-' -%}
        least({{ low }} * (1 - {{ low }}), {{ high }} * (1 - {{ high }}))
    {%- else -%}
        case when {{ low }} < 0.5 and {{ high }} > 0.5 then 0.25 else greatest({{ low }} * (1 - {{ low }}), {{ high }} * (1 - {{ high }})) end
    {%- endif -%}
{%- endmacro %}

{% macro normal_bound(value, standard_error, sign, lower=none, upper=none) -%}
    {%- set bound = value ~ ' ' ~ sign ~ ' 1.96 * ' ~ standard_error -%}
    {%- if sign == '-' and lower is not none -%}
        case when {{ bound }} < {{ lower }} then {{ lower }} else {{ bound }} end
    {%- elif sign == '+' and upper is not none -%}
        case when {{ bound }} > {{ upper }} then {{ upper }} else {{ bound }} end
    {%- else -%}
        ({{ bound }})
    {%- endif -%}
{%- endmacro %}

{% macro mean_standard_error(total, squares, n) -%}
    {#- Of a mean, from the sum and the sum of squares of what it is the mean of. -#}
    {{ ml_monitor.root('(' ~ squares ~ ' / nullif(' ~ n ~ ', 0) - ' ~ ml_monitor.square('(' ~ total ~ ' / nullif(' ~ n ~ ', 0))') ~ ') / nullif(' ~ n ~ ', 0)') }}
{%- endmacro %}

{% macro root(expression) -%}
    {#- A square root that takes a rounding below 0 as 0, and leaves NULL alone. -#}
    sqrt(case when {{ expression }} < 0 then 0 else {{ expression }} end)
{%- endmacro %}
