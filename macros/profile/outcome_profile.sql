{% macro outcome_profile(monitor) %}
    {#- Outcomes per window, version, segment, group, class, score bin, predicted and actual class: counts, sums of scores and of losses.
        part = 'outcome': those; 'row': predictions after duplicates are dropped; 'error': a regression's errors on a logarithmic scale; 'delay': labelled predictions by delay in days. -#}
    {{ ml_monitor._profile_config(['window_key', 'part', 'model_version', 'segment', 'segment_value', 'attribute', 'group_value', 'class', 'bin', 'predicted', 'actual']) }}
    {%- set declared = ml_monitor.declaration(monitor) -%}
    {%- set grid = ml_monitor._read_grid(monitor) -%}
    {%- do ml_monitor._upstream(declared) -%}
    {%- if not execute -%}{{ return('select 1 as window_key') }}{%- endif -%}
    {%- set columns = ml_monitor.columns(monitor) -%}
    {%- set touched = ml_monitor._touched_windows(monitor, columns, grid.fitted_at, by_labels=true) -%}
    {%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}
    {{ ml_monitor._labelled_rows(monitor, columns, where=ml_monitor._window_filter(monitor, columns, touched)) }},

    {{ ml_monitor._outcome_counts(monitor, columns, grid) }},

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
        {%- for sum in ml_monitor._outcome_sums() %}
        cast(coalesce(outcome_counts.{{ sum }}, 0) as {{ double }}) as {{ sum }},
        {%- endfor %}
        cast({{ "'" ~ touched.label_watermark ~ "'" if touched.label_watermark else 'null' }} as timestamp) as label_watermark,
        {{ ml_monitor._audit_columns(touched) }}
    from windows
    left join outcome_counts on {{ ml_monitor._window_key(monitor, 'outcome_counts.window_start') }} = windows.window_key
{% endmacro %}

{% macro _outcome_sums() %}
    {#- What an outcome keeps beside its count. Scores of classes are kept as they are, a regression's predictions and labels less the reference's median prediction. -#}
    {{ return([
        'sum_score', 'sum_squared_score', 'sum_log_loss', 'sum_squared_log_loss',
        'sum_label', 'sum_squared_label', 'sum_error', 'sum_squared_error', 'sum_absolute_error', 'sum_quartic_error',
        'n_percentage', 'sum_absolute_percentage_error', 'sum_squared_percentage_error', 'sum_absolute_label',
        'sum_symmetric_percentage_error', 'sum_squared_symmetric_percentage_error',
        'n_log', 'sum_squared_log_error', 'sum_quartic_log_error',
    ]) }}
{% endmacro %}

{% macro _outcome_counts(monitor, columns, grid) %}
    {#- CTEs that end in outcome_counts: window_start, part, model_version, segment, segment_value, attribute, group_value, class, bin, predicted, actual, n and the sums. -#}
    {%- set declared = ml_monitor.declaration(monitor) -%}
    {%- set sums = ml_monitor._outcome_sums() -%}
    {%- set cubes = [{'columns': [], 'segments': [{'name': 'overall', 'columns': []}]}] + ml_monitor._segment_cubes(declared, grid) -%}
    {%- set groups = [{'name': 'none', 'columns': []}] -%}
    {%- for name in declared.protected -%}{%- do groups.append({'name': name, 'columns': ['group_' ~ loop.index0]}) -%}{%- endfor -%}
    {%- set text = ml_monitor.type_text() -%}
    {%- set no_number = 'cast(null as ' ~ ml_monitor.type_double() ~ ')' -%}
    {%- set classes = [] -%}
    {%- if grid.fitted_at is not none -%}
        {%- if declared.task == 'regression' -%}
            {%- do classes.append({'name': 'all', 'score': 'score', 'sums': ml_monitor._regression_sums(grid)}) -%}
        {%- elif not declared.classes or declared.task == 'multiclass' -%}
            {%- do classes.append({'name': 'all' if declared.task == 'multiclass' else 'positive', 'score': none, 'sums': ml_monitor._multiclass_sums(declared)}) -%}
        {%- endif -%}
        {%- for class in declared.classes -%}
            {%- do classes.append({'name': class, 'score': 'class_score_' ~ loop.index0, 'sums': ml_monitor._class_sums(declared, 'class_score_' ~ loop.index0)}) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- for cube in cubes %}
    {%- set cube_number = loop.index0 %}
    {%- for group in groups if classes %}
    outcome_cube_{{ cube_number }}_{{ loop.index0 }} as (
        {%- set keys = ['window_start', 'model_version'] + cube.columns + group.columns %}
        {%- for class in classes %}
        {%- set scores = grid.scores.get(class.name) %}
        {{ 'union all' if not loop.first }}
        select
            {{ keys | join(', ') }},
            {{ ml_monitor.text_literal(class.name) }} as class,
            {{ ml_monitor.bin_of(class.score, scores.coarse_edges if cube.columns or group.columns else scores.edges) if class.score and scores else '-1' }} as bin,
            {{ 'cast(null as ' ~ text ~ ')' if declared.task == 'regression' else 'prediction' }} as predicted,
            {{ "case when actual is not null then 'labelled' end" if declared.task == 'regression' else 'actual' }} as actual,
            count(*) as n
            {%- for sum in sums %},
            {{ class.sums.get(sum, no_number) }} as {{ sum }}
            {%- endfor %}
        from labelled_rows
        group by {{ keys | join(', ') }}, {{ keys | length + 2 }}, {{ keys | length + 3 }}, {{ keys | length + 4 }}
        {%- endfor %}
    ),
    {%- endfor %}
    {%- endfor %}

    outcome_counts as (
        {%- for cube in cubes %}
        {%- set cube_number = loop.index0 %}
        {%- set is_first = loop.first %}
        {%- for segment in cube.segments %}
        {%- set segment_columns = ml_monitor.text_literal(segment.name) ~ ' as segment, ' ~ (ml_monitor.segment_value(segment.columns) if segment.columns else "'all'") ~ ' as segment_value' %}
        {{ 'union all' if not (is_first and loop.first) }}
        select
            window_start, model_version, 'row' as part, {{ segment_columns }}, 'none' as attribute, 'all' as group_value, 'all' as class, 0 as bin, cast(null as {{ text }}) as predicted, cast(null as {{ text }}) as actual, count(*) as n
            {%- for sum in sums %}, {{ no_number }} as {{ sum }}{% endfor %}
        from labelled_rows
        group by {{ (['window_start', 'model_version'] + segment.columns) | join(', ') }}
        {%- for group in groups if classes %}
        union all
        select
            window_start, model_version, 'outcome', {{ segment_columns }}, {{ ml_monitor.text_literal(group.name) }}, {{ ml_monitor.segment_value(group.columns) if group.columns else "'all'" }}, class, coalesce(bin, -1), predicted, actual, sum(n)
            {%- for sum in sums %}, sum({{ sum }}){% endfor %}
        from outcome_cube_{{ cube_number }}_{{ loop.index0 }}
        group by {{ (['window_start', 'model_version'] + segment.columns + group.columns) | join(', ') }}, class, bin, predicted, actual
        {%- endfor %}
        {%- endfor %}
        {%- endfor %}
        union all
        select
            window_start, model_version, 'delay', 'overall', 'all', 'none', 'all', 'all', cast(greatest(floor({{ ml_monitor.days_between('predicted_at', 'labelled_at') }}), 0) as integer) as bin, null, null, count(*)
            {%- for sum in sums %}, {{ no_number }}{% endfor %}
        from labelled_rows
        where actual is not null and labelled_at is not null
        group by window_start, model_version, 9
        {%- if declared.task == 'regression' and grid.fitted_at is not none %}
        union all
        -- 0 is no error; b above 0 is an error in [exp((b - 641) / 32), exp((b - 640) / 32)), about 3 % wide; a negative bin mirrors it
        select
            window_start, model_version, 'error', 'overall', 'all', 'none', 'all', 'all',
            cast(case when actual = score then 0 else sign(score - actual) * (641 + greatest(least(floor(32 * ln(abs(score - actual))), 640), -640)) end as integer) as bin, null, null, count(*)
            {%- for sum in sums %}, {{ no_number }}{% endfor %}
        from labelled_rows
        where actual is not null and abs(score) <= 1e100
        group by window_start, model_version, 9
        {%- endif %}
    )
{%- endmacro %}

{% macro _class_sums(declared, score) %}
    {#- A class's score: its sums, and for the class that came true the log loss. Scores are kept off 0 and 1 by 1e-15. -#}
    {%- set valid = 'case when abs(' ~ score ~ ') <= 1e100 then ' ~ score ~ ' end' -%}
    {%- set kept = 'least(greatest(' ~ valid ~ ', 1e-15), 1 - 1e-15)' -%}
    {%- set loss = "case actual when 'positive' then -ln(" ~ kept ~ ") when 'negative' then -ln(1 - " ~ kept ~ ") end" -%}
    {%- set sums = {'sum_score': 'sum(' ~ valid ~ ')', 'sum_squared_score': 'sum(' ~ valid ~ ' * ' ~ valid ~ ')'} -%}
    {%- if declared.task == 'binary' -%}
        {%- do sums.update({'sum_log_loss': 'sum(' ~ loss ~ ')', 'sum_squared_log_loss': 'sum((' ~ loss ~ ') * (' ~ loss ~ '))'}) -%}
    {%- endif -%}
    {{ return(sums) }}
{% endmacro %}

{% macro _multiclass_sums(declared) %}
    {%- if not declared.classes -%}{{ return({}) }}{%- endif -%}
    {%- set loss -%}
        -ln(least(greatest(case actual {% for class in declared.classes %}when {{ ml_monitor.text_literal(class) }} then class_score_{{ loop.index0 }} {% endfor %}end, 1e-15), 1 - 1e-15))
    {%- endset -%}
    {%- set valid = 'case when abs(score) <= 1e100 then score end' -%}
    {{ return({
        'sum_score': 'sum(' ~ valid ~ ')', 'sum_squared_score': 'sum(power(' ~ valid ~ ', 2))',
        'sum_log_loss': 'sum(case when abs(score) <= 1e100 then ' ~ loss ~ ' end)', 'sum_squared_log_loss': 'sum(case when abs(score) <= 1e100 then power(' ~ loss ~ ', 2) end)',
    }) }}
{% endmacro %}

{% macro _regression_sums(grid) %}
    {%- set center = ml_monitor.number_literal(grid.features['__prediction__'].center or '0') if '__prediction__' in grid.features else '0e0' -%}
    {%- set is_valid = 'abs(score) <= 1e100 and actual is not null' -%}
    {%- set expressions = {
        'sum_label': 'actual - (' ~ center ~ ')', 'sum_squared_label': 'power(actual - (' ~ center ~ '), 2)',
        'sum_error': 'score - actual', 'sum_squared_error': 'power(score - actual, 2)', 'sum_absolute_error': 'abs(score - actual)', 'sum_quartic_error': 'power(score - actual, 4)',
        'sum_absolute_label': 'abs(actual)',
        'n_percentage': 'case when actual <> 0 then 1 end',
        'sum_absolute_percentage_error': 'case when actual <> 0 then abs((score - actual) / actual) end',
        'sum_squared_percentage_error': 'case when actual <> 0 then power((score - actual) / actual, 2) end',
        'sum_symmetric_percentage_error': 'case when score = actual then 0 else 2 * abs(score - actual) / (abs(score) + abs(actual)) end',
        'sum_squared_symmetric_percentage_error': 'case when score = actual then 0 else power(2 * abs(score - actual) / (abs(score) + abs(actual)), 2) end',
        'n_log': 'case when score > -1 and actual > -1 then 1 end',
        'sum_squared_log_error': 'case when score > -1 and actual > -1 then power(ln(1 + score) - ln(1 + actual), 2) end',
        'sum_quartic_log_error': 'case when score > -1 and actual > -1 then power(ln(1 + score) - ln(1 + actual), 4) end',
    } -%}
    {%- set sums = {
        'sum_score': 'sum(case when abs(score) <= 1e100 then score - (' ~ center ~ ') end)',
        'sum_squared_score': 'sum(case when abs(score) <= 1e100 then power(score - (' ~ center ~ '), 2) end)',
    } -%}
    {%- for name, expression in expressions.items() -%}
        {%- do sums.update({name: 'sum(case when ' ~ is_valid ~ ' then ' ~ expression ~ ' end)'}) -%}
    {%- endfor -%}
    {{ return(sums) }}
{% endmacro %}
