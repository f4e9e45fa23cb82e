{% macro class_outcomes() %}
    {#- CTEs that end in class_outcomes: per unit and class, each class against the rest: counts of the confusion matrix, and the Brier sum of the class's score.
        A class is one that occurs, is predicted, or has a score; false_positives, false_negatives and true_negatives are those of the class against the rest, x_trials the effective number of those that x is a share of. n: labelled predictions that have a predicted class; scored: those that have the class's score and whose label has one;
        true_scored: those of the class itself. -#}
    cells as (
        select {{ ml_monitor.unit_keys() }}, actual, predicted, sum(row_count) as row_count, sum(n) as n, sum(squared_n) as squared_n
        from outcome_levels
        where part = 'outcome' and class = whole_class and actual <> ''
        group by {{ ml_monitor.unit_keys() }}, actual, predicted
    ),

    class_counts as (
        select {{ ml_monitor.unit_keys() }}, actual as class, n as actual_positives, 0 as predicted_positives, case when actual = predicted then n else 0 end as true_positives, 0 as scored, 0 as true_scored, 0 as sum_squared_gap, 0 as sum_quartic_gap, squared_n as squared_actual, 0 as squared_predicted, case when actual = predicted then squared_n else 0 end as squared_true, 0 as predictions, 0 as labelled, 0 as n, 0 as squared_n
        from cells
        where predicted <> ''
        union all
        select {{ ml_monitor.unit_keys() }}, predicted, 0, n, 0, 0, 0, 0, 0, 0, squared_n, 0, 0, 0, 0, 0
        from cells
        where predicted <> ''
        union all
        select
            {{ ml_monitor.unit_keys() }}, class, 0, 0, 0,
            case when is_judged and bin >= 0 then n else 0 end,
            case when actual = class and bin >= 0 then n else 0 end,
            case when is_judged and bin >= 0 then squared_gap else 0 end,
            case when is_judged and bin >= 0 then {{ ml_monitor.square('squared_gap') }} / nullif(n, 0) else 0 end,
            0, 0, 0, 0, 0, 0, 0
        from (
            -- a label that has no score of its own says nothing of the scores
            select
                outcome_levels.*,
                max(case when actual = class and bin >= 0 then 1 else 0 end) over (partition by {{ ml_monitor.unit_keys() }}, actual) = 1 as is_judged,
                case when actual = class then n - 2 * sum_score + sum_squared_score else sum_squared_score end as squared_gap
            from outcome_levels
            where part = 'outcome' and class <> whole_class
        ) as class_rows
        union all
        -- what all classes of a unit share stands under an empty class
        select {{ ml_monitor.unit_keys() }}, '', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, row_count, case when predicted <> '' then n else 0 end, case when predicted <> '' then squared_n else 0 end
        from cells
        union all
        select {{ ml_monitor.unit_keys() }}, '', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, predictions, 0, 0, 0
        from unit_counts
    ),

    class_sums as (
        select
            {{ ml_monitor.unit_keys() }},
            class,
            {%- for name in ['actual_positives', 'predicted_positives', 'true_positives', 'scored', 'true_scored', 'sum_squared_gap', 'sum_quartic_gap', 'squared_actual', 'squared_predicted', 'squared_true'] %}
            sum({{ name }}) as {{ name }},
            {%- endfor %}
            {%- for name in ['predictions', 'labelled', 'n', 'squared_n'] %}
            max(sum({{ name }})) over (partition by {{ ml_monitor.unit_keys() }}) as {{ name }}{{ ',' if not loop.last }}
            {%- endfor %}
        from class_counts
        group by {{ ml_monitor.unit_keys() }}, class
    ),

    class_outcomes as (
        select
            class_sums.*,
            {{ ml_monitor.difference_of_sums('predicted_positives - true_positives', 'n') }} as false_positives,
            {{ ml_monitor.difference_of_sums('actual_positives - true_positives', 'n') }} as false_negatives,
            {{ ml_monitor.difference_of_sums('n - actual_positives - predicted_positives + true_positives', 'n') }} as true_negatives,
            coalesce({{ ml_monitor.effective_number('predicted_positives', 'squared_predicted') }}, 0) as precision_trials,
            coalesce({{ ml_monitor.effective_number('actual_positives', 'squared_actual') }}, 0) as recall_trials,
            coalesce({{ ml_monitor.effective_number(
                ml_monitor.difference_of_sums('n - actual_positives', 'n'), ml_monitor.difference_of_sums('squared_n - squared_actual', 'squared_n')
            ) }}, 0) as specificity_trials,
            coalesce({{ ml_monitor.effective_number('predicted_positives + actual_positives - true_positives', 'squared_predicted + squared_actual - squared_true') }}, 0) as f1_trials
        from class_sums
        where class <> ''
    )
{%- endmacro %}

{% macro class_averages(confusion, label_spread=none) %}
    {#- CTEs that end in class_averages and class_slopes: the macro and weighted averages of a unit's classes, from `confusion`, a query of the unit keys, actual, predicted, n and squared_n, and the
        standard errors of these averages by the delta method: the sum over the cells of squared_n * slope^2, where slope is what one more prediction in that cell adds to the average.
        Where the labels are expected and not known, the predicted classes are given: the sum over them of (sum(n * slope^2) - sum(n * slope)^2 / sum(n)) * spread, with `label_spread` a relation of the
        unit keys, class and spread: how much the labels of a predicted class vary, as a share of what draws from their mean would.
        Undefined precision, recall and specificity count as 0 in an average, as scikit-learn has it. -#}
    cells as (
        {{ confusion }}
    ),

    class_sizes as (
        select {{ ml_monitor.unit_keys() }}, class, sum(true_positives) as true_positives, sum(actual_positives) as actual_positives, sum(predicted_positives) as predicted_positives
        from (
            select {{ ml_monitor.unit_keys() }}, actual as class, case when actual = predicted then n else 0 end as true_positives, n as actual_positives, 0 as predicted_positives
            from cells
            union all
            select {{ ml_monitor.unit_keys() }}, predicted, 0, 0, n
            from cells
        ) as sides
        group by {{ ml_monitor.unit_keys() }}, class
    ),

    class_totals as (
        select class_sizes.*, sum(actual_positives) over (partition by {{ ml_monitor.unit_keys() }}) as n
        from class_sizes
    ),

    class_metrics as (
        select
            class_totals.*,
            coalesce(true_positives / nullif(predicted_positives, 0), 0) as precision,
            coalesce(true_positives / nullif(actual_positives, 0), 0) as recall,
            coalesce(2 * true_positives / nullif(predicted_positives + actual_positives, 0), 0) as f1,
            coalesce({{ ml_monitor.difference_of_sums('n - actual_positives - predicted_positives + true_positives', 'n') }} / nullif({{ ml_monitor.difference_of_sums('n - actual_positives', 'n') }}, 0), 0) as specificity,
            {{ ml_monitor.difference_of_sums('n - actual_positives', 'n') }} as actual_negatives
        from class_totals
    ),

    class_averages as (
        select
            {{ ml_monitor.unit_keys() }},
            count(*) as classes,
            cast(sum(case when actual_positives > 0 then 1 else 0 end) as {{ ml_monitor.type_double() }}) as actual_classes,
            max(n) as n,
            max(actual_positives) / nullif(max(n), 0) as largest_class_share,
            sum(true_positives) as true_positives,
            sum(predicted_positives * actual_positives) as expected_product,
            {{ ml_monitor.difference_of_sums('max(n) * max(n) - sum(predicted_positives * predicted_positives)', 'max(n) * max(n)') }} as predicted_spread,
            {{ ml_monitor.difference_of_sums('max(n) * max(n) - sum(actual_positives * actual_positives)', 'max(n) * max(n)') }} as actual_spread,
            sum(recall) / nullif(cast(sum(case when actual_positives > 0 then 1 else 0 end) as {{ ml_monitor.type_double() }}), 0) as balanced_accuracy,
            {%- for name in ['precision', 'recall', 'f1', 'specificity'] %}
            avg({{ name }}) as {{ name }}_macro,
            {%- endfor %}
            {%- for name in ['precision', 'recall', 'f1'] %}
            sum({{ name }} * actual_positives) / nullif(sum(actual_positives), 0) as {{ name }}_weighted,
            {%- endfor %}
            sum(case when actual_negatives > 0 then (1 - specificity) / actual_negatives else 0 end) as false_alarms
        from class_metrics
        group by {{ ml_monitor.unit_keys() }}
    ),

    class_correlations as (
        select
            class_averages.*,
            (n * true_positives - expected_product) / nullif(sqrt(predicted_spread) * sqrt(actual_spread), 0) as matthews_correlation
        from class_averages
    ),

    cell_slopes as (
        select
            {{ ml_monitor.unit_keys('cells') }},
            cells.predicted,
            cells.n,
            cells.squared_n,
            (case when is_hit then 1 else 0 end - predicted_class.precision) / predicted_class.predicted_positives / classes as precision_macro,
            (case when is_hit then 1 else 0 end - actual_class.recall) / actual_class.actual_positives / classes as recall_macro,
            (case when is_hit then 1 else 0 end - actual_class.recall) / actual_class.actual_positives / actual_classes as balanced_accuracy,
            (case when is_hit then 2 / actual_size else 0 end - actual_class.f1 / actual_size - predicted_class.f1 / predicted_size) / classes as f1_macro,
            (
                averages.false_alarms
                - case when actual_class.actual_negatives > 0 then (1 - actual_class.specificity) / actual_class.actual_negatives else 0 end
                - case when is_hit then 0 else 1 / predicted_class.actual_negatives end
            ) / classes as specificity_macro,
            (
                actual_class.precision
                + case when is_hit then actual_class.actual_positives / predicted_class.predicted_positives else 0 end
                - predicted_class.actual_positives * predicted_class.true_positives / power(predicted_class.predicted_positives, 2)
                - precision_weighted
            ) / averages.n as precision_weighted,
            (
                actual_class.f1
                + actual_class.actual_positives * (case when is_hit then 2 else 0 end - actual_class.f1) / actual_size
                - predicted_class.actual_positives * predicted_class.f1 / predicted_size
                - f1_weighted
            ) / averages.n as f1_weighted,
            (averages.true_positives + case when is_hit then averages.n else 0 end - predicted_class.actual_positives - actual_class.predicted_positives) / nullif(sqrt(predicted_spread) * sqrt(actual_spread), 0)
            - matthews_correlation * ((averages.n - predicted_class.predicted_positives) / nullif(predicted_spread, 0) + (averages.n - actual_class.actual_positives) / nullif(actual_spread, 0)) as matthews_correlation
        from (select *, actual = predicted as is_hit from cells) as cells
        inner join class_correlations as averages on {{ ml_monitor.same_unit('averages', 'cells') }}
        inner join (select *, actual_positives + predicted_positives as actual_size from class_metrics) as actual_class
            on {{ ml_monitor.same_unit('actual_class', 'cells') }} and actual_class.class = cells.actual
        inner join (select *, actual_positives + predicted_positives as predicted_size from class_metrics) as predicted_class
            on {{ ml_monitor.same_unit('predicted_class', 'cells') }} and predicted_class.class = cells.predicted
    ),

    {% if label_spread -%}
    given_slopes as (
        select
            {{ ml_monitor.unit_keys() }},
            predicted as class,
            {%- for name in ml_monitor.class_average_metrics() %}
            sum(n * power({{ name }}, 2)) - power(sum(n * {{ name }}), 2) / sum(n) as {{ name }}{{ ',' if not loop.last }}
            {%- endfor %}
        from cell_slopes
        group by {{ ml_monitor.unit_keys() }}, predicted
    ),

    {% endif -%}
    class_slopes as (
        select
            {{ ml_monitor.unit_keys('slopes') }},
            {%- for name in ml_monitor.class_average_metrics() %}
            {{ ml_monitor.root('sum(' ~ ('spread * slopes.' ~ name if label_spread else 'squared_n * power(' ~ name ~ ', 2)') ~ ')') }} as {{ name }}_standard_error{{ ',' if not loop.last }}
            {%- endfor %}
        from {{ 'given_slopes' if label_spread else 'cell_slopes' }} as slopes
        {%- if label_spread %}
        inner join {{ label_spread }} as spreads on {{ ml_monitor.same_unit('spreads', 'slopes') }} and spreads.class = slopes.class
        {%- endif %}
        group by {{ ml_monitor.unit_keys('slopes') }}
    )
{%- endmacro %}

{% macro class_average_metrics() %}
    {{ return(['precision_macro', 'recall_macro', 'f1_macro', 'specificity_macro', 'precision_weighted', 'f1_weighted', 'balanced_accuracy', 'matthews_correlation']) }}
{% endmacro %}
