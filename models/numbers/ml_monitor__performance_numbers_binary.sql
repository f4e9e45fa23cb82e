{{ ml_monitor.numbers_config(['window_key', 'model_version', 'segment', 'segment_value']) }}

{%- set double = ml_monitor.type_double() -%}
{%- set counts = ['labelled', 'n', 'scored', 'true_positives', 'false_positives', 'false_negatives', 'true_negatives'] -%}
{%- set trials = ['precision_trials', 'recall_trials', 'specificity_trials', 'f1_trials'] -%}
{%- set confusion_metrics = [
    'accuracy', 'precision', 'recall', 'specificity', 'f1', 'balanced_accuracy', 'balanced_accuracy_standard_error',
    'matthews_correlation', 'matthews_correlation_standard_error', 'selection_rate', 'prevalence',
] -%}
{%- set score_metrics = ['roc_auc', 'roc_auc_standard_error', 'gini'] -%}
{%- for name in ['average_precision', 'ks_separation', 'lift_at_10'] -%}{%- do score_metrics.extend([name, name ~ '_standard_error']) -%}{%- endfor -%}
{%- set calibration_metrics = [
    'expected_calibration_error', 'expected_calibration_error_unbiased', 'expected_calibration_error_standard_error',
    'brier_reliability', 'brier_reliability_unbiased', 'brier_reliability_standard_error', 'brier_resolution', 'brier_resolution_unbiased', 'brier_resolution_standard_error',
    'brier_uncertainty', 'brier_uncertainty_standard_error',
] -%}
{%- set loss_metrics = ['log_loss', 'log_loss_standard_error', 'brier_score', 'brier_score_standard_error'] -%}
{%- set rates = ml_monitor.confusion_rates('true_positives', 'false_positives', 'false_negatives', 'true_negatives') -%}

with {{ ml_monitor.outcome_units(['binary'], ['sum_score', 'sum_squared_score', 'sum_log_loss', 'sum_squared_log_loss']) }},

{{ ml_monitor.binary_outcomes() }},

{{ ml_monitor.score_bins() }},

{{ ml_monitor.score_separation() }},

{{ ml_monitor.calibration_error() }},

binary_rates as (
    select
        binary_outcomes.*,
        {%- for name, expression in rates.items() %}
        {{ expression }} as {{ name }},
        {%- endfor %}
        sqrt(true_positives + false_positives) * sqrt(true_positives + false_negatives) * sqrt(true_negatives + false_positives) * sqrt(true_negatives + false_negatives) as matthews_root
    from binary_outcomes
),

binary_correlations as (
    select
        binary_rates.*,
        (true_positives * true_negatives - false_positives * false_negatives) / nullif(matthews_root, 0) as matthews_correlation
    from binary_rates
),

binary_metrics as (
    select
        binary_correlations.*,
        {{ ml_monitor.matthews_standard_error('true_positives', 'false_positives', 'false_negatives', 'true_negatives', 'matthews_correlation', 'nullif(matthews_root, 0)') }} as matthews_correlation_standard_error,
        (true_positives + true_negatives) / nullif(true_positives + false_positives + false_negatives + true_negatives, 0) as accuracy,
        (recall + specificity) / 2 as balanced_accuracy,
        {{ ml_monitor.root(
            'power(' ~ ml_monitor.share_standard_error('recall', 'recall_trials') ~ ', 2) + power(' ~ ml_monitor.share_standard_error('specificity', 'specificity_trials') ~ ', 2)'
        ) }} / 2 as balanced_accuracy_standard_error,
        sum_log_loss / nullif(scored, 0) as log_loss,
        {{ ml_monitor.mean_standard_error('sum_log_loss', 'sum_squared_log_loss', 'scored') }} as log_loss_standard_error,
        sum_squared_gap / nullif(scored, 0) as brier_score,
        {{ ml_monitor.mean_standard_error('sum_squared_gap', 'sum_quartic_gap', 'scored') }} as brier_score_standard_error
    from binary_correlations
),

metrics as (
    {{ ml_monitor.side_by_side(ml_monitor.unit_keys(), [
        ('unit_counts', ['predictions']),
        ('binary_metrics', counts + trials + confusion_metrics + loss_metrics),
        ('score_separation', ['positives', 'negatives', 'effective_positives', 'effective_negatives'] + score_metrics),
        ('calibration_error', calibration_metrics),
    ]) }}
),

final as (
    select
        {{- ml_monitor.unit_columns('metrics') }}
        {%- for name in ['predictions'] + counts + trials + ['positives', 'negatives', 'effective_positives', 'effective_negatives'] %},
        cast(coalesce(metrics.{{ name }}, 0) as {{ double }}) as {{ name }}
        {%- endfor %}
        {%- for name in confusion_metrics + score_metrics + loss_metrics + calibration_metrics %},
        cast(metrics.{{ name }} as {{ double }}) as {{ name }}
        {%- endfor %}
    from stale_units
    left join metrics on metrics.window_key = stale_units.window_key
)

select * from final
