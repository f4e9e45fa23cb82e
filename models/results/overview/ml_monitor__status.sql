{{ config(materialized='ml_monitor_view', schema=var('ml_monitor__schema', none), tags=['ml_monitor_results']) }}

{%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}
{%- set with_outcomes = ml_monitor.built_monitors('outcome_profile') -%}
{%- set profiled = ml_monitor.built_monitors('feature_profile') | select('in', with_outcomes) | list -%}
{%- set with_labels = ml_monitor.monitors_with_labels() -%}
{%- set multiclass = [] -%}
{%- for monitor in ml_monitor.declarations() -%}
    {%- set declared = ml_monitor.declaration(monitor) -%}
    {%- if declared.task == 'multiclass' and declared.classes -%}{%- do multiclass.append({'monitor': monitor, 'classes': declared.classes.keys()}) -%}{%- endif -%}
{%- endfor -%}
{#- what the outcome profile counts of a ranking's rows that performance cannot use -#}
{%- set oddities = ['one_item', 'no_group', 'negative_label'] -%}
{%- set is_label = "part = 'outcome' and class in ('all', 'positive') and actual <> ''" %}

with monitors as (
    select
        *,
        coalesce(monitor in ({{ ml_monitor.text_literals(profiled) }}), false) as is_profiled,
        coalesce(monitor in ({{ ml_monitor.text_literals(with_labels) }}), false) as label_relation_has_labels
    from {{ ref('ml_monitor', 'ml_monitor__monitors') }}
),

grids as (
    select monitor, max(fitted_at) as fitted_at
    from {{ ref('ml_monitor', 'ml_monitor__grid') }}
    group by monitor
),

windows as (
    select
        monitor,
        max(case when n > 0 and window_start <= feature_profiled_at then window_start end) as last_window,
        max(loaded_until) as last_loaded_at,
        least(max(feature_profiled_at), max(outcome_profiled_at)) as profiled_at,
        count(case when n > 0 and window_start is not null then 1 end) as windows,
        coalesce(sum(case when window_start is not null then n end), 0) as predictions,
        coalesce(sum(case when window_start is null then n end), 0) as predictions_without_time,
        coalesce(sum(case when window_start > feature_profiled_at then n end), 0) as predictions_from_the_future
    from {{ ref('ml_monitor', 'ml_monitor__windows') }}
    group by monitor
),

labelled_windows as (
    select
        monitor,
        window_start,
        window_end,
        is_reference,
        sum(case when part = 'row' then n else 0 end) as predictions,
        sum(case when {{ is_label }} then n else 0 end) as labelled,
        sum(case when {{ is_label }} and actual = 'positive' then n else 0 end) as positives,
        sum(case
            {%- for one in multiclass %}
            when {{ is_label }} and monitor = {{ ml_monitor.text_literal(one.monitor) }} and actual not in ({{ ml_monitor.text_literals(one.classes) }}) then n
            {%- endfor %}
            when 1 = 0 then n
        end) as without_score,
        sum(case
            {%- for one in multiclass %}
            when part = 'outcome' and bin >= 0 and monitor = {{ ml_monitor.text_literal(one.monitor) }} then sum_score * {{ one.classes | length }}
            {%- endfor %}
            when 1 = 0 then n
        end) as class_scores,
        sum(case when part = 'outcome' and bin >= 0 then n else 0 end) as scored,
        sum(case when part = 'unweighted' then n else 0 end) as without_weight,
        {%- for name in oddities %}
        sum(case when part = 'query' and class = '{{ name }}' then n else 0 end) as {{ name }},
        {%- endfor %}
        max(case when part = 'delay' then bin else 0 end) as longest_delay,
        sum(case when part = 'delay' and bin = {{ ml_monitor.delay_codes().before }} then n else 0 end) as known_before,
        sum(case when {{ is_label }} and bin >= 0 then n - n_log else 0 end) as without_logarithm
    from {{ ref('ml_monitor', 'ml_monitor__outcome_profile') }}
    where segment = 'overall' and attribute = 'none'
    group by monitor, window_start, window_end, is_reference
),

labels as (
    select
        monitor,
        sum(case when window_start is not null then labelled else 0 end) as labelled,
        sum(case when is_reference then labelled else 0 end) as labelled_in_reference,
        sum(positives) as positives,
        sum(without_score) as without_score,
        sum(class_scores) / nullif(sum(scored), 0) as score_total,
        sum(without_weight) as without_weight
        {%- for name in oddities %},
        sum(case when window_start is not null then {{ name }} else 0 end) as {{ name }}
        {%- endfor %},
        sum(known_before) as known_before,
        sum(case when window_start is not null then without_logarithm else 0 end) as without_logarithm
    from labelled_windows
    group by monitor
),

-- what the reference had labelled, and the best of the windows since that are as old as its latest label
labelled_shares as (
    select
        windows.monitor,
        max(reference.labelled_share) as reference_share,
        max(windows.labelled / cast(windows.predictions as {{ double }})) as best_share
    from labelled_windows as windows
    inner join (
        select monitor, max(longest_delay) as longest_delay, sum(labelled) / cast(sum(predictions) as {{ double }}) as labelled_share, max(window_end) as ended_at
        from labelled_windows
        where is_reference and window_start is not null and predictions > 0
        group by monitor
    ) as reference on reference.monitor = windows.monitor and reference.ended_at <= windows.window_start
    inner join (select monitor, max(window_start) as window_start from labelled_windows where predictions > 0 group by monitor) as newest on newest.monitor = windows.monitor
    inner join monitors on monitors.monitor = windows.monitor
    where windows.predictions > 0 and {{ ml_monitor.hours_between('windows.window_end', 'newest.window_start') }} > reference.longest_delay * case when monitors.grain = 'hour' then 1 else 24 end
    group by windows.monitor
),

{{ ml_monitor.label_ages() }},

{{ ml_monitor.label_gaps() }},

-- the newest window in which labels come faster for one predicted class, and how many do; one a year ago is history
uneven_labels as (
    select
        monitor,
        max(windows) as windows,
        max(case when recency = 1 then window_start end) as newest,
        max(case when recency = 1 then fastest end) as fastest,
        max(case when recency = 1 then slowest end) as slowest,
        max(case when recency = 1 then fastest_share end) as fastest_share,
        max(case when recency = 1 then slowest_share end) as slowest_share
    from (
        select
            label_gaps.*,
            row_number() over (partition by label_gaps.monitor order by label_gaps.window_start desc) as recency,
            count(*) over (partition by label_gaps.monitor) as windows
        from label_gaps
        inner join monitors on monitors.monitor = label_gaps.monitor
        inner join ({{ ml_monitor.limits_of('performance') }}) as limits on limits.monitor = label_gaps.monitor and limits.metric = 'labelled_share_gap'
        where label_gaps.window_start is not null and label_gaps.model_version = 'all' and label_gaps.age_hours <= 24 * 365
            and label_gaps.n >= monitors.min_rows and label_gaps.value >= limits.warn_at and label_gaps.evidence > 0
    ) as uneven_windows
    group by monitor
),

scores as (
    select
        monitor,
        min(case when feature = '__score__' then minimum end) as lowest,
        max(case when feature = '__score__' then maximum end) as highest,
        sum(case when bin = -2 then n end) as not_numbers
    from {{ ref('ml_monitor', 'ml_monitor__feature_profile') }}
    where feature in ('__score__', '__prediction__') and segment = 'overall'
    group by monitor
),

-- windows that were profiled after their numbers were computed: a run was stopped in between
windows_behind as (
    select windows.monitor, count(*) as n
    from {{ ref('ml_monitor', 'ml_monitor__windows') }} as windows
    left join (
        select window_key, max(dependency) as dependency
        from {{ ref('ml_monitor', 'ml_monitor__quality_numbers') }}
        group by window_key
    ) as numbers on numbers.window_key = windows.window_key
    where windows.window_start is not null and coalesce(numbers.dependency, '') not like {{ ml_monitor.profiled_moments('both') }} || '|%'
    group by windows.monitor
),

reference_rows as (
    select monitor, sum(n) as n
    from {{ ref('ml_monitor', 'ml_monitor__feature_profile') }}
    where is_reference and feature = '__row__' and segment = 'overall'
    group by monitor
),

{%- if ml_monitor.runs_python_models() %}
-- monitors whose numbers have been computed, but none of their p-values
untested as (
    select monitor, 1 as is_untested
    from {{ ref('ml_monitor', 'ml_monitor__drift_numbers') }}
    where n > 0 and segment = 'overall' and monitor not in (select monitor from {{ ref('ml_monitor', 'ml_monitor__drift_significance') }})
    group by monitor
),
{%- endif %}

{{ ml_monitor.feed_states() }},

{%- if ml_monitor.with_domain_classifier() %}
{{ ml_monitor.unclassified_monitors() }},
{%- endif %}

joined as (
    select
        monitors.*,
        feed_states.feed_complaint,
        feed_states.hours_since_last_row,
        {%- if ml_monitor.with_domain_classifier() %}
        unclassified.is_unclassified is not null as is_unclassified,
        {%- endif %}
        {%- if ml_monitor.runs_python_models() %}
        untested.is_untested is not null as is_untested,
        {%- endif %}
        windows.last_window,
        windows.last_loaded_at,
        windows.profiled_at,
        coalesce(windows.windows, 0) as windows,
        coalesce(windows.predictions, 0) as predictions,
        coalesce(windows.predictions_without_time, 0) as predictions_without_time,
        coalesce(windows.predictions_from_the_future, 0) as predictions_from_the_future,
        coalesce(labels.labelled, 0) as labelled,
        coalesce(labels.labelled_in_reference, 0) as labelled_in_reference,
        coalesce(labels.positives, 0) as positives,
        coalesce(labels.without_score, 0) as without_score,
        labels.score_total,
        coalesce(labels.without_weight, 0) as without_weight,
        {%- for name in oddities %}
        coalesce(labels.{{ name }}, 0) as {{ name }},
        {%- endfor %}
        coalesce(labels.known_before, 0) as known_before,
        uneven_labels.windows as uneven_windows,
        uneven_labels.newest as newest_uneven,
        uneven_labels.fastest,
        uneven_labels.slowest,
        uneven_labels.fastest_share,
        uneven_labels.slowest_share,
        coalesce(labels.without_logarithm, 0) as without_logarithm,
        labelled_shares.reference_share,
        labelled_shares.best_share,
        scores.lowest,
        scores.highest,
        coalesce(scores.not_numbers, 0) as not_numbers,
        grids.fitted_at,
        reference_rows.n as reference_n,
        coalesce(windows_behind.n, 0) as windows_behind,
        coalesce(monitors.reference_relation, 'from ' || cast(cast(monitors.reference_from as date) as {{ text }}) || ' to ' || cast(cast(monitors.reference_to as date) as {{ text }})) as reference_name,
        coalesce(windows.profiled_at < monitors.run_at, false) as is_behind
    from monitors
    left join windows on windows.monitor = monitors.monitor
    left join labels on labels.monitor = monitors.monitor
    left join labelled_shares on labelled_shares.monitor = monitors.monitor
    left join uneven_labels on uneven_labels.monitor = monitors.monitor
    left join scores on scores.monitor = monitors.monitor
    left join grids on grids.monitor = monitors.monitor
    left join reference_rows on reference_rows.monitor = monitors.monitor
    left join feed_states on feed_states.monitor = monitors.monitor
    left join windows_behind on windows_behind.monitor = monitors.monitor
    {%- if ml_monitor.runs_python_models() %}
    left join untested on untested.monitor = monitors.monitor
    {%- endif %}
    {%- if ml_monitor.with_domain_classifier() %}
    left join unclassified on unclassified.monitor = monitors.monitor
    {%- endif %}
),

-- every sentence that applies, the gravest first
sentences as (
    select
        joined.*,
        case
            when not is_profiled then 'It has never been profiled: its models failed or have not been run; the log of dbt and `monitor check` say why. '
            when is_behind then 'The run of ' || cast({{ dbt.date_trunc('second', 'run_at') }} as {{ text }}) || ' did not profile it, the last that did was that of ' || cast({{ dbt.date_trunc('second', 'profiled_at') }} as {{ text }})
                || ': its models failed, are not done yet, or found no predictions; the log of dbt and `monitor check` say why. '
            else ''
        end
        || case when is_profiled and windows_behind > 0 then
            'The results of ' || cast(windows_behind as {{ text }}) || ' of its windows are older than their profiles: a run was stopped in between or built only a part; run dbt again. ' else '' end as staleness,
        case
            when not is_profiled then ''
            when predictions = 0 then 'There are no predictions yet. '
            when fitted_at is null and reference_relation is null then
                'The bins wait for the reference to end: no prediction on or after ' || cast(cast(reference_to as date) as {{ text }}) || ' has been seen; to fit them now run dbt with the var ml_monitor__refit: true. '
            else ''
        end as waiting,
        case when fitted_at is not null and reference_n is null then
            'The reference ' || reference_name || ' holds no predictions, so nothing can be compared with it: correct reference in the declaration, or load its rows and run dbt with the var ml_monitor__refit: true. ' else '' end
        || case when fitted_at is not null and predictions > 0 and labelled = 0 and label_relation_has_labels then
            'Labels are there, but none belongs to a prediction: compare labels.id with id. ' else '' end
        || case when positives = 0 and positive is not null and labelled >= min_rows then
            'None of the ' || cast(labelled as {{ text }}) || ' labels is ''' || positive || ''', the declared positive class: if the labels write it otherwise, correct positive in the declaration. ' else '' end
        || case when without_score > 0 then
            cast(without_score as {{ text }}) || ' of the ' || cast(labelled as {{ text }}) || ' labels are of classes that have no score: log loss and Brier score leave them out. ' else '' end
        || case when without_weight > 0 then
            cast(without_weight as {{ text }}) || ' predictions have no weight, a negative one, or one that is not a number: performance leaves them out. ' else '' end
        || case when no_group > 0 then cast(no_group as {{ text }}) || ' predictions belong to no query, their group is NULL: performance leaves them out. ' else '' end
        || case when negative_label > 0 then cast(negative_label as {{ text }}) || ' labels are below 0, which no relevance is: they count as 0. ' else '' end
        || case when fitted_at is not null and has_labels and reference_n > 0 and labelled_in_reference = 0 and (labelled > 0 or reference_relation is not null) then
            'The reference ' || reference_name || ' holds no labels, so performance has nothing to be compared with. ' else '' end
        || case when labelled > 0 and best_share < 0.9 * reference_share then
            'At most ' || cast(cast(floor(100 * best_share) as integer) as {{ text }}) || ' % of a window since the reference are labelled, of the reference ' || cast(cast(floor(100 * reference_share) as integer) as {{ text }})
            || ' %: below nine tenths of it performance is not judged (insufficient_data). ' else '' end
        || case when uneven_windows > 0 then
            'Labels come faster for predicted ''' || fastest || ''' (' || {{ ml_monitor.percent_text('fastest_share') }} || ' % of the window of ' || cast({{ dbt.date_trunc('second', 'newest_uneven') }} as {{ text }}) || ') than for ''' || slowest
            || ''' (' || {{ ml_monitor.percent_text('slowest_share') }} || ' %), ' || case when uneven_windows = 1 then 'in that window only' else 'and so in ' || cast(uneven_windows as {{ text }}) || ' windows' end
            || ': realized performance there is rather that of the faster class (labelled_share_gap in ml_monitor__performance). ' else '' end
        || case when known_before > 0 then
            cast(known_before as {{ text }}) || ' labels were known before their prediction was made: the model may have seen them, or the clocks of labels and predictions are in different time zones. ' else '' end
        || coalesce(feed_complaint, '')
        || case when predictions_without_time > 0 then cast(predictions_without_time as {{ text }}) || ' predictions have no timestamp and belong to no window. ' else '' end
        || case when predictions_from_the_future > 0 then cast(predictions_from_the_future as {{ text }}) || ' predictions are dated in the future. ' else '' end
        || case when task in ('binary', 'multiclass') and (lowest < 0 or highest > 1) then
            'Scores run from ' || cast(lowest as {{ text }}) || ' to ' || cast(highest as {{ text }}) || ', outside 0 to 1: log loss, Brier score and calibration do not mean what they should. ' else '' end
        || case when abs(score_total - 1) > 0.01 then 'The scores of the classes of a prediction add up to ' || {{ ml_monitor.number_text('score_total') }} || ' on average, not to 1: log loss and Brier score do not mean what they should. ' else '' end
        || case when not_numbers > 0 then cast(not_numbers as {{ text }}) || case when task = 'regression' then ' predictions' else ' scores' end || ' are not numbers. ' else '' end as complaints,
        case when has_loaded_at then '' else 'Without a declared loaded_at each run profiles the last ' || cast(lookback as {{ text }}) || ' windows again and sees no change in older ones. ' end
        || case
            when not has_labels then 'No labels are declared, so there is no realized performance. '
            when predictions > 0 and labelled = 0 and not label_relation_has_labels then 'No label has come yet, so there is no realized performance. '
            else ''
        end
        {%- if ml_monitor.runs_python_models() %}
        || case when is_untested then 'p-values are not computed: install dbt-ml-monitor beside dbt (pip install dbt-ml-monitor). ' else '' end
        {%- endif %}
        {%- if ml_monitor.with_domain_classifier() %}
        || {{ ml_monitor.unclassified_sentence() }}
        {%- endif %}
        || case when one_item > 0 then cast(one_item as {{ text }}) || ' queries have one item, which ranks nothing: performance leaves them out. ' else '' end
        || case when task = 'regression' and without_logarithm > 0 then
            case when without_logarithm < 0.01 * labelled then 'Less than 1' else cast(cast(floor(100 * without_logarithm / labelled) as integer) as {{ text }}) end
            || ' % of the labelled predictions have a prediction or a label at or below -1: msle and rmsle leave them out. ' else '' end as remarks
    from joined
),

final as (
    select
        cast(monitor as {{ text }}) as monitor,
        cast(last_window as timestamp) as last_window,
        cast(last_loaded_at as timestamp) as last_loaded_at,
        cast(windows as bigint) as windows,
        cast(predictions as bigint) as predictions,
        cast(labelled as bigint) as labelled,
        cast(case when staleness <> '' then 'stale' when predictions = 0 then 'empty' when fitted_at is null then 'waiting' when complaints <> '' then 'attention' else 'ok' end as {{ text }}) as state,
        cast(trim(staleness || waiting || complaints || remarks) as {{ text }}) as message,
        cast(config_hash as {{ text }}) as config_hash,
        cast(owner as {{ text }}) as owner,
        cast(profiled_at as timestamp) as profiled_at,
        cast(hours_since_last_row as {{ double }}) as hours_since_last_row
    from sentences
)

select * from final
