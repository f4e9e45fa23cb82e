{% macro binary_outcomes() %}
    {#- CTEs that end in binary_outcomes: per unit the confusion counts and the sums of the losses.
        n: labelled predictions that have a predicted class; scored: labelled predictions that have a score; x_trials: the effective number of those that x is a share of. -#}
    {%- set cells = [('true_positives', 'positive', 'positive'), ('false_positives', 'positive', 'negative'), ('false_negatives', 'negative', 'positive'), ('true_negatives', 'negative', 'negative')] -%}
    {%- set trials = {
        'precision': "predicted = 'positive'",
        'recall': "predicted <> '' and actual = 'positive'",
        'specificity': "predicted <> '' and actual = 'negative'",
        'f1': "predicted <> '' and (predicted = 'positive' or actual = 'positive')",
    } %}
    outcome_losses as (
        select
            outcome_levels.*,
            case when actual = 'positive' then n - 2 * sum_score + sum_squared_score else sum_squared_score end as sum_squared_gap
        from outcome_levels
        where part = 'outcome' and actual <> ''
    ),

    binary_outcomes as (
        select
            {{ ml_monitor.unit_keys() }},
            sum(row_count) as labelled,
            sum(case when predicted <> '' then n else 0 end) as n,
            {%- for name, condition in trials.items() %}
            {{ ml_monitor.effective_number('sum(case when ' ~ condition ~ ' then n end)', 'sum(case when ' ~ condition ~ ' then squared_n end)') }} as {{ name }}_trials,
            {%- endfor %}
            {%- for name, predicted, actual in cells %}
            sum(case when predicted = '{{ predicted }}' and actual = '{{ actual }}' then squared_n else 0 end) as squared_{{ name }},
            sum(case when predicted = '{{ predicted }}' and actual = '{{ actual }}' then n else 0 end) as {{ name }},
            {%- endfor %}
            sum(case when bin >= 0 then n else 0 end) as scored,
            sum(case when bin >= 0 then sum_log_loss else 0 end) as sum_log_loss,
            sum(case when bin >= 0 then sum_squared_log_loss else 0 end) as sum_squared_log_loss,
            sum(case when bin >= 0 then sum_squared_gap else 0 end) as sum_squared_gap,
            sum(case when bin >= 0 then {{ ml_monitor.square('sum_squared_gap') }} / nullif(n, 0) else 0 end) as sum_quartic_gap
        from outcome_losses
        group by {{ ml_monitor.unit_keys() }}
    )
{%- endmacro %}

{% macro confusion_rates(tp, fp, fn, tn) -%}
    {#- Metric -> expression of the confusion counts of one class against the rest. -#}
    {%- set n = '(' ~ [tp, fp, fn, tn] | join(' + ') ~ ')' -%}
    {{ return({
        'precision': tp ~ ' / nullif(' ~ tp ~ ' + ' ~ fp ~ ', 0)',
        'recall': tp ~ ' / nullif(' ~ tp ~ ' + ' ~ fn ~ ', 0)',
        'specificity': tn ~ ' / nullif(' ~ tn ~ ' + ' ~ fp ~ ', 0)',
        'f1': '2 * ' ~ tp ~ ' / nullif(2 * ' ~ tp ~ ' + ' ~ fp ~ ' + ' ~ fn ~ ', 0)',
        'selection_rate': '(' ~ tp ~ ' + ' ~ fp ~ ') / nullif(' ~ n ~ ', 0)',
        'prevalence': '(' ~ tp ~ ' + ' ~ fn ~ ') / nullif(' ~ n ~ ', 0)',
    }) }}
{%- endmacro %}

{% macro matthews_standard_error(tp, fp, fn, tn, matthews, root) -%}
    {#- Delta method: the sum over the four cells of squared weight * slope^2; `root` is the denominator of the correlation. -#}
    {%- set cells = [(tp, tn, tp ~ ' + ' ~ fp, tp ~ ' + ' ~ fn), (tn, tp, tn ~ ' + ' ~ fp, tn ~ ' + ' ~ fn), (fp, '-' ~ fn, tp ~ ' + ' ~ fp, tn ~ ' + ' ~ fp), (fn, '-' ~ fp, tp ~ ' + ' ~ fn, tn ~ ' + ' ~ fn)] -%}
    sqrt(
        {%- for count, slope, one, other in cells %}
        {{ '+ ' if not loop.first }}squared_{{ count }} * power({{ slope }} / {{ root }} - {{ matthews }} / 2 * (1 / nullif({{ one }}, 0) + 1 / nullif({{ other }}, 0)), 2)
        {%- endfor %}
    )
{%- endmacro %}
