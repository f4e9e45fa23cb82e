{% macro regression_sums() %}
    {#- The sums of the outcome profile that a regression's metrics are made of. -#}
    {{ return([
        'sum_label', 'sum_squared_label', 'sum_error', 'sum_squared_error', 'sum_absolute_error', 'sum_quartic_error', 'n_percentage', 'sum_absolute_percentage_error', 'sum_squared_percentage_error',
        'sum_absolute_label', 'sum_symmetric_percentage_error', 'sum_squared_symmetric_percentage_error', 'n_log', 'sum_squared_log_error', 'sum_quartic_log_error', 'sum_log_label', 'sum_squared_log_label',
        'sum_squared_size', 'sum_sized_error', 'sum_cubed_label', 'sum_quartic_label', 'sum_labelled_squared_error', 'sum_squared_labelled_error',
    ]) }}
{% endmacro %}

{% macro mean_losses() %}
    {#- Loss that is a mean -> (its sum, the sum of its squares, the count it is the mean of). -#}
    {{ return({
        'mae': ('sum_absolute_error', 'sum_squared_error', 'n'),
        'mse': ('sum_squared_error', 'sum_quartic_error', 'n'),
        'mape': ('sum_absolute_percentage_error', 'sum_squared_percentage_error', 'n_percentage'),
        'smape': ('sum_symmetric_percentage_error', 'sum_squared_symmetric_percentage_error', 'n'),
        'msle': ('sum_squared_log_error', 'sum_quartic_log_error', 'n_log'),
        'mean_error': ('sum_error', 'sum_squared_error', 'n'),
    }) }}
{% endmacro %}

{% macro regression_losses() %}
    {#- CTEs that end in regression_losses: per unit the losses and their standard errors. n: labelled predictions whose prediction is a number.
        wmape is a ratio of two sums, r2 is 1 less one, q = mse / variance of the labels: a row's influence on such a ratio is (its part above - ratio * its part below) / the mean of the parts below.
        d, a label less the mean m of all, is expanded in the profile's sums: d^2 e^2 = y^2 e^2 - 2 m y e^2 + m^2 e^2 and d^4 = y^4 - 4 m y^3 + 6 m^2 y^2 - 3 m^4. -#}
    regression_outcomes as (
        select
            {{ ml_monitor.unit_keys() }},
            sum(row_count) as labelled,
            sum(case when bin >= 0 then n else 0 end) as n,
            {%- for name in ml_monitor.regression_sums() %}
            sum(case when bin >= 0 then {{ name }} else 0 end) as {{ name }}{{ ',' if not loop.last }}
            {%- endfor %}
        from outcome_levels
        where part = 'outcome' and actual <> ''
        group by {{ ml_monitor.unit_keys() }}
    ),

    mean_losses as (
        select
            regression_outcomes.*,
            {%- for name, (total, squares, count) in ml_monitor.mean_losses().items() %}
            {{ total }} / nullif({{ count }}, 0) as {{ name }},
            {{ ml_monitor.mean_standard_error(total, squares, count) }} as {{ name }}_standard_error,
            {%- endfor %}
            sum_absolute_error / nullif(sum_absolute_label, 0) as wmape,
            sum_squared_label - {{ ml_monitor.square('sum_label') }} / nullif(n, 0) as label_spread,
            sum_label / nullif(n, 0) as mean_label,
            sum_squared_log_label / nullif(n_log, 0) - {{ ml_monitor.square('(sum_log_label / nullif(n_log, 0))') }} as best_constant_msle
        from regression_outcomes
    ),

    spread_losses as (
        select
            mean_losses.*,
            -- labels that are all equal leave a spread of rounding only
            case when label_spread > 1e-12 * sum_squared_label then sum_squared_error / label_spread end as unexplained,
            sum_squared_labelled_error - 2 * {{ ml_monitor.product('mean_label', 'sum_labelled_squared_error') }} + {{ ml_monitor.product('(' ~ ml_monitor.square('mean_label') ~ ')', 'sum_squared_error') }} as spread_of_errors,
            sum_quartic_label - 4 * {{ ml_monitor.product('mean_label', 'sum_cubed_label') }} + 6 * {{ ml_monitor.product('(' ~ ml_monitor.square('mean_label') ~ ')', 'sum_squared_label') }}
            - 3 * n * {{ ml_monitor.square('(' ~ ml_monitor.square('mean_label') ~ ')') }} as spread_of_labels
        from mean_losses
    ),

    regression_losses as (
        select
            spread_losses.*,
            sqrt(mse) as rmse,
            mse_standard_error / nullif(2 * sqrt(mse), 0) as rmse_standard_error,
            sqrt(msle) as rmsle,
            msle_standard_error / nullif(2 * sqrt(msle), 0) as rmsle_standard_error,
            {{ ml_monitor.root('sum_squared_error - 2 * wmape * sum_sized_error + (' ~ ml_monitor.square('wmape') ~ ') * sum_squared_size') }} / nullif(sum_absolute_label, 0) as wmape_standard_error,
            1 - unexplained as r2,
            case when unexplained is not null then
                {{ ml_monitor.root('sum_quartic_error - 2 * unexplained * spread_of_errors + (' ~ ml_monitor.square('unexplained') ~ ') * spread_of_labels') }} / label_spread
            end as r2_standard_error,
            case when n > 0 then greatest(label_spread, 0) / n end as best_constant_mse
        from spread_losses
    )
{%- endmacro %}

{% macro error_quantiles() %}
    {#- CTEs error_quantiles and size_quantiles: per unit the quantiles of the errors and of their absolute size, from the error histogram, interpolated inside a bin on its logarithmic scale.
        `_low` and `_high` are the errors at the ranks n p -/+ (1.96 sqrt(n p (1 - p)) + 1/2), between which the quantile of what was sampled lies in 95 % of cases whatever the errors' distribution;
        NULL where there is no such rank. -#}
    {%- set probabilities = {'error_quantile_05': 0.05, 'error_quantile_25': 0.25, 'error_quantile_50': 0.5, 'error_quantile_75': 0.75, 'error_quantile_95': 0.95} -%}
    {{ ml_monitor._ranked_errors('ranked_errors', 'bin') }},

    {{ ml_monitor._ranked_errors('ranked_sizes', 'abs(bin)') }},

    error_quantiles as (
        select
            {{ ml_monitor.unit_keys() }},
            {%- for name, probability in probabilities.items() %}
            {{ ml_monitor._quantile_and_bounds(name, probability) }}{{ ',' if not loop.last }}
            {%- endfor %}
        from ranked_errors
        group by {{ ml_monitor.unit_keys() }}
    ),

    size_quantiles as (
        select
            {{ ml_monitor.unit_keys() }},
            {{ ml_monitor._quantile_and_bounds('median_absolute_error', 0.5) }}
        from ranked_sizes
        group by {{ ml_monitor.unit_keys() }}
    )
{%- endmacro %}

{% macro _ranked_errors(name, bin) %}
    {{ name }} as (
        select
            bins.*,
            sum(n) over (partition by {{ ml_monitor.unit_keys() }} order by bin rows unbounded preceding) as n_up_to,
            sum(n) over (partition by {{ ml_monitor.unit_keys() }}) as total
        from (
            select {{ ml_monitor.unit_keys() }}, {{ bin }} as bin, sum(n) as n
            from outcome_levels
            where part = 'error'
            group by {{ ml_monitor.unit_keys() }}, {{ bin }}
        ) as bins
    )
{%- endmacro %}

{% macro _quantile_and_bounds(name, probability) -%}
    {%- set reach = 'sqrt(total * ' ~ probability ~ ' * ' ~ (1 - probability) ~ ')' -%}
    {{ ml_monitor._quantile_of_errors('total * ' ~ probability) }} as {{ name }},
            {{ ml_monitor._quantile_of_errors('(total * ' ~ probability ~ ' - 1.96 * ' ~ reach ~ ' - 0.5)') }} as {{ name }}_low,
            {{ ml_monitor._quantile_of_errors('(total * ' ~ probability ~ ' + 1.96 * ' ~ reach ~ ' + 0.5)') }} as {{ name }}_high
{%- endmacro %}

{% macro _quantile_of_errors(rank) -%}
    {#- Bin b above 0 holds errors in [exp((b - 641) / 32), exp((b - 640) / 32)), a negative bin mirrors it, 0 is no error. -#}
    {#- a hair less, so that the rounding of weights does not move a quantile that falls between two bins -#}
    {%- set place = rank ~ ' * (1 - 1e-12)' -%}
    {%- set depth = '(' ~ rank ~ ' - (n_up_to - n)) / n' -%}
    max(
        case
            when {{ place }} <= n_up_to - n or {{ place }} > n_up_to then null
            when bin > 0 then exp((bin - 641 + {{ depth }}) / 32)
            when bin < 0 then -exp((-bin - 640 - {{ depth }}) / 32)
            else 0
        end
    )
{%- endmacro %}
