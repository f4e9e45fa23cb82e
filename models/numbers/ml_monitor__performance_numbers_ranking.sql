{{ ml_monitor.numbers_config(['window_key', 'model_version', 'segment', 'segment_value'], 'ranking') }}

{%- set double = ml_monitor.type_double() -%}
{%- set counts = ['labelled', 'n', 'n_relevant'] -%}
{%- set means = [] -%}
{%- for metric in ml_monitor.query_metrics() -%}{%- do means.extend([metric, metric ~ '_standard_error', metric ~ '_best_constant']) -%}{%- endfor -%}

with {{ ml_monitor.outcome_units(['ranking'], ['sum_score', 'sum_squared_score']) }},

{{ ml_monitor.query_means() }},

metrics as (
    {{ ml_monitor.side_by_side(ml_monitor.unit_keys(), [
        ('unit_counts', ['predictions']),
        ('ranking_labels', ['labelled']),
        ('query_means', ['n', 'n_relevant'] + means),
    ]) }}
),

final as (
    select
        {{- ml_monitor.unit_columns('metrics') }}
        {%- for name in ['predictions'] + counts %},
        cast(coalesce(metrics.{{ name }}, 0) as {{ double }}) as {{ name }}
        {%- endfor %}
        {%- for name in means %},
        cast(metrics.{{ name }} as {{ double }}) as {{ name }}
        {%- endfor %}
    from stale_units
    left join metrics on metrics.window_key = stale_units.window_key
)

select * from final
