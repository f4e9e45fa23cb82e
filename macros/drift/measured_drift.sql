{% macro measured_drift() %}
    {#- CTEs that end in numbers: the stored numbers of drift with what judging them, and learning from them, needs: what chance alone would bring, how far beyond it they lie, and whether they teach. -#}
    {{ ml_monitor.stored_drift() }},

    numbers as (
        select
            stored.*,
            monitors.min_rows,
            monitors.grain as window_name,
            stored.grain <> monitors.grain as is_rolled_up,
            {{ ml_monitor.opens_alerts('stored') }} and stored.is_judged and stored.grain = monitors.grain as opens_alerts,
            {{ ml_monitor.teaches('stored') }} and stored.shortage is null as teaches,
            (stored.bins - 1) * (1e0 / nullif(stored.n, 0) + 1e0 / nullif(stored.reference_n, 0)) as noise_floor,
            {{ ml_monitor.chi_square_deviate('stored.chi_square_statistic', '(stored.bins - 1)') }} as chi_square_deviate,
            abs(stored.standardized_mean_difference) / sqrt(1e0 / nullif(stored.number_n, 0) + 1e0 / nullif(stored.reference_number_n, 0)) as mean_deviate,
            {{ ml_monitor.share_variance('stored.n', 'stored.reference_n') }} as share_variance
            {%- for metric, count in ml_monitor._share_channels().items() %},
            {{ ml_monitor.share_rise('stored.n', 'stored.reference_n', 'stored.' ~ count, 'stored.reference_' ~ count) }} as {{ metric }}_rise
            {%- endfor %}
            {{- ml_monitor.computed_once('numbers') }}
        from stored_numbers as stored
        inner join {{ ref('ml_monitor', 'ml_monitor__monitors') }} as monitors on monitors.monitor = stored.monitor
    )
{%- endmacro %}
