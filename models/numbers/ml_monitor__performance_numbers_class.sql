{{ ml_monitor.numbers_config(['window_key', 'model_version', 'segment', 'segment_value', 'class']) }}

{%- set double = ml_monitor.type_double() -%}
{%- set counts = ['predictions', 'labelled', 'n', 'true_positives', 'actual_positives', 'predicted_positives', 'scored', 'true_scored'] -%}
{%- set trials = ['precision_trials', 'recall_trials', 'specificity_trials', 'f1_trials'] -%}
{%- set class_metrics = ['precision', 'recall', 'f1', 'specificity', 'selection_rate', 'prevalence', 'brier_score', 'brier_score_standard_error'] -%}
{%- set score_metrics = ['roc_auc', 'roc_auc_standard_error', 'average_precision', 'average_precision_standard_error'] -%}
{%- set rates = ml_monitor.confusion_rates('true_positives', 'false_positives', 'false_negatives', 'true_negatives') -%}

with {{ ml_monitor.outcome_units(['multiclass'], ['sum_score', 'sum_squared_score']) }},

{{ ml_monitor.class_outcomes() }},

{{ ml_monitor.score_bins() }},

{{ ml_monitor.score_separation() }},

class_rates as (
    select
        class_outcomes.*,
        {%- for name, expression in rates.items() %}
        {{ expression }} as {{ name }},
        {%- endfor %}
        sum_squared_gap / nullif(scored, 0) as brier_score,
        {{ ml_monitor.mean_standard_error('sum_squared_gap', 'sum_quartic_gap', 'scored') }} as brier_score_standard_error
    from class_outcomes
),

metrics as (
    {{ ml_monitor.side_by_side(ml_monitor.unit_keys() ~ ', class', [
        ('class_rates', counts + trials + class_metrics),
        ('score_separation', ['positives', 'negatives', 'effective_positives', 'effective_negatives'] + score_metrics),
    ]) }}
),

final as (
    select
        {{- ml_monitor.unit_columns('metrics', [('class', '')]) }}
        {%- for name in counts + trials + ['positives', 'negatives', 'effective_positives', 'effective_negatives'] %},
        cast(coalesce(metrics.{{ name }}, 0) as {{ double }}) as {{ name }}
        {%- endfor %}
        {%- for name in class_metrics + score_metrics %},
        cast(metrics.{{ name }} as {{ double }}) as {{ name }}
        {%- endfor %}
    from stale_units
    left join metrics on metrics.window_key = stale_units.window_key
)

select * from final
