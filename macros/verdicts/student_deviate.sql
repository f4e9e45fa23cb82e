{% macro student_deviate(deviate, freedom) -%}
    {#- How many standard errors a variable of Student's t exceeds as seldom as a normal one exceeds `deviate`; within 1 % from 10 degrees of freedom on up to 4, and 7 % too small at 5 (Abramowitz and Stegun, 1964, 26.7.5, three terms). -#}
    ({{ deviate }} + (power({{ deviate }}, 3) + {{ deviate }}) / (4e0 * {{ freedom }})
        + (5 * power({{ deviate }}, 5) + 16 * power({{ deviate }}, 3) + 3 * {{ deviate }}) / (96e0 * {{ freedom }} * {{ freedom }})
        + (3 * power({{ deviate }}, 7) + 19 * power({{ deviate }}, 5) + 17 * power({{ deviate }}, 3) - 15 * {{ deviate }}) / (384e0 * {{ freedom }} * {{ freedom }} * {{ freedom }}))
{%- endmacro %}
