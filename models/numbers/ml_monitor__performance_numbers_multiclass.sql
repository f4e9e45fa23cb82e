{{ ml_monitor.numbers_config(['window_key', 'model_version', 'segment', 'segment_value'], 'multiclass') }}

{%- set double = ml_monitor.type_double() -%}
{%- set confusion %}
        select {{ ml_monitor.unit_keys('confusion') }}, actual, predicted, confusion.effective_n as n, confusion.squared_n
        from {{ ref('ml_monitor', 'ml_monitor__performance_numbers_confusion') }} as confusion
        inner join stale_units on stale_units.window_key = confusion.window_key
        where confusion.n > 0
{%- endset -%}

with {{ ml_monitor.outcome_units(['multiclass'], ['sum_log_loss', 'sum_squared_log_loss']) }},

{{ ml_monitor.class_averages(confusion) }},

unit_losses as (
    select
        {{ ml_monitor.unit_keys() }},
        sum(row_count) as labelled,
        sum(case when predicted <> '' then n else 0 end) as n,
        sum(case when predicted <> '' and predicted = actual then n else 0 end) as hits,
        sum(sum_log_loss) as sum_log_loss,
        sum(sum_squared_log_loss) as sum_squared_log_loss
    from outcome_levels
    where part = 'outcome' and class = whole_class and actual <> ''
    group by {{ ml_monitor.unit_keys() }}
),

unit_scores as (
    select
        {{ ml_monitor.unit_keys('numbers') }},
        sum(numbers.true_scored) as scored,
        min(case when numbers.scored > 0 then numbers.effective_positives end) as effective_positives,
        min(case when numbers.scored > 0 then numbers.effective_negatives end) as effective_negatives,
        avg(numbers.roc_auc) as roc_auc_macro,
        avg(numbers.roc_auc_standard_error) as roc_auc_macro_standard_error,
        sum(numbers.roc_auc * numbers.positives) / nullif(sum(numbers.positives), 0) as roc_auc_weighted,
        sum(numbers.roc_auc_standard_error * numbers.positives) / nullif(sum(numbers.positives), 0) as roc_auc_weighted_standard_error,
        sum(numbers.brier_score) as brier_score,
        sum(numbers.brier_score_standard_error) as brier_score_standard_error,
        ln(nullif(sum(numbers.true_scored), 0)) - sum(case when numbers.true_scored > 0 then numbers.true_scored * ln(numbers.true_scored) else 0 end) / nullif(sum(numbers.true_scored), 0) as best_constant_log_loss,
        sum(numbers.true_scored / nullif(numbers.scored, 0) * (1 - numbers.true_scored / nullif(numbers.scored, 0))) as best_constant_brier_score
    from {{ ref('ml_monitor', 'ml_monitor__performance_numbers_class') }} as numbers
    inner join stale_units on stale_units.window_key = numbers.window_key
    group by {{ ml_monitor.unit_keys('numbers') }}
),

metrics as (
    select
        {{ ml_monitor.unit_keys('unit_counts') }},
        unit_counts.predictions,
        coalesce(unit_losses.labelled, 0) as labelled,
        coalesce(unit_losses.n, 0) as n,
        coalesce(unit_scores.scored, 0) as scored,
        coalesce(unit_scores.effective_positives, 0) as effective_positives,
        coalesce(unit_scores.effective_negatives, 0) as effective_negatives,
        unit_losses.hits / nullif(unit_losses.n, 0) as accuracy,
        case when unit_scores.scored > 0 then unit_losses.sum_log_loss / unit_scores.scored end as log_loss,
        {{ ml_monitor.mean_standard_error('unit_losses.sum_log_loss', 'unit_losses.sum_squared_log_loss', 'unit_scores.scored') }} as log_loss_standard_error,
        {%- for name in ml_monitor.class_average_metrics() + ['recall_weighted', 'largest_class_share', 'actual_classes'] %}
        class_correlations.{{ name }},
        {%- endfor %}
        {%- for name in ['precision_macro', 'recall_macro', 'f1_macro', 'specificity_macro', 'precision_weighted', 'f1_weighted', 'balanced_accuracy'] %}
        class_slopes.{{ name }}_standard_error,
        {%- endfor %}
        case when class_correlations.matthews_correlation is not null then class_slopes.matthews_correlation_standard_error end as matthews_correlation_standard_error,
        {%- for name in ['roc_auc_macro', 'roc_auc_macro_standard_error', 'roc_auc_weighted', 'roc_auc_weighted_standard_error', 'brier_score', 'brier_score_standard_error', 'best_constant_log_loss', 'best_constant_brier_score'] %}
        unit_scores.{{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from unit_counts
    left join unit_losses on {{ ml_monitor.same_unit('unit_losses', 'unit_counts') }}
    left join unit_scores on {{ ml_monitor.same_unit('unit_scores', 'unit_counts') }}
    left join class_correlations on {{ ml_monitor.same_unit('class_correlations', 'unit_counts') }}
    left join class_slopes on {{ ml_monitor.same_unit('class_slopes', 'unit_counts') }}
),

final as (
    select
        {{- ml_monitor.unit_columns('metrics') }}
        {%- for name in ['predictions', 'labelled', 'n', 'scored', 'effective_positives', 'effective_negatives'] %},
        cast(coalesce(metrics.{{ name }}, 0) as {{ double }}) as {{ name }}
        {%- endfor %}
        {%- for name in [
            'accuracy', 'precision_macro', 'precision_macro_standard_error', 'precision_weighted', 'precision_weighted_standard_error', 'recall_macro', 'recall_macro_standard_error', 'recall_weighted',
            'f1_macro', 'f1_macro_standard_error', 'f1_weighted', 'f1_weighted_standard_error', 'specificity_macro', 'specificity_macro_standard_error',
            'roc_auc_macro', 'roc_auc_macro_standard_error', 'roc_auc_weighted', 'roc_auc_weighted_standard_error', 'log_loss', 'log_loss_standard_error',
            'matthews_correlation', 'matthews_correlation_standard_error', 'balanced_accuracy', 'balanced_accuracy_standard_error', 'brier_score', 'brier_score_standard_error',
            'largest_class_share', 'actual_classes', 'best_constant_log_loss', 'best_constant_brier_score',
        ] %},
        cast(metrics.{{ name }} as {{ double }}) as {{ name }}
        {%- endfor %}
    from stale_units
    left join metrics on metrics.window_key = stale_units.window_key
)

select * from final
