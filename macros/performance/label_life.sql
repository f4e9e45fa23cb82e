{% macro label_life() %}
    {#- CTEs that end in label_life: how the labels of a window came in, as rows of ml_monitor__performance with their verdict: label_delay_quantile_* and labelled_share_gap.
        Reads the CTEs of `label_ages`, and limits. -#}
    {{ ml_monitor.label_gaps() }},

    {{ ml_monitor._delay_quantiles() }},

    -- a version without reference rows is read beside the reference of all versions
    referenced_life as (
        select
            life_metrics.*,
            max(case when window_start is null then 1 else 0 end) over (partition by monitor, metric, model_version) as has_own,
            max(case when window_start is null then value end) over (partition by monitor, metric, model_version) as own_value,
            max(case when window_start is null and model_version = 'all' then value end) over (partition by monitor, metric) as all_value
        from (
            select {{ ml_monitor._life_unit() }}, labelled_share, 'labelled_share_gap' as metric, value, ci_low, ci_high, n, evidence, known
            from label_gaps
            union all
            select {{ ml_monitor._life_unit() }}, labelled_share, metric, value, ci_low, ci_high, n, cast(null as {{ ml_monitor.type_double() }}), n
            from delay_quantiles
        ) as life_metrics
    ),

    label_life as (
        select
            life.monitor,
            monitors.grain,
            life.model_version,
            life.window_start,
            life.window_end,
            'overall' as segment,
            'all' as segment_value,
            'realized' as source,
            life.metric,
            'all' as class,
            life.value,
            life.ci_low,
            life.ci_high,
            life.n,
            life.labelled_share,
            case when life.has_own = 1 then life.own_value else life.all_value end as reference_value,
            cast(null as {{ ml_monitor.type_double() }}) as best_constant,
            cast(null as {{ ml_monitor.type_double() }}) as lower_limit,
            case when limits.alert_at < 1 then limits.alert_at end as upper_limit,
            {{ ml_monitor._gap_verdict() }} as verdict,
            case
                when limits.alert_at is null then {{ ml_monitor.no_limit_reason() }}
                when life.value is null then 'fewer than two predicted classes have 30 predictions'
                when life.n < monitors.min_rows then 'fewer than ' || cast(monitors.min_rows as {{ ml_monitor.type_text() }}) || ' predictions'
                when life.known < 30 and not (life.value >= limits.warn_at and life.evidence > 0) then 'fewer than 30 labels are known'
            end as reason
        from referenced_life as life
        inner join {{ ref('ml_monitor', 'ml_monitor__monitors') }} as monitors on monitors.monitor = life.monitor
        inner join limits on limits.monitor = life.monitor and limits.metric = life.metric
        where life.window_start is not null
    )
{%- endmacro %}

{% macro _life_unit(relation=none) -%}
    {%- for key in ['monitor', 'window_key', 'window_start', 'window_end', 'model_version'] -%}
        {{ relation ~ '.' if relation }}{{ key }}{{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{% macro _gap_verdict() -%}
    {#- The gap itself is judged, not its rise: one that has always been there biases the reference too. Reads life (value, n, known, evidence), limits and monitors. -#}
    case
                when limits.alert_at is null then 'not_applicable'
                when life.value is null or life.n < monitors.min_rows then 'insufficient_data'
                when life.value > limits.alert_at and life.evidence > 0 then 'alert'
                when life.value >= limits.warn_at and life.evidence > 0 then 'warn'
                when life.known < 30 then 'insufficient_data'
                else 'ok'
            end
{%- endmacro %}

{% macro label_gaps() %}
    {#- CTEs life_delays (label_delays, and those of the reference's ripe windows as a whole at the age of the youngest of them, window_key '<monitor>|reference', window_start NULL)
        and label_gaps: per window and version of a classification the greatest labelled share among the predicted classes of at least 30 predictions (fastest, fastest_share) less the least
        (slowest, slowest_share), Newcombe's interval of the difference (1998, Statistics in Medicine 17, method 10), n predictions, known labels, and evidence.
        Only labels that came within the age which all predictions of the window have reached are counted: a class that is predicted in the mornings is not for that labelled sooner.
        evidence is above 0 where the likelihood ratio statistic of the two classes (Wilks, 1938, with Yates' correction: the counts half a label nearer to each other) exceeds 3.5 squared,
        raised by 2 ln(pairs) where they are the extremes of more than two classes. Of labels that come at random one window in a thousand exceeds it at the most. -#}
    {%- set unit = ml_monitor._life_unit() -%}
    {%- set double = ml_monitor.type_double() -%}
    life_delays as (
        select monitor, window_key, window_start, window_end, model_version, predicted, delay_code, delay_hours, known_hours, age_hours, n
        from label_delays
        union all
        select monitor, monitor || '|reference', null, null, model_version, predicted, delay_code, delay_hours, known_hours, reference_hours, sum(n)
        from (
            select label_delays.*, min(label_delays.age_hours) over (partition by label_delays.monitor) as reference_hours
            from label_delays
            inner join ripe_shares on ripe_shares.monitor = label_delays.monitor and ripe_shares.ripe_hours <= label_delays.age_hours
            where label_delays.has_period and label_delays.is_baseline
        ) as reference_delays
        group by monitor, model_version, predicted, delay_code, delay_hours, known_hours, reference_hours
    ),

    class_shares as (
        select
            {{ unit }},
            predicted,
            max(age_hours) as age_hours,
            sum(n) as predictions,
            sum(case when known_hours <= age_hours then n else 0 end) as labelled,
            sum(case when known_hours is not null then n else 0 end) as labelled_so_far
        from life_delays
        group by {{ unit }}, predicted
    ),

    ranked_shares as (
        select
            class_shares.*,
            labelled / predictions as share,
            row_number() over (partition by window_key, model_version order by is_large desc, labelled / predictions desc, predictions desc, {{ ml_monitor.binary_order('predicted') }}) as from_fastest,
            row_number() over (partition by window_key, model_version order by is_large desc, labelled / predictions, predictions, {{ ml_monitor.binary_order('predicted') }} desc) as from_slowest,
            sum(is_large) over (partition by window_key, model_version) as classes
        from (
            select class_shares.*, case when predicted <> '' and predictions >= 30 then 1 else 0 end as is_large
            from class_shares
        ) as class_shares
    ),

    extreme_shares as (
        select
            {{ unit }},
            sum(predictions) as n,
            max(age_hours) as age_hours,
            sum(labelled) as known,
            sum(labelled_so_far) / sum(predictions) as labelled_share,
            max(classes) as classes,
            {%- for name in ['fastest', 'slowest'] %}
            max(case when classes >= 2 and from_{{ name }} = 1 then predicted end) as {{ name }},
            {%- for column in ['share', 'predictions', 'labelled'] %}
            max(case when classes >= 2 and from_{{ name }} = 1 then {{ column }} end) as {{ name }}_{{ column }},
            {%- endfor %}
            {%- endfor %}
            max(case when predicted <> '' then 1 else 0 end) as has_classes
        from ranked_shares
        group by {{ unit }}
    ),

    label_gaps as (
        select
            {{ ml_monitor._life_unit('extreme_shares') }},
            age_hours,
            labelled_share,
            fastest,
            slowest,
            fastest_share,
            slowest_share,
            n,
            known,
            fastest_share - slowest_share as value,
            {%- for name, near, far in [('ci_low', ['fastest', '-'], ['slowest', '+']), ('ci_high', ['slowest', '-'], ['fastest', '+'])] %}
            fastest_share - slowest_share {{ '-' if name == 'ci_low' else '+' }} sqrt(
                {{ ml_monitor.square('(' ~ near[0] ~ '_share - ' ~ ml_monitor.wilson_bound(near[0] ~ '_share', near[0] ~ '_predictions', near[1]) ~ ')') }}
                + {{ ml_monitor.square('(' ~ far[0] ~ '_share - ' ~ ml_monitor.wilson_bound(far[0] ~ '_share', far[0] ~ '_predictions', far[1]) ~ ')') }}
            ) as {{ name }},
            {%- endfor %}
            cast(2 * (
                {{ ml_monitor._surprise('(fastest_labelled - 0.5e0)', 'fastest_predictions', '(fastest_labelled + slowest_labelled)') }}
                + {{ ml_monitor._surprise('(slowest_labelled + 0.5e0)', 'slowest_predictions', '(fastest_labelled + slowest_labelled)') }}
                + {{ ml_monitor._surprise('(fastest_predictions - fastest_labelled + 0.5e0)', 'fastest_predictions', '(fastest_predictions + slowest_predictions - fastest_labelled - slowest_labelled)') }}
                + {{ ml_monitor._surprise('(slowest_predictions - slowest_labelled - 0.5e0)', 'slowest_predictions', '(fastest_predictions + slowest_predictions - fastest_labelled - slowest_labelled)') }}
            ) - power(3.5e0, 2) - 2 * ln(nullif(classes, 0) * (nullif(classes, 1) - 1) / 2e0) as {{ double }}) as evidence
        from extreme_shares
        inner join {{ ref('ml_monitor', 'ml_monitor__monitors') }} as monitors on monitors.monitor = extreme_shares.monitor
        where monitors.has_labels and monitors.task in ('binary', 'multiclass') and has_classes = 1
    )
{%- endmacro %}

{% macro _surprise(found, trials, found_of_both) -%}
    {#- found * ln(found / expected), where both classes have the same share. -#}
    case when {{ found }} > 0 and {{ found_of_both }} > 0 then {{ found }} * ln({{ found }} * (fastest_predictions + slowest_predictions) / ({{ trials }} * {{ found_of_both }})) else 0 end
{%- endmacro %}

{% macro _delay_quantiles() %}
    {#- CTE delay_quantiles: label_delay_quantile_* in days per unit of life_delays. The quantile of the labels that are due: those that have come within the unit's age and, of the predictions
        that are not labelled yet, the part that the reference had still to come at that age. NULL until so many have come. Interpolated inside a bin.
        The interval is that of order statistics: the quantiles at p -/+ 1.96 sqrt(p (1 - p) / labels due). -#}
    {%- set unit = ml_monitor._life_unit() -%}
    {%- set codes = ml_monitor.delay_codes() -%}
    {%- set bounds = {'value': '', 'ci_low': '- ', 'ci_high': '+ '} -%}
    delay_bins as (
        select
            delays.*,
            {{ ml_monitor.listed_age('age_hours') }} as listed_hours,
            case when has_time = 1 and known_hours <= age_hours then n else 0 end as n_known,
            case when has_time = 1 and known_hours > age_hours then n else 0 end as n_known_later,
            case when known_hours is null or known_hours > age_hours then n else 0 end as n_open
        from (
            select
                {{ unit }},
                case when delay_code >= {{ codes.before }} then 1 else 0 end as has_time,
                delay_hours,
                known_hours,
                age_hours,
                sum(n) as n
            from life_delays
            group by {{ unit }}, case when delay_code >= {{ codes.before }} then 1 else 0 end, delay_hours, known_hours, age_hours
        ) as delays
    ),

    ranked_delays as (
        select
            delay_bins.*,
            sum(n_known) over (partition by window_key, model_version order by delay_hours nulls last, known_hours nulls last, has_time rows unbounded preceding) as n_up_to,
            sum(n_known) over (partition by window_key, model_version) as known,
            sum(n_known_later) over (partition by window_key, model_version) as known_later,
            sum(n_open) over (partition by window_key, model_version) as still_open,
            sum(case when known_hours is not null then n else 0 end) over (partition by window_key, model_version) / sum(n) over (partition by window_key, model_version) as labelled_share,
            max(has_time) over (partition by monitor) as has_times
        from delay_bins
    ),

    due_delays as (
        select
            ranked_delays.*,
            known + greatest(known_later, still_open * coalesce((ripe_shares.ripe_share - expected_shares.expected_share) / nullif(1 - expected_shares.expected_share, 0), 0)) as due
        from ranked_delays
        left join expected_shares on expected_shares.monitor = ranked_delays.monitor and expected_shares.age_hours = ranked_delays.listed_hours
        left join ripe_shares on ripe_shares.monitor = ranked_delays.monitor
        where ranked_delays.has_times = 1
    ),

    quantiles_of_units as (
        select
            {{ unit }},
            labelled_share,
            max(known) as n
            {%- for name, probability in ml_monitor._delay_probabilities().items() %}
            {%- for bound, sign in bounds.items() %},
            {{ ml_monitor._quantile_of_delays(probability, sign) }} as {{ bound }}_{{ name }}
            {%- endfor %}
            {%- endfor %}
        from due_delays
        group by {{ unit }}, labelled_share
    ),

    delay_quantiles as (
        {%- for name in ml_monitor._delay_probabilities() %}
        select {{ unit }}, labelled_share, 'label_delay_quantile_{{ name }}' as metric, n{% for bound in bounds %}, {{ bound }}_{{ name }} as {{ bound }}{% endfor %}
        from quantiles_of_units
        {{ 'union all' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}

{% macro _delay_probabilities() %}
    {{ return({'05': '5e-2', '50': '5e-1', '95': '95e-2'}) }}
{% endmacro %}

{% macro _quantile_of_delays(probability, sign) -%}
    {#- In days; with a sign, the lower or upper end of its interval. NULL where the rank lies beyond the labels that have come. -#}
    {%- set rank = probability ~ ' * due' -%}
    {%- if sign -%}
        {%- set rank = 'least(greatest(' ~ probability ~ ' ' ~ sign ~ '1.96e0 * sqrt(' ~ probability ~ ' * (1 - ' ~ probability ~ ') / nullif(due, 0)), 0), 1) * due' -%}
    {%- endif -%}
    max(
                case
                    when n_known > 0 and {{ rank }} <= n_up_to and ({{ rank }} > n_up_to - n_known or n_up_to = n_known)
                        then (delay_hours + (known_hours - delay_hours) * ({{ rank }} - (n_up_to - n_known)) / n_known) / 24e0
                end
            )
{%- endmacro %}
