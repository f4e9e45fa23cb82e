{{ config(materialized='ml_monitor_view', schema=var('ml_monitor__schema', none), tags=['ml_monitor_results']) }}

{%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}
{%- set unit = 'monitor, model_version, window_start, window_end, segment, segment_value, source, class' -%}
{%- set rates = ml_monitor.confusion_rates('true_positives', 'false_positives', 'false_negatives', 'true_negatives') -%}
{%- set n = '(true_positives + false_positives + false_negatives + true_negatives)' -%}

with costs as (
    {{ ml_monitor.costs() }}
),

thresholds as (
    select monitor, category as class, coarse_bin as score_bin, min(lower_edge) as threshold
    from {{ ref('ml_monitor', 'ml_monitor__grid') }}
    where part = 'outcome'
    group by monitor, category, coarse_bin
),

{{ ml_monitor.calibrated_bins() }},

outcome_bins as (
    -- counts of a weighted monitor as sums of weights again, as in ml_monitor__confusion
    select
        {{ unit }},
        score_bin,
        positives * labelled_weight / labelled as positives,
        {{ ml_monitor.difference_of_sums('labelled - positives', 'labelled') }} * labelled_weight / labelled as negatives
    from (select calibrated_bins.*, 'realized' as source from calibrated_bins where labelled > 0) as labelled_bins
    union all
    select {{ unit }}, score_bin, weight * calibrated_rate, weight * (1 - calibrated_rate)
    from (select calibrated_bins.*, 'estimated' as source from calibrated_bins where weight > 0 and calibrated_rate is not null) as expected_bins
),

-- every bin of the grid, so that a threshold is there in every window even where no score fell into its bin
bins as (
    select {{ unit }}, score_bin, sum(positives) as positives, sum(negatives) as negatives, max(threshold) as threshold
    from (
        select {{ unit }}, score_bin, positives, negatives, cast(null as {{ double }}) as threshold
        from outcome_bins
        union all
        select {% for key in unit.split(', ') %}units.{{ key }}, {% endfor %}thresholds.score_bin, 0, 0, thresholds.threshold
        from (select distinct {{ unit }} from outcome_bins) as units
        inner join thresholds on thresholds.monitor = units.monitor and thresholds.class = units.class
    ) as counted_bins
    group by {{ unit }}, score_bin
),

cut_bins as (
    select
        bins.*,
        sum(positives) over (partition by {{ unit }} order by score_bin desc rows unbounded preceding) as true_positives,
        sum(negatives) over (partition by {{ unit }} order by score_bin desc rows unbounded preceding) as false_positives,
        coalesce(sum(positives) over (partition by {{ unit }} order by score_bin rows between unbounded preceding and 1 preceding), 0) as false_negatives,
        coalesce(sum(negatives) over (partition by {{ unit }} order by score_bin rows between unbounded preceding and 1 preceding), 0) as true_negatives
    from bins
),

final as (
    select
        {% for key in unit.split(', ')[:-2] %}cut_bins.{{ key }}, {% endfor %}
        cast(cut_bins.source as {{ text }}) as source,
        cut_bins.class,
        cut_bins.score_bin,
        cast(threshold as {{ double }}) as threshold,
        cast({{ n }} as {{ double }}) as n,
        {%- for name in ['true_positives', 'false_positives', 'false_negatives', 'true_negatives'] %}
        cast({{ name }} as {{ double }}) as {{ name }},
        {%- endfor %}
        {%- for name in ['precision', 'recall', 'specificity', 'selection_rate', 'f1'] %}
        cast({{ rates[name] }} as {{ double }}) as {{ name }},
        {%- endfor %}
        cast((
            {%- for name in ml_monitor.cost_names() %}
            {{ '+ ' if not loop.first }}costs.{{ name }} * {{ name | replace('tive', 'tives') }}
            {%- endfor %}
        ) / nullif({{ n }}, 0) as {{ double }}) as cost
    from cut_bins
    left join costs on costs.monitor = cut_bins.monitor
)

select * from final
