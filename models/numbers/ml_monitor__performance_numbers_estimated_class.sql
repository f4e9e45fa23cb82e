{{ ml_monitor.numbers_config(['window_key', 'model_version', 'segment', 'segment_value', 'class']) }}

{%- set double = ml_monitor.type_double() -%}
{%- set counts = ['scored', 'judged', 'true_positives', 'false_positives', 'false_negatives', 'true_negatives'] -%}

with {{ ml_monitor.outcome_units(['binary', 'multiclass'], ['sum_score', 'sum_squared_score'], only='windows') }},

{{ ml_monitor.rated_cells() }},

{{ ml_monitor.estimated_slopes() }},

{{ ml_monitor.estimated_classes() }},

final as (
    select
        {{- ml_monitor.unit_columns('estimated_classes', [('class', '')]) }}
        {%- for name in counts %},
        cast(coalesce(estimated_classes.{{ name }}, 0) as {{ double }}) as {{ name }}
        {%- endfor %}
        {%- for name in ml_monitor.estimated_class_metrics() + ['gini', 'selection_rate'] %},
        cast(estimated_classes.{{ name }} as {{ double }}) as {{ name }}
        {%- endfor %}
        {%- for name in ml_monitor.estimated_class_metrics() %},
        cast(estimated_classes.{{ name }}_standard_error as {{ double }}) as {{ name }}_standard_error
        {%- endfor %}
    from stale_units
    left join estimated_classes on estimated_classes.window_key = stale_units.window_key
)

select * from final
