{{ ml_monitor.numbers_config(['window_key', 'model_version', 'segment', 'segment_value', 'class']) }}

{%- set double = ml_monitor.type_double() -%}
{%- set counts = {
    'n': 'judged', 'scored': 'scored', 'positives': 'all_positives', 'negatives': 'all_negatives',
    'true_positives': 'true_positives', 'false_positives': 'false_positives', 'false_negatives': 'false_negatives', 'true_negatives': 'true_negatives',
    'actual_positives': 'actual_positives', 'predicted_positives': 'predicted_positives', 'effective_positives': 'all_positives', 'effective_negatives': 'all_negatives',
    'precision_trials': 'predicted_positives', 'recall_trials': 'actual_positives', 'specificity_trials': 'judged - metrics.actual_positives', 'f1_trials': 'judged - metrics.true_negatives',
} -%}

with {{ ml_monitor.outcome_units(['binary', 'multiclass'], ['sum_score', 'sum_squared_score'], only='windows') }},

{{ ml_monitor.known_labels() }},

{{ ml_monitor.rated_cells() }},

{{ ml_monitor.estimated_slopes() }},

{{ ml_monitor.estimated_classes() }},

metrics as (
    select estimated_classes.*, known_labels.predictions, known_labels.labelled
    from estimated_classes
    inner join known_labels on {{ ml_monitor.same_unit('known_labels', 'estimated_classes') }}
),

final as (
    select
        {{- ml_monitor.unit_columns('metrics', [('class', '')]) }},
        cast(coalesce(metrics.predictions, 0) as {{ double }}) as predictions,
        cast(coalesce(metrics.labelled, 0) as {{ double }}) as labelled
        {%- for name, column in counts.items() %},
        cast(coalesce(metrics.{{ column }}, 0) as {{ double }}) as {{ name }}
        {%- endfor %}
        {%- for name in ml_monitor.estimated_class_metrics() + ['gini', 'selection_rate'] %},
        cast(metrics.{{ name }} as {{ double }}) as {{ name }}
        {%- endfor %}
        {%- for name in ml_monitor.estimated_class_metrics() %},
        cast(metrics.{{ name }}_standard_error as {{ double }}) as {{ name }}_standard_error
        {%- endfor %}
    from stale_units
    left join metrics on metrics.window_key = stale_units.window_key
)

select * from final
