{{ ml_monitor.numbers_config(['window_key', 'model_version', 'segment', 'segment_value', 'score_bin'], 'regression') }}

{%- set double = ml_monitor.type_double() -%}
{%- set sums = ml_monitor.regression_sums() -%}

with {{ ml_monitor.outcome_units(['regression'], sums, only='references') }},

labelled_bins as (
    select monitor, {{ ml_monitor.unit_keys() }}, class, bin, n{% for sum in sums %}, {{ sum }}{% endfor %}
    from outcome_levels
    where part = 'outcome' and bin >= 0 and actual <> ''
),

{{ ml_monitor.placed_bins('labelled_bins', ['n'] + sums) }},

bins as (
    select {{ ml_monitor.unit_keys() }}, score_bin, sum(n) as n{% for sum in sums %}, sum({{ sum }}) as {{ sum }}{% endfor %}
    from placed_bins
    group by {{ ml_monitor.unit_keys() }}, score_bin
),

final as (
    select
        {{- ml_monitor.unit_columns('bins') }},
        cast(coalesce(bins.score_bin, 0) as integer) as score_bin,
        cast(coalesce(bins.n, 0) as {{ double }}) as n
        {%- for sum in sums %},
        cast(bins.{{ sum }} as {{ double }}) as {{ sum }}
        {%- endfor %}
    from stale_units
    left join bins on bins.window_key = stale_units.window_key
)

select * from final
