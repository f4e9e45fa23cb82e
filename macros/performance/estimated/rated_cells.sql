{% macro rated_cells() %}
    {#- CTEs that end in rated_cells: per window, version, segment, class, score bin and predicted class (is_predicted: of this class; NULL where nothing was predicted): n, weight, sum_score, sum_squared_score of all predictions,
        labelled or not, beside what the labelled reference says of that bin: rate, the calibrated chance of the class; block (the bins that share the rate), block_rate, block_n (its labelled reference rows), the optimism of the fit, decile.
        shift, shift_variance: see `shifted_rates`. A segment is rated by its own reference where that has at least `calibration_rows` labels, else by its version's, else by that of all versions. -#}
    {%- set unit = ml_monitor.unit_keys() -%}
    score_cells as (
        select
            monitor,
            {{ unit }},
            class,
            bin,
            predicted,
            case when predicted = class then 1 when predicted <> '' then 0 end as is_predicted,
            sum(n) as n,
            sum(weight) as weight,
            sum(sum_score) as sum_score,
            sum(sum_squared_score) as sum_squared_score
        from outcome_levels
        where part = 'outcome' and bin >= 0 and n > 0
        group by monitor, {{ unit }}, class, bin, predicted
    ),

    cell_units as (
        select distinct monitor, {{ unit }}, class
        from score_cells
    ),

    {{ ml_monitor.shifted_rates() }},

    rates as (
        select *
        from {{ ref('ml_monitor', 'ml_monitor__performance_numbers_isotonic') }}
        where rate is not null
    ),

    rate_sources as (
        select monitor, model_version, segment, segment_value, class, sum(labelled) as labelled
        from rates
        where level = case segment when 'overall' then 'fine' else 'coarse' end
        group by monitor, model_version, segment, segment_value, class
    ),

    ranked_sources as (
        select
            {{ ml_monitor.unit_keys('cell_units') }},
            cell_units.class,
            cell_units.monitor,
            rate_sources.model_version as rate_version,
            rate_sources.segment as rate_segment,
            rate_sources.segment_value as rate_segment_value,
            row_number() over (
                partition by {{ ml_monitor.unit_keys('cell_units') }}, cell_units.class
                order by
                    case
                        when rate_sources.labelled < {{ ml_monitor.calibration_rows() }} then 3
                        when rate_sources.model_version = cell_units.model_version and rate_sources.segment = cell_units.segment then 0
                        when rate_sources.model_version = cell_units.model_version then 1
                        else 2
                    end,
                    case when rate_sources.model_version = 'all' then 0 else 1 end,
                    case when rate_sources.segment = 'overall' then 0 else 1 end
            ) as preference
        from cell_units
        inner join rate_sources
            on rate_sources.monitor = cell_units.monitor
            and rate_sources.class = cell_units.class
            and rate_sources.model_version in (cell_units.model_version, 'all')
            and (rate_sources.segment = 'overall' or (rate_sources.segment = cell_units.segment and rate_sources.segment_value = cell_units.segment_value))
    ),

    rated_cells as (
        select
            score_cells.*,
            score_cells.sum_score / score_cells.n as mean_score,
            least(greatest(rates.rate + coalesce(shifted_rates.shift, 0), 0), 1) as rate,
            coalesce(shifted_rates.shift_variance, 0) as shift_variance,
            rates.block,
            rates.rate as block_rate,
            rates.block_labelled as block_n,
            rates.roc_auc_optimism,
            rates.average_precision_optimism,
            rates.decile,
            rates.score_bin
        from score_cells
        inner join ranked_sources
            on {{ ml_monitor.same_unit('ranked_sources', 'score_cells') }} and ranked_sources.class = score_cells.class and ranked_sources.preference = 1
        inner join rates
            on rates.monitor = ranked_sources.monitor
            and rates.model_version = ranked_sources.rate_version
            and rates.segment = ranked_sources.rate_segment
            and rates.segment_value = ranked_sources.rate_segment_value
            and rates.class = score_cells.class
            and rates.level = case score_cells.segment when 'overall' then 'fine' else 'coarse' end
            and rates.bin = score_cells.bin
        left join shifted_rates
            on score_cells.segment = 'overall'
            and shifted_rates.window_key = score_cells.window_key
            and shifted_rates.model_version = score_cells.model_version
            and shifted_rates.class = score_cells.class
            and shifted_rates.score_bin = rates.score_bin
            and shifted_rates.predicted = score_cells.predicted
    )
{%- endmacro %}

{% macro calibration_rows() %}
    {#- Labelled reference predictions from which on a version or a segment is calibrated by itself. -#}
    {{ return(1000) }}
{% endmacro %}
