{% macro outcome_profile(monitor) %}
    {#- Outcomes per window, version, segment, group, class, score bin, predicted and actual class: counts, sums of scores and of losses.
        part = 'outcome': those; 'row': predictions after duplicates are dropped; 'error': a regression's errors on a logarithmic scale; 'label': its labels in the bins of its predictions; 'query': what the queries of a ranking earn; 'delay': predictions by predicted class and delay of their label;
        'unweighted': predictions whose weight is none, which count as rows and in nothing else. n counts rows; where weights are declared, weight and squared_weight are their sum and the sum of their squares,
        and every sum is one of weight * value; elsewhere there are no such columns, so that who does not weight pays nothing: `all_profiles` shows n in their place. -#}
    {{ ml_monitor._profile_config(['window_key', 'part', 'model_version', 'segment', 'segment_value', 'attribute', 'group_value', 'class', 'bin', 'predicted', 'actual']) }}
    {%- set declared = ml_monitor.declaration(monitor) -%}
    {%- set grid = ml_monitor._read_grid(monitor) -%}
    {%- do ml_monitor._upstream(declared) -%}
    {%- if not execute -%}{{ return('select 1 as window_key') }}{%- endif -%}
    {%- set columns = ml_monitor.columns(monitor) -%}
    {%- set touched = ml_monitor._touched_windows(monitor, columns, grid.fitted_at, by_labels=true) -%}
    {%- do ml_monitor.mark_crowded_windows(monitor, columns, grid, touched) -%}
    {%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}
    {%- set coded = declared.task == 'binary' -%}
    {{ ml_monitor._labelled_rows(monitor, columns, where=ml_monitor._window_filter(monitor, columns, touched), coded=coded, grid=grid, with_derived=false) }},

    {{ ml_monitor._outcome_counts(monitor, columns, grid, coded) }},

    {{ ml_monitor._replaced_windows(monitor, touched, 'outcome_counts') }}

    select
        cast(windows.window_key as {{ text }}) as window_key,
        cast(windows.window_start as timestamp) as window_start,
        cast(windows.window_end as timestamp) as window_end,
        {%- for name, empty in [('part', 'row'), ('model_version', ''), ('segment', 'overall'), ('segment_value', 'all'), ('attribute', 'none'), ('group_value', 'all'), ('class', 'all')] %}
        cast(coalesce(outcome_counts.{{ name }}, '{{ empty }}') as {{ text }}) as {{ name }},
        {%- endfor %}
        cast(coalesce(outcome_counts.bin, 0) as integer) as bin,
        cast(coalesce(outcome_counts.predicted, '') as {{ text }}) as predicted,
        cast(coalesce(outcome_counts.actual, '') as {{ text }}) as actual,
        cast(coalesce(outcome_counts.n, 0) as bigint) as n,
        {%- for sum in (['weight', 'squared_weight'] if declared.weights else []) + ml_monitor._outcome_sums() %}
        cast(coalesce(outcome_counts.{{ sum }}, 0) as {{ double }}) as {{ sum }},
        {%- endfor %}
        cast({{ "'" ~ touched.label_watermark ~ "'" if touched.label_watermark else 'null' }} as timestamp) as label_watermark,
        {{ ml_monitor._audit_columns(touched) }}
    from windows
    left join outcome_counts on {{ ml_monitor._window_key(monitor, 'outcome_counts.window_start') }} = windows.window_key
{% endmacro %}

{% macro _outcome_sums() %}
    {#- What an outcome keeps beside its count and weights. Scores of classes are kept as they are, a regression's predictions and labels less the reference's median prediction. -#}
    {{ return([
        'sum_score', 'sum_squared_score', 'sum_log_loss', 'sum_squared_log_loss',
        'sum_label', 'sum_squared_label', 'sum_error', 'sum_squared_error', 'sum_absolute_error', 'sum_quartic_error',
        'n_percentage', 'sum_absolute_percentage_error', 'sum_squared_percentage_error', 'sum_absolute_label',
        'sum_symmetric_percentage_error', 'sum_squared_symmetric_percentage_error',
        'n_log', 'sum_squared_log_error', 'sum_quartic_log_error', 'sum_log_label', 'sum_squared_log_label',
        'sum_squared_size', 'sum_sized_error', 'sum_cubed_label', 'sum_quartic_label', 'sum_labelled_squared_error', 'sum_squared_labelled_error',
        'sum_inverse_size', 'sum_relative_label', 'sum_squared_relative_label',
    ]) }}
{% endmacro %}

{% macro _outcome_counts(monitor, columns, grid, coded=false, part='predictions') %}
    {#- CTEs that end in outcome_counts: window_start, part, model_version, segment, segment_value, attribute, group_value, class, bin, predicted, actual, n and the sums; weight and squared_weight before them where weights are declared. -#}
    {%- set declared = ml_monitor.declaration(monitor) -%}
    {%- set sums = ml_monitor._outcome_sums() -%}
    {%- set segments = [{'name': 'overall', 'columns': []}] -%}
    {%- for segment in ml_monitor._segment_names(declared, grid) -%}{%- do segments.append(dict(segment, key='segment_value_' ~ loop.index0)) -%}{%- endfor -%}
    {%- set groups = [{'name': 'none', 'columns': []}] -%}
    {%- for name in declared.protected -%}{%- do groups.append({'name': name, 'columns': ['group_' ~ loop.index0], 'key': 'group_value_' ~ loop.index0}) -%}{%- endfor -%}
    {#- before the bins are fitted only rows are counted -#}
    {%- set is_fitted = grid.fitted_at is not none -%}
    {%- set classes = ml_monitor._outcome_classes(declared, grid, coded) if is_fitted else [{'name': 'all', 'score': none, 'row': {}, 'sums': {}}] -%}
    {%- set text = ml_monitor.type_text() -%}
    {%- set is_weighted = declared.weights is not none -%}
    {%- set no_number = 'cast(null as ' ~ ml_monitor.type_double() ~ ')' -%}
    {%- set has_queries = declared.task == 'ranking' and is_fitted and ml_monitor._has_queries(declared, columns[part]) -%}
    {%- set no_sums -%}{%- for sum in sums %}, {{ no_number }}{% endfor %}{%- endset -%}
    {#- Bins and losses are computed once a row, however many segments and groups count them. -#}
    outcome_rows as (
        select
            window_start,
            model_version,
            {%- for segment in segments if segment.columns %}
            {{ ml_monitor.segment_value(segment.columns) }} as {{ segment.key }},
            {%- endfor %}
            {%- for group in groups if group.columns %}
            {{ ml_monitor.segment_value(group.columns) }} as {{ group.key }},
            {%- endfor %}
            {%- for class in classes %}
            {%- set scores = grid.scores.get(class.name) if class.score else none %}
            {%- set number = loop.index0 %}
            coalesce({{ ml_monitor.bin_of(class.score, scores.edges) if scores else '-1' }}, -1) as bin_{{ number }},
            {%- if segments | length + groups | length > 2 %}
            coalesce({{ ml_monitor.bin_of(class.score, scores.coarse_edges) if scores else '-1' }}, -1) as coarse_bin_{{ number }},
            {%- endif %}
            {%- for name, expression in class.row.items() %}
            {{ expression }} as {{ name }}_{{ number }},
            {%- endfor %}
            {%- endfor %}
            {%- if declared.task == 'regression' and is_fitted %}
            coalesce({{ ml_monitor.bin_of('actual', grid.scores['all'].edges) if 'all' in grid.scores else '-1' }}, -1) as label_bin,
            coalesce({{ ml_monitor.bin_of('actual', grid.scores['all'].coarse_edges) if 'all' in grid.scores else '-1' }}, -1) as coarse_label_bin,
            {%- endif %}
            {{ 'cast(null as ' ~ text ~ ')' if declared.task == 'regression' else 'prediction' }} as predicted,
            {{ "case when actual is not null then 'labelled' end" if declared.task in ['regression', 'ranking'] else 'actual' }} as actual
            {%- if is_weighted %},
            weight
            {%- endif %}
        from labelled_rows
    ),
    {%- if has_queries %}

    {{ ml_monitor._ranking_outcomes(declared, segments, ml_monitor.window_start(declared.window, 'predicted_at') if part == 'reference' else 'window_start') }},
    {%- endif %}

    outcome_cells as (
        {%- for segment in segments %}
        {%- set is_fine = loop.first %}
        {%- for group in groups %}
        {%- set bin = 'bin' if is_fine and loop.first else 'coarse_bin' %}
        {%- set keys = ['window_start', 'model_version'] + ([segment.key] if segment.columns else []) + ([group.key] if group.columns else []) %}
        {%- for class in classes %}
        {%- set number = loop.index0 %}
        select
            window_start, model_version, 'outcome' as part,
            {{ ml_monitor.text_literal(segment.name) }} as segment, {{ segment.key if segment.columns else "'all'" }} as segment_value,
            {{ ml_monitor.text_literal(group.name) }} as attribute, {{ group.key if group.columns else "'all'" }} as group_value,
            {{ ml_monitor.text_literal(class.name) }} as class, {{ bin }}_{{ number }} as bin, {{ ml_monitor._named('predicted', coded) }}, {{ ml_monitor._named('actual', coded) }}, count(*) as n
            {%- if is_weighted %}, sum(weight) as weight, sum({{ ml_monitor.square('weight') }}) as squared_weight{% endif %}
            {%- for sum in sums %}, {{ class.sums[sum] | replace('#', '_' ~ number) if sum in class.sums else no_number }} as {{ sum }}{% endfor %}
        from outcome_rows
        group by {{ keys | join(', ') }}, {{ bin }}_{{ number }}, outcome_rows.predicted, outcome_rows.actual
        {{ 'union all' if not loop.last }}
        {%- endfor %}
        {{ 'union all' if not loop.last }}
        {%- endfor %}
        {{ 'union all' if not loop.last }}
        {%- endfor %}
    ),

    outcome_counts as (
        {%- if is_fitted %}
        select * from outcome_cells
        union all
        {%- endif %}
        select
            window_start, model_version, 'row' as part, segment, segment_value, 'none' as attribute, 'all' as group_value, 'all' as class, 0 as bin, cast(null as {{ text }}) as predicted, cast(null as {{ text }}) as actual, sum(n) as n
            {%- if is_weighted %}, sum(weight) as weight, sum(squared_weight) as squared_weight{% endif %}
            {%- for sum in sums %}, {{ no_number }} as {{ sum }}{% endfor %}
        from outcome_cells
        where attribute = 'none' and class = {{ ml_monitor.text_literal(classes[0].name) }}
        group by window_start, model_version, segment, segment_value
        union all
        {{ ml_monitor._delay_counts(declared, coded, (', count(*), count(*)' if is_weighted else '') ~ no_sums) }}
        {%- if is_weighted %}
        union all
        select
            window_start, model_version, 'unweighted', 'overall', 'all', 'none', 'all', 'all', 0, null, null, count(*), 0, 0
            {{- no_sums }}
        from labelled_rows
        where weight is null
        group by window_start, model_version
        {%- endif %}
        {%- if declared.task == 'regression' and is_fitted %}
        union all
        -- 0 is no error; b above 0 is an error in [exp((b - 641) / 32), exp((b - 640) / 32)), about 3 % wide; a negative bin mirrors it
        select
            window_start, model_version, 'error', 'overall', 'all', 'none', 'all', 'all',
            cast(case when error_0 = 0 then 0 else sign(error_0) * (641 + greatest(least(floor(32 * ln(abs(error_0))), 640), -640)) end as integer) as bin, null, null, count(*)
            {%- if is_weighted %}, sum(weight), sum({{ ml_monitor.square('weight') }}){% endif %}
            {%- for sum in sums %}, {{ no_number }}{% endfor %}
        from outcome_rows
        where error_0 is not null
        group by window_start, model_version, 9
        {%- set label_sums = ml_monitor._label_sums(is_weighted) %}
        {%- for segment in segments %}
        union all
        select
            window_start, model_version, 'label', {{ ml_monitor.text_literal(segment.name) }}, {{ segment.key if segment.columns else "'all'" }}, 'none', 'all', 'all',
            {{ 'label_bin' if loop.first else 'coarse_label_bin' }}, null, null, count(*)
            {%- if is_weighted %}, sum(weight), sum({{ ml_monitor.square('weight') }}){% endif %}
            {%- for sum in sums %}, {{ label_sums.get(sum, no_number) }}{% endfor %}
        from outcome_rows
        where label_0 is not null
        group by window_start, model_version, {{ segment.key ~ ', ' if segment.columns }}{{ 'label_bin' if loop.first else 'coarse_label_bin' }}
        {%- endfor %}
        {%- endif %}
        {%- if has_queries %}
        union all
        select
            window_start, model_version, 'query', segment, segment_value, 'none', 'all', class, 0, predicted, null, n
            {%- for sum in sums %}, {{ {'sum_score': 'total', 'sum_squared_score': 'squares'}.get(sum, no_number) }}{% endfor %}
        from query_outcomes
        {%- endif %}
    )
{%- endmacro %}

{% macro _outcome_classes(declared, grid, coded) %}
    {#- What outcomes are counted by: [{'name', 'score': column or none, 'row': {name: expression on a row}, 'sums': {sum: expression on those names, each with a #}}]. -#}
    {%- set classes, is_weighted = [], declared.weights is not none -%}
    {%- if declared.task == 'regression' -%}
        {%- do classes.append(ml_monitor._regression_outcome(grid, is_weighted)) -%}
    {%- elif declared.task == 'ranking' -%}
        {%- do classes.append({'name': 'all', 'score': none, 'row': {'score': ml_monitor._finite('score')}, 'sums': ml_monitor._score_sums(false)}) -%}
        {{ return(classes) }}
    {%- elif declared.task == 'multiclass' or not declared.classes -%}
        {#- every prediction once, with the log loss of the class that came true -#}
        {%- set loss -%}
            case actual
            {%- for class in declared.classes %} when {{ ml_monitor.text_literal(class) }} then {{ ml_monitor._log_loss('class_score_' ~ loop.index0) }}{% endfor %} end
        {%- endset -%}
        {%- do classes.append({
            'name': 'all' if declared.task == 'multiclass' else 'positive', 'score': none,
            'row': {'score': ml_monitor._finite('score'), 'loss': loss} if declared.classes else {},
            'sums': ml_monitor._score_sums(true, is_weighted) if declared.classes else {},
        }) -%}
    {%- endif -%}
    {%- for class in declared.classes -%}
        {%- set score = 'class_score_' ~ loop.index0 -%}
        {%- set values = {'score': ml_monitor._finite(score)} -%}
        {%- if declared.task == 'binary' -%}
            {%- set positive, negative = ml_monitor._outcome_names(coded) -%}
            {%- do values.update({'loss': "case actual when " ~ positive ~ " then " ~ ml_monitor._log_loss(score) ~ " when " ~ negative ~ " then " ~ ml_monitor._log_loss(score, '1 - ') ~ " end"}) -%}
        {%- endif -%}
        {%- do classes.append({'name': class, 'score': score, 'row': values, 'sums': ml_monitor._score_sums(declared.task == 'binary', is_weighted)}) -%}
    {%- endfor -%}
    {{ return(classes) }}
{% endmacro %}

{% macro _named(column, coded) -%}
    {%- if coded -%}case outcome_rows.{{ column }} when 1 then 'positive' when 0 then 'negative' end as {{ column }}{%- else -%}{{ column }}{%- endif -%}
{%- endmacro %}

{% macro _finite(expression) -%}
    case when abs({{ expression }}) <= {{ ml_monitor.largest_number() }} then {{ expression }} end
{%- endmacro %}

{% macro _log_loss(score, one_minus='') -%}
    {#- Minus the logarithm of the chance given to what came true; the score is kept off 0 and 1 by 1e-15. -#}
    case when abs({{ score }}) <= {{ ml_monitor.largest_number() }} then -ln({{ one_minus }}least(greatest({{ score }}, 1e-15), 1 - 1e-15)) end
{%- endmacro %}

{% macro _sum_of(expression, is_weighted) -%}
    sum({{ 'weight * (' ~ expression ~ ')' if is_weighted else expression }})
{%- endmacro %}

{% macro _score_sums(with_loss, is_weighted) %}
    {%- set sums = {'sum_score': ml_monitor._sum_of('score#', is_weighted), 'sum_squared_score': ml_monitor._sum_of(ml_monitor.square('score#'), is_weighted)} -%}
    {%- if with_loss -%}{%- do sums.update({'sum_log_loss': ml_monitor._sum_of('loss#', is_weighted), 'sum_squared_log_loss': ml_monitor._sum_of(ml_monitor.square('loss#'), is_weighted)}) -%}{%- endif -%}
    {{ return(sums) }}
{% endmacro %}

{% macro _regression_outcome(grid, is_weighted) %}
    {#- Predictions and labels less the reference's median prediction; percentage errors where the label is not 0, logarithmic ones where both are above -1. -#}
    {%- set center = ml_monitor.number_literal(grid.features['__prediction__'].center or '0') if '__prediction__' in grid.features else '0e0' -%}
    {%- set is_judged = 'abs(score) <= ' ~ ml_monitor.largest_number() ~ ' and actual is not null' -%}
    {%- set sums = {
        'n_percentage': 'sum(case when percentage# is not null then weight end)' if is_weighted else 'count(percentage#)',
        'n_log': 'sum(case when log_error# is not null then weight end)' if is_weighted else 'count(log_error#)',
    } -%}
    {%- for name, expression in {
        'sum_score': 'score#', 'sum_squared_score': ml_monitor.square('score#'),
        'sum_label': 'label#', 'sum_squared_label': ml_monitor.square('label#'), 'sum_absolute_label': 'size#',
        'sum_error': 'error#', 'sum_absolute_error': 'abs(error#)', 'sum_squared_error': ml_monitor.square('error#'), 'sum_quartic_error': ml_monitor.square('(' ~ ml_monitor.square('error#') ~ ')'),
        'sum_absolute_percentage_error': 'percentage#', 'sum_squared_percentage_error': ml_monitor.square('percentage#'),
        'sum_symmetric_percentage_error': 'symmetric#', 'sum_squared_symmetric_percentage_error': ml_monitor.square('symmetric#'),
        'sum_squared_log_error': ml_monitor.square('log_error#'), 'sum_quartic_log_error': ml_monitor.square('(' ~ ml_monitor.square('log_error#') ~ ')'),
        'sum_log_label': 'log_label#', 'sum_squared_log_label': ml_monitor.square('log_label#'),
        'sum_squared_size': ml_monitor.square('size#'), 'sum_sized_error': ml_monitor.product('abs(error#)', 'size#'),
        'sum_cubed_label': ml_monitor.product('(' ~ ml_monitor.square('label#') ~ ')', 'label#'), 'sum_quartic_label': ml_monitor.square('(' ~ ml_monitor.square('label#') ~ ')'),
        'sum_labelled_squared_error': ml_monitor.product('(' ~ ml_monitor.square('error#') ~ ')', 'label#'),
        'sum_squared_labelled_error': ml_monitor.square('(' ~ ml_monitor.product('error#', 'label#') ~ ')'),
    }.items() -%}
        {%- do sums.update({name: ml_monitor._sum_of(expression, is_weighted)}) -%}
    {%- endfor -%}
    {{ return({
        'name': 'all',
        'score': 'score',
        'row': {
            'score': 'case when abs(score) <= ' ~ ml_monitor.largest_number() ~ ' then score - (' ~ center ~ ') end',
            'label': 'case when ' ~ is_judged ~ ' then actual - (' ~ center ~ ') end',
            'size': 'case when ' ~ is_judged ~ ' then abs(actual) end',
            'inverse': 'case when ' ~ is_judged ~ ' and actual <> 0 then 1 / abs(actual) end',
            'error': 'case when ' ~ is_judged ~ ' then score - actual end',
            'percentage': 'case when ' ~ is_judged ~ ' and actual <> 0 then abs((score - actual) / actual) end',
            'symmetric': 'case when not (' ~ is_judged ~ ') then null when score = actual then 0 else 2 * abs(score - actual) / (abs(score) + abs(actual)) end',
            'log_error': 'case when ' ~ is_judged ~ ' and score > -1 and actual > -1 then ln(1 + score) - ln(1 + actual) end',
            'log_label': 'case when ' ~ is_judged ~ ' and score > -1 and actual > -1 then ln(1 + actual) end',
        },
        'sums': sums,
    }) }}
{% endmacro %}

{% macro _label_sums(is_weighted) %}
    {#- What part 'label' keeps of the labels in a bin: their sums, and their sums divided by the label's size, for the constants that miss them least (see `best_constant_losses`). -#}
    {%- set sums = {} -%}
    {%- for name, expression in {
        'sum_label': 'label_0',
        'sum_squared_label': ml_monitor.square('label_0'),
        'sum_inverse_size': 'inverse_0',
        'sum_relative_label': ml_monitor.product('label_0', 'inverse_0'),
        'sum_squared_relative_label': ml_monitor.product('(' ~ ml_monitor.square('label_0') ~ ')', 'inverse_0'),
    }.items() -%}
        {%- do sums.update({name: ml_monitor._sum_of(expression, is_weighted)}) -%}
    {%- endfor -%}
    {{ return(sums) }}
{% endmacro %}
