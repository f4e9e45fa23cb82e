{% macro grid(monitor) %}
    {#- The bins of every feature and of the score, fitted once on the reference. Never moves with the data that is judged:
        it is refitted only when the declaration's hash changes or the var ml_monitor__refit says so, and survives --full-refresh.
        In a replay --full-refresh starts over, bins included, and so does going back in time: they may have been fitted on rows that were not known yet. -#}
    {{ config(
        materialized='incremental',
        incremental_strategy=ml_monitor.replace_strategy(),
        unique_key='monitor',
        full_refresh=none if var('ml_monitor__as_of', none) else false,
        schema=ml_monitor.replay_schema(),
        tags=['ml_monitor_profiles'],
    ) }}
    {%- set declared = ml_monitor.declaration(monitor) -%}
    {%- set refit = var('ml_monitor__refit', false) -%}
    {%- do ml_monitor._upstream(declared) -%}
    {%- if not execute -%}
        {{ return('select 1 as monitor') }}
    {%- endif -%}
    {%- do ml_monitor.check_vars() -%}
    {%- set columns = ml_monitor.columns(monitor) -%}
    {%- set goes_back = is_incremental() and ml_monitor._goes_back(declared) -%}
    {%- set is_fitted = is_incremental() and not goes_back and ml_monitor._scalar("select count(*) from " ~ this ~ " where config_hash = '" ~ ml_monitor.config_hash(monitor) ~ "'") | int > 0 -%}
    {%- set wanted = refit is sameas true or refit == monitor or refit | string | lower == 'true' -%}
    {%- if not wanted and refit | string | lower != 'false' and refit not in ml_monitor.declarations() -%}
        {{ exceptions.raise_compiler_error("ml_monitor: the var ml_monitor__refit is '" ~ refit ~ "'; allowed are true, false and the names of monitors: " ~ ml_monitor.declarations().keys() | join(', ')) }}
    {%- endif -%}
    {%- if (is_fitted and not wanted) or not (wanted or ml_monitor._reference_has_ended(monitor, columns)) -%}
        {{ return(ml_monitor._unfitted_grid(monitor) if goes_back else ml_monitor.no_rows(ml_monitor.grid_columns())) }}
    {%- endif -%}
    {{ return(ml_monitor._fitted_grid(monitor, columns)) }}
{% endmacro %}

{% macro _goes_back(declared) %}
    {#- Whether a replay has profiled the monitor as of a later moment than this one, or may have. -#}
    {%- if not ml_monitor.as_of() -%}{{ return(false) }}{%- endif -%}
    {%- set profile = adapter.get_relation(database=this.database, schema=this.schema, identifier=declared.name ~ '__feature_profile') -%}
    {{ return(not declared.loaded_at or profile is none or ml_monitor._scalar("select count(*) from " ~ profile ~ " where watermark > " ~ ml_monitor.as_of()) | int > 0) }}
{% endmacro %}

{% macro _unfitted_grid(monitor) %}
    {#- A row of no declaration, which nothing reads: it takes the place of bins that have to go. -#}
    select
        {%- for name, type in ml_monitor.grid_columns() %}
        cast({{ {'monitor': "'" ~ monitor ~ "'", 'config_hash': "''"}.get(name, 'null') }} as {{ type }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
{% endmacro %}

{% macro _scalar(sql) %}
    {%- set rows = run_query(sql).rows -%}
    {{ return(rows[0][0] if rows | length else none) }}
{% endmacro %}

{% macro _reference_has_ended(monitor, columns) %}
    {#- A table of its own is always complete. A period has ended when a prediction after it has been seen: the data's clock, not the wall's,
        so that a history loaded day by day ends in the same grid as one loaded at once. What is dated in the future says nothing of the reference. -#}
    {%- set declared = ml_monitor.declaration(monitor) -%}
    {%- if declared.reference.get('relation') -%}{{ return(true) }}{%- endif -%}
    {%- set moment = ml_monitor._moment(columns.predictions.timestamp) -%}
    {%- set after = moment ~ " >= " ~ ml_monitor.timestamp_literal(declared.reference.to) ~ " and " ~ moment ~ " <= " ~ ml_monitor.run_started() -%}
    {{ return(ml_monitor._scalar("select count(*) from (" ~ ml_monitor._prediction_rows(monitor, columns, where=after) ~ " limit 1) as seen") | int > 0) }}
{% endmacro %}

{% macro grid_columns() %}
    {#- Name and type of every column of a grid, in order. -#}
    {%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}
    {{ return([
        ('monitor', text), ('config_hash', text), ('fitted_at', 'timestamp'), ('part', text), ('feature', text), ('kind', text),
        ('bin', 'integer'), ('coarse_bin', 'integer'), ('position', text), ('lower_edge', double), ('upper_edge', double), ('category', text),
        ('center', double), ('piece_lower', double), ('piece_scale', double),
    ]) }}
{% endmacro %}

{% macro _fitted_grid(monitor, columns) %}
    {%- set declared = ml_monitor.declaration(monitor) -%}
    {%- set features = ml_monitor._features(declared) -%}
    {%- set numeric = features | selectattr('kind', 'equalto', 'numeric') | list -%}
    {%- set categorical = features | selectattr('kind', 'equalto', 'categorical') | list -%}
    {%- set scores = ml_monitor._outcome_scores(declared, columns) -%}
    {%- set reference = ml_monitor._reference_rows(monitor, columns) -%}
    {%- set segments = ml_monitor._segment_columns(declared) -%}
    {%- set census = ml_monitor._census((numeric + scores) | map(attribute='column') | unique | list, segments, reference) -%}
    {%- do ml_monitor.check_segment_budget(declared, census.cardinalities) -%}
    {%- set discrete = census.discrete -%}
    {%- set found = columns.reference if declared.reference.get('relation') else columns.predictions -%}
    {%- set one_in = census.n // ml_monitor.grid_sample_rows() -%}
    with reference as {{ ml_monitor.rows_hint(load_relation(ml_monitor.relation(declared.reference.get('relation') or declared.predictions)), true) }} (
        {{ reference }}
    ),

    -- quantiles of a very long reference come from an even sample of it; extremes, categories and distinct values from every row
    sampled_reference as materialized (
        select * from reference
        {%- if one_in > 1 and found.id is defined %}
        where {{ ml_monitor.hash_of(['id']) }} % {{ one_in }} = 0
        {%- endif %}
    ),

    {{ ml_monitor._numeric_bins(numeric, discrete, ml_monitor._is_wide(declared)) }},

    {{ ml_monitor._categorical_bins(categorical, columns, declared, ml_monitor._is_wide(declared)) }},

    {{ ml_monitor._outcome_bins(scores, discrete) }},
    {%- if segments %}

    {{ ml_monitor._segment_values(declared, segments, census.cardinalities) }},
    {%- endif %}

    final as (
        select 'feature' as part, feature, kind, bin, coarse_bin, position, lower_edge, upper_edge, cast(null as {{ ml_monitor.type_text() }}) as category, center, piece_lower, piece_scale
        from numeric_bins
        union all
        select part, feature, 'categorical' as kind, bin, coarse_bin, position, null, null, category, null, null, null
        from categorical_bins
        union all
        select 'outcome' as part, '__score__' as feature, kind, bin, coarse_bin, 'inside' as position, lower_edge, upper_edge, class as category, null, piece_lower, piece_scale
        from outcome_bins
        {%- if segments %}
        union all
        select part, feature, 'segment' as kind, bin, null, position, null, null, category, null, null, null
        from segment_values
        {%- endif %}
    )

    select
        {%- for name, type in ml_monitor.grid_columns() %}
        cast({{ {'monitor': "'" ~ monitor ~ "'", 'config_hash': "'" ~ ml_monitor.config_hash(monitor) ~ "'", 'fitted_at': ml_monitor.run_started()}.get(name, name) }} as {{ type }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from final
{% endmacro %}

{% macro _reference_rows(monitor, columns, grid=none) %}
    {#- The rows that the reference is made of. -#}
    {%- set declared = ml_monitor.declaration(monitor) -%}
    {%- if declared.reference.get('relation') -%}
        {{ return(ml_monitor._prediction_rows(monitor, columns, part='reference', with_id=columns.reference.id is defined, grid=grid)) }}
    {%- endif -%}
    {%- set moment = ml_monitor._moment(columns.predictions.timestamp) -%}
    {{ return(ml_monitor._prediction_rows(monitor, columns, with_id=true, grid=grid, where=moment ~ " >= " ~ ml_monitor.timestamp_literal(declared.reference.get('from')) ~ " and " ~ moment ~ " < " ~ ml_monitor.timestamp_literal(declared.reference.to))) }}
{% endmacro %}

{% macro grid_sample_rows() %}{{ return(100000) }}{% endmacro %}

{% macro _census(names, segments, reference) %}
    {#- {'n': rows of the reference, 'discrete': the columns with at most 1,000 distinct numbers, 'cardinalities': {segment column: about how many values}}.
        More than 1,000 among some rows dismiss most columns, the rest are counted. -#}
    {%- set rows = "with reference as (" ~ reference ~ ") select " -%}
    {%- set counts = ['count(*)'] -%}
    {%- for _ in segments -%}{%- do counts.append(ml_monitor.approximate_distinct('segment_' ~ loop.index0)) -%}{%- endfor -%}
    {%- set counted = run_query(rows ~ counts | join(', ') ~ " from reference").rows[0] -%}
    {%- set candidates = ml_monitor._few_values(names, rows, "(select * from reference limit 20000) as some_rows") -%}
    {%- set discrete = ml_monitor._few_values(candidates, rows, "reference") -%}
    {%- set cardinalities = {} -%}
    {%- for segment in segments -%}{%- do cardinalities.update({segment: counted[1 + loop.index0] | int}) -%}{%- endfor -%}
    {{ return({'n': counted[0] | int, 'discrete': discrete, 'cardinalities': cardinalities}) }}
{% endmacro %}

{% macro _few_values(names, rows, relation) %}
    {#- The columns of a relation with at most 1,000 distinct numbers. -#}
    {%- if not names -%}{{ return([]) }}{%- endif -%}
    {%- set counts = [] -%}
    {%- for name in names -%}{%- do counts.append('count(distinct ' ~ name ~ ')') -%}{%- endfor -%}
    {%- set counted = run_query(rows ~ counts | join(', ') ~ " from " ~ relation).rows[0] -%}
    {%- set few = [] -%}
    {%- for name in names -%}{%- if counted[loop.index0] | int <= 1000 -%}{%- do few.append(name) -%}{%- endif -%}{%- endfor -%}
    {{ return(few) }}
{% endmacro %}

{% macro _outcome_scores(declared, columns) %}
    {#- The scores that outcomes are binned by: one per class, or a regression's prediction. A ranking's score only orders the items of a query. -#}
    {%- set found = columns.reference if declared.reference.get('relation') else columns.predictions -%}
    {%- set scores = [] -%}
    {%- if declared.task == 'regression' and found.prediction is defined -%}
        {%- do scores.append({'class': 'all', 'column': 'score'}) -%}
    {%- endif -%}
    {%- for class, name in declared.classes.items() if name in found.columns and declared.task != 'ranking' -%}
        {%- do scores.append({'class': class, 'column': 'class_score_' ~ loop.index0}) -%}
    {%- endfor -%}
    {{ return(scores) }}
{% endmacro %}
