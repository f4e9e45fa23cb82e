{% macro segment_key(declared, segment, segment_value) -%}
    {#- The conditions of a declared segment of at most three columns as one text: 'column value' of each column in the order of `_segment_columns`, a separator between; empty for the whole, NULL for a longer segment.
        A value that holds the * which joins the values of a combination cannot be told apart: that combination is one condition. -#}
    {%- set columns, sep = ml_monitor._segment_columns(declared), ml_monitor.cell_separator() -%}
    case {{ segment }}
            when 'overall' then ''
            {%- for parts in declared.segments if parts | length <= 3 %}
            {%- set whole = ml_monitor.text_literal(parts | join('*') ~ ml_monitor.condition_sign()) ~ ' || ' ~ segment_value %}
            when {{ ml_monitor.text_literal(parts | join('*')) }} then
                {%- if parts | length == 1 %} {{ whole }}
                {%- else %}
                case
                    when length({{ segment_value }}) - length(replace({{ segment_value }}, '*', '')) = {{ parts | length - 1 }} then
                        {%- for column in columns if column in parts %}
                        {{ "|| " ~ sep ~ " || " if not loop.first }}{{ ml_monitor.text_literal(column ~ ml_monitor.condition_sign()) }} || split_part({{ segment_value }}, '*', {{ parts.index(column) + 1 }})
                        {%- endfor %}
                    else {{ whole }}
                end
                {%- endif %}
            {%- endfor %}
        end
{%- endmacro %}

{% macro condition_sign() %}{{ return(' = ') }}{% endmacro %}

{% macro conditions_text(key) -%}
    {#- What a person reads of a key. -#}
    case when {{ key }} = '' then 'all rows' else replace({{ key }}, {{ ml_monitor.cell_separator() }}, ' and ') end
{%- endmacro %}

{% macro condition_count(key) -%}
    case when {{ key }} = '' then 0 else 1 + length({{ key }}) - length(replace({{ key }}, {{ ml_monitor.cell_separator() }}, '')) end
{%- endmacro %}
