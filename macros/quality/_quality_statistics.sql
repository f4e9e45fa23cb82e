{% macro _quality_statistics(name, counts, keys) %}
    {#- CTE `name`: one row per `keys` with what the values of a feature are, from bins that carry is_number and position.
        `counts` are rows of window_counts or reference_counts joined to their bins; sums are less the center. -#}
    {{ name }}_bins as (
        select
            *,
            case when kind <> 'categorical' and bin >= 0 then n else 0 end as number_n,
            sum(case when kind <> 'categorical' and bin >= 0 then n else 0 end) over (partition by {{ keys | join(', ') }} order by bin rows between unbounded preceding and current row) as cumulative_n,
            sum(case when kind <> 'categorical' and bin >= 0 then n else 0 end) over (partition by {{ keys | join(', ') }}) as total_n,
            lag(case when bin >= 0 then maximum end) over (partition by {{ keys | join(', ') }} order by bin) as maximum_before
        from {{ counts }}
    ),

    {{ name }} as (
        select
            {{ keys | join(',\n            ') }},
            max(kind) as kind,
            max(center) as center,
            sum(n) as n,
            sum(number_n) as number_n,
            sum(case when bin = -1 then n else 0 end) as null_n,
            sum(case when bin = -2 then n else 0 end) as not_a_number_n,
            sum(case when bin = -3 then n else 0 end) as unseen_n,
            sum(case when position in ('below', 'above') then n else 0 end) as out_of_range_n,
            max(case when bin >= 0 and (kind <> 'categorical' or bin < 100) then n else 0 end) as largest_bin_n,
            sum(case when number_n > 0 then sum_value end) as sum_value,
            sum(case when number_n > 0 then sum_squared_value end) as sum_squared_value,
            min(case when number_n > 0 then minimum end) as minimum,
            max(case when number_n > 0 then maximum end) as maximum
            {%- for quantile, probability in ml_monitor._quantiles().items() %},
            {%- set rank = '(1 + ' ~ probability ~ ' * (total_n - 1))' %}
            max(case when segment = 'overall' and number_n > 0 and {{ rank }} <= cumulative_n and {{ rank }} > cumulative_n - number_n then
                {{ ml_monitor._value_at_rank(rank) }}
            end) as {{ quantile }}
            {%- endfor %}
        from {{ name }}_bins
        group by {{ keys | join(', ') }}
    )
{%- endmacro %}

{% macro _quantiles() %}
    {{ return({
        'quantile_01': 0.01, 'quantile_05': 0.05, 'quantile_25': 0.25, 'median': 0.5, 'quantile_75': 0.75, 'quantile_95': 0.95, 'quantile_99': 0.99,
    }) }}
{% endmacro %}

{% macro _value_at_rank(rank) -%}
    {#- Values lie evenly between their bin's minimum and maximum, its first and last value; between two bins a rank lies between the one's maximum and the other's minimum. -#}
    {%- set position = '(' ~ rank ~ ' - (cumulative_n - number_n) - 1)' -%}
    case
        when {{ position }} < 0 then minimum + (minimum - maximum_before) * {{ position }}
        when number_n = 1 then minimum
        else minimum + (maximum - minimum) * {{ position }} / (number_n - 1)
    end
{%- endmacro %}
