{% macro labelled(monitor) %}
    {#- The label join as a view: one row per window, version and id with its current label, under fixed column names. -#}
    {{ config(materialized='ml_monitor_view', schema=var('ml_monitor__schema', none), tags=['ml_monitor_profiles']) }}
    {%- set declared = ml_monitor.declaration(monitor) -%}
    {%- do ml_monitor._upstream(declared) -%}
    {%- if not execute -%}{{ return('select 1 as id') }}{%- endif -%}
    {%- set columns = ml_monitor.columns(monitor) -%}
    {%- set quoted_name = adapter.dispatch('quoted_name', 'ml_monitor') -%}
    {%- set named = [] -%}
    {%- for class in declared.classes -%}{%- do named.append(('class_score_' ~ loop.index0, 'score' if declared.task in ['binary', 'ranking'] else 'score_' ~ class)) -%}{%- endfor -%}
    {%- if declared.task == 'ranking' -%}{%- do named.append(('query', declared.group)) -%}{%- endif -%}
    {%- for name in declared.numeric -%}{%- do named.append(('numeric_' ~ loop.index0, name)) -%}{%- endfor -%}
    {%- for name in declared.categorical -%}{%- do named.append(('categorical_' ~ loop.index0, name)) -%}{%- endfor -%}
    {%- for feature in ml_monitor._derived_features(declared) -%}{%- do named.append((feature.column, feature.name)) -%}{%- endfor -%}
    {%- for name in ml_monitor._segment_columns(declared) -%}{%- do named.append(('segment_' ~ loop.index0, name)) -%}{%- endfor -%}
    {%- for name in declared.protected -%}{%- do named.append(('group_' ~ loop.index0, name)) -%}{%- endfor -%}
    {%- if declared.weights -%}{%- do named.append(('weight', declared.weights)) -%}{%- endif -%}
    {%- set own = ['monitor', 'model_version', 'id', 'predicted_at', 'window_start', 'window_end', 'predicted', 'actual', 'labelled_at'] -%}
    {%- set taken = own | list -%}
    {{ ml_monitor._labelled_rows(monitor, columns, is_view=true) }}

    select
        {{ ml_monitor.text_literal(monitor) }} as monitor,
        model_version,
        id,
        predicted_at,
        cast(window_start as timestamp) as window_start,
        {{ ml_monitor.window_end(declared.window, 'cast(window_start as timestamp)') }} as window_end,
        {{ 'score' if declared.task == 'regression' else 'prediction' }} as predicted,
        actual,
        labelled_at
        {%- for column, name in named if name | lower not in taken %},
        {{ column }} as {{ quoted_name(name) }}
        {%- do taken.append(name | lower) %}
        {%- endfor %}
    from labelled_rows
{% endmacro %}

{% macro _upstream(declared) %}
    {#- Names every relation a node of the monitor may read, so that lineage is complete while parsing. -#}
    {%- for name in ml_monitor._relations_read(declared) -%}
        {%- do ml_monitor.relation(name) -%}
    {%- endfor -%}
{% endmacro %}

{% macro _relations_read(declared) %}
    {#- The names of the relations that a declaration reads. -#}
    {{ return([declared.predictions, declared.labels.relation if declared.labels else none, declared.reference.get('relation')] | select | list) }}
{% endmacro %}
