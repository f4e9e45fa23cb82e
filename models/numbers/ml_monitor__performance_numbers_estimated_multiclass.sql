{{ ml_monitor.numbers_config(['window_key', 'model_version', 'segment', 'segment_value'], 'multiclass') }}

{%- set double = ml_monitor.type_double() -%}
{%- set averages = ml_monitor.class_average_metrics() -%}
{%- set confusion %}
        select {{ ml_monitor.unit_keys('confusion') }}, actual, predicted, confusion.effective_n as n, confusion.effective_n as squared_n
        from {{ ref('ml_monitor', 'ml_monitor__performance_numbers_estimated_confusion') }} as confusion
        inner join stale_units on stale_units.window_key = confusion.window_key
        where confusion.n > 0
{%- endset -%}

with {{ ml_monitor.outcome_units(['multiclass'], only='windows') }},

estimated_classes as (
    select numbers.*
    from {{ ref('ml_monitor', 'ml_monitor__performance_numbers_estimated_class') }} as numbers
    inner join stale_units on stale_units.window_key = numbers.window_key
    where numbers.predictions > 0
),

label_spreads as (
    -- what a predicted class's labels vary beside what draws from their mean would
    select {{ ml_monitor.unit_keys() }}, class, case when precision > 0 and precision < 1 then power(precision_standard_error, 2) * predicted_positives / (precision * (1 - precision)) else 1 end as spread
    from estimated_classes
    where predicted_positives > 0
),

{{ ml_monitor.class_averages(confusion, label_spread='label_spreads') }},

class_sums as (
    select
        {{ ml_monitor.unit_keys() }},
        max(predictions) as predictions,
        max(labelled) as labelled,
        max(n) as n,
        max(scored) as scored,
        min(positives) as effective_positives,
        min(negatives) as effective_negatives,
        sqrt(sum(power(predicted_positives / nullif(n, 0) * precision_standard_error, 2))) as accuracy_standard_error,
        avg(roc_auc) as roc_auc_macro,
        avg(roc_auc_standard_error) as roc_auc_macro_standard_error,
        sum(roc_auc * positives) / nullif(sum(positives), 0) as roc_auc_weighted,
        sum(roc_auc_standard_error * positives) / nullif(sum(positives), 0) as roc_auc_weighted_standard_error,
        sum(class_log_loss) as log_loss,
        sqrt(sum(power(class_log_loss_standard_error, 2))) as log_loss_standard_error,
        sum(brier_score) as brier_score,
        sum(brier_score_standard_error) as brier_score_standard_error
    from estimated_classes
    group by {{ ml_monitor.unit_keys() }}
),

metrics as (
    select
        class_sums.*,
        class_averages.true_positives / nullif(class_averages.n, 0) as accuracy,
        {%- for name in averages + ['recall_weighted'] %}
        class_correlations.{{ name }},
        {%- endfor %}
        {%- for name in averages %}
        class_slopes.{{ name }}_standard_error{{ ',' if not loop.last }}
        {%- endfor %}
    from class_sums
    left join class_averages on {{ ml_monitor.same_unit('class_averages', 'class_sums') }}
    left join class_correlations on {{ ml_monitor.same_unit('class_correlations', 'class_sums') }}
    left join class_slopes on {{ ml_monitor.same_unit('class_slopes', 'class_sums') }}
),

final as (
    select
        {{- ml_monitor.unit_columns('metrics') }}
        {%- for name in ['predictions', 'labelled', 'n', 'scored', 'effective_positives', 'effective_negatives'] %},
        cast(coalesce(metrics.{{ name }}, 0) as {{ double }}) as {{ name }}
        {%- endfor %}
        {%- for name in averages + ['accuracy', 'roc_auc_macro', 'roc_auc_weighted', 'log_loss', 'brier_score'] %},
        cast(metrics.{{ name }} as {{ double }}) as {{ name }},
        cast(metrics.{{ name }}_standard_error as {{ double }}) as {{ name }}_standard_error
        {%- endfor %},
        cast(metrics.recall_weighted as {{ double }}) as recall_weighted
    from stale_units
    left join metrics on metrics.window_key = stale_units.window_key
)

select * from final
