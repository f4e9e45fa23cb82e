{% macro cost_names() %}
    {#- The outcomes of one prediction that a declaration may give a cost, as ml_monitor__threshold_curve counts them: true_positives and so on. -#}
    {{ return(['true_positive', 'false_positive', 'false_negative', 'true_negative']) }}
{% endmacro %}

{% macro cost_mistakes(declared) %}
    {#- What is wrong with the costs of a declaration, one text a mistake. -#}
    {%- set names, mistakes = ml_monitor.cost_names(), [] -%}
    {%- if declared.costs is not mapping -%}
        {{ return(["costs: must be a mapping of outcomes to numbers, such as {false_positive: 1, false_negative: 5}"]) }}
    {%- endif -%}
    {%- for name, cost in declared.costs.items() -%}
        {%- if name not in names -%}
            {%- do mistakes.append("costs: '" ~ name ~ "' is not one of " ~ names | join(', ')) -%}
        {%- elif cost is not number or cost is boolean -%}
            {%- do mistakes.append("costs." ~ name ~ ": '" ~ cost ~ "' is not a number; write what one such prediction costs, a gain below 0") -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if declared.costs and declared.task != 'binary' -%}
        {%- do mistakes.append("costs: only a binary model has them, this is " ~ declared.task ~ "; take them out") -%}
    {%- endif -%}
    {{ return(mistakes) }}
{% endmacro %}

{% macro costs() %}
    {#- Rows (monitor, true_positive, false_positive, false_negative, true_negative): what one prediction of each outcome costs, 0 where it is not said, of the monitors that declare costs.
        They stand in a view and in no profile, so that changing them computes nothing again. -#}
    {%- set with_costs = [] -%}
    {%- for monitor in ml_monitor.declarations() -%}
        {%- set declared = ml_monitor.declaration(monitor) -%}
        {%- if declared.costs and not ml_monitor.cost_mistakes(declared) -%}{%- do with_costs.append(declared) -%}{%- endif -%}
    {%- endfor -%}
    {%- for declared in with_costs %}
    {{ 'union all' if not loop.first }}
    select
        cast({{ ml_monitor.text_literal(declared.name) }} as {{ ml_monitor.type_text() }}) as monitor
        {%- for name in ml_monitor.cost_names() %},
        {{ ml_monitor.double_literal(declared.costs.get(name, 0)) }} as {{ name }}
        {%- endfor %}
    {%- else %}
    {%- set columns = [('monitor', ml_monitor.type_text())] -%}
    {%- for name in ml_monitor.cost_names() -%}{%- do columns.append((name, ml_monitor.type_double())) -%}{%- endfor -%}
    {{ ml_monitor.no_rows(columns) }}
    {%- endfor %}
{% endmacro %}
