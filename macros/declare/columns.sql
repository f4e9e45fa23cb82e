{% macro columns(monitor) %}
    {#- Checks the declaration against the relations it names and returns what the other macros read:
        {'predictions': {role: column, 'columns': {name: column}}, 'labels': {...}}, each column a dict of name, sql (quoted), data_type, kind.
        `columns` holds features, scores, segments and groups: a feature may bear the name of a role.
        Every mistake is collected first, so that one error tells all. Only at run time: an error raised while parsing would stop every model. -#}
    {%- set declared = ml_monitor.declaration(monitor) -%}
    {%- set mistakes = [] -%}
    {%- if not declared.declared -%}
        {{ exceptions.raise_compiler_error("ml_monitor: monitor '" ~ monitor ~ "' is not declared under vars: ml_monitor: in dbt_project.yml (declared: " ~ (ml_monitor.declarations().keys() | list | join(', ') or 'none') ~ "); declare it, or delete the folder of its models.") }}
    {%- endif -%}
    {#- looked up once: a dispatch is slow, and every column needs both -#}
    {%- set type_kind, quoted_name = adapter.dispatch('type_kind', 'ml_monitor'), adapter.dispatch('quoted_name', 'ml_monitor') -%}
    {%- set found = {'predictions': {'columns': {}}, 'labels': {}, 'reference': {'columns': {}}} -%}
    {%- for part, relation, wanted in ml_monitor._wanted_columns(declared, mistakes) -%}
        {%- set actual = ml_monitor.columns_of(relation) -%}
        {%- if not actual -%}
            {%- do mistakes.append(part ~ ": the relation " ~ relation ~ " does not exist or has no columns; build it first or correct the name") -%}
        {%- endif -%}
        {%- for role, name, kinds, needed in wanted if actual -%}
            {%- set place = role | replace('labels_', 'labels.') -%}
            {%- set match = ml_monitor._matching_column(actual, name) -%}
            {%- if match is none -%}
                {%- if needed -%}
                    {%- do mistakes.append(place ~ ": " ~ relation ~ " has no column '" ~ name ~ "'; its columns are " ~ (actual.keys() | join(', ')) ~ "; correct the name or add the column") -%}
                {%- endif -%}
            {%- else -%}
                {%- set kind = type_kind(match.data_type) -%}
                {%- if kinds and kind not in kinds -%}
                    {%- do mistakes.append(place ~ ": column '" ~ name ~ "' of " ~ relation ~ " is " ~ match.data_type ~ ", allowed are " ~ (kinds | join(', ') | replace('array_of_numbers', 'array of numbers')) ~ '; ' ~ ml_monitor.kind_advice(role, kind)) -%}
                {%- elif role == 'segments' and ml_monitor._is_nested(kind, match.data_type) -%}
                    {%- do mistakes.append(place ~ ": column '" ~ name ~ "' of " ~ relation ~ " is " ~ match.data_type ~ ", whose values are no segments; derive a number, a text or a time from it in the model, or take it out") -%}
                {%- endif -%}
                {%- set column = {'name': name, 'sql': quoted_name(match.name), 'data_type': match.data_type, 'kind': kind} -%}
                {%- if role in ml_monitor._column_roles() -%}
                    {%- do found[part].update({role: column}) -%}
                {%- else -%}
                    {%- do found[part].columns.update({name: column}) -%}
                {%- endif -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- if mistakes -%}
        {{ exceptions.raise_compiler_error("ml_monitor: monitor '" ~ monitor ~ "' is declared wrongly (`monitor check` tells the same with line numbers):\n  - " ~ (mistakes | join('\n  - '))) }}
    {%- endif -%}
    {{ return(found) }}
{% endmacro %}

{% macro _column_roles() %}
    {#- Roles that one column of a relation has; other roles may stand for many columns. -#}
    {{ return(['id', 'timestamp', 'loaded_at', 'version', 'prediction', 'weights', 'group', 'entity', 'labels_id', 'labels_label', 'labels_timestamp', 'labels_loaded_at']) }}
{% endmacro %}

{% macro _is_nested(kind, data_type) %}
    {#- Whether a value holds others, as arrays, structs and JSON do. -#}
    {{ return(kind in ['array', 'array_of_numbers'] or modules.re.match('(struct|map|record|json|variant|object|union|list)', data_type | lower) is not none) }}
{% endmacro %}

{% macro _matching_column(actual, name) %}
    {%- if name in actual -%}{{ return(actual[name]) }}{%- endif -%}
    {%- set alike = [] -%}
    {%- for column in actual.values() if column.name | lower == name | lower -%}{%- do alike.append(column) -%}{%- endfor -%}
    {{ return(alike[0] if alike | length == 1 else none) }}
{% endmacro %}

{% macro _wanted_columns(declared, mistakes) %}
    {#- [(part, relation, [(role, column, allowed kinds or none, needed)])]. -#}
    {%- set moments = ['timestamp', 'timestamp_with_time_zone', 'date', 'text'] -%}
    {%- for key in ['predictions', 'id', 'timestamp', 'task'] if not declared[key] -%}
        {%- do mistakes.append(key ~ ": is missing; every monitor needs predictions, id, timestamp and task") -%}
    {%- endfor -%}
    {%- if declared.task and declared.task not in ['binary', 'multiclass', 'regression', 'ranking'] -%}
        {%- do mistakes.append("task: '" ~ declared.task ~ "' is not one of binary, multiclass, regression, ranking") -%}
    {%- endif -%}
    {%- if declared.window not in ['hour', 'day', 'week', 'month'] -%}
        {%- do mistakes.append("window: '" ~ declared.window ~ "' is not one of hour, day, week, month") -%}
    {%- endif -%}
    {%- do mistakes.extend(ml_monitor.roll_up_mistakes(declared)) -%}
    {%- if declared.task == 'regression' and not declared.prediction -%}
        {%- do mistakes.append("prediction: is missing; a regression monitor needs the column of the predicted value") -%}
    {%- elif declared.task in ['binary', 'multiclass'] and not declared.prediction and not declared.score -%}
        {%- do mistakes.append("score: a " ~ declared.task ~ " monitor needs score, prediction or both") -%}
    {%- endif -%}
    {%- do ml_monitor._ranking_mistakes(declared, mistakes) -%}
    {%- if not declared.reference.get('relation') and not (declared.reference.get('from') and declared.reference.get('to')) -%}
        {%- do mistakes.append("reference: needs from and to, or relation") -%}
    {%- endif -%}
    {%- do mistakes.extend(ml_monitor.cost_mistakes(declared)) -%}
    {%- do mistakes.extend(ml_monitor.constraint_mistakes(declared)) -%}
    {%- do mistakes.extend(ml_monitor.effect_mistakes(declared)) -%}
    {%- do mistakes.extend(ml_monitor.multivariate_mistakes(ml_monitor.declarations().get(declared.name, {}))) -%}
    {%- do mistakes.extend(ml_monitor.segment_mistakes(declared)) -%}
    {%- do mistakes.extend(ml_monitor.derived_mistakes(declared)) -%}
    {%- do mistakes.extend(ml_monitor.judgement_mistakes(ml_monitor.declarations().get(declared.name, {}))) -%}
    {%- do mistakes.extend(ml_monitor.drift_choice_mistakes(ml_monitor.declarations().get(declared.name, {}))) -%}
    {%- set wanted = [
        ('id', declared.id, none, true),
        ('timestamp', declared.timestamp, moments, true),
        ('loaded_at', declared.loaded_at, moments, true),
        ('version', declared.version, none, true),
        ('prediction', declared.prediction, ['number'] if declared.task == 'regression' else ['number', 'text', 'boolean'], true),
        ('weights', declared.weights, ['number'], true),
        ('group', declared.group, none, true),
        ('entity', declared.entity, none, true),
    ] -%}
    {%- set features = [] -%}
    {%- for class, column in declared.classes.items() -%}{%- do features.append(('score' if declared.task in ['binary', 'ranking'] else 'score.' ~ class, column, ['number'], true)) -%}{%- endfor -%}
    {%- for column in declared.numeric -%}{%- do features.append(('features.numeric', column, ['number', 'boolean'], true)) -%}{%- endfor -%}
    {%- for column in declared.categorical -%}{%- do features.append(('features.categorical', column, ['number', 'text', 'boolean', 'date', 'timestamp', 'timestamp_with_time_zone'], true)) -%}{%- endfor -%}
    {%- for kind, kinds in ml_monitor.derived_kinds().items() -%}
        {%- for column in declared[kind] -%}{%- do features.append(('features.' ~ kind, column, kinds, true)) -%}{%- endfor -%}
    {%- endfor -%}
    {%- set groups = [] -%}
    {%- for feature, column in declared.attributions.items() -%}{%- do groups.append(('attributions.' ~ feature, column, ['number', 'boolean'], true)) -%}{%- endfor -%}
    {%- for column in declared.segments | sum(start=[]) -%}{%- do groups.append(('segments', column, none, true)) -%}{%- endfor -%}
    {%- for column in declared.protected -%}{%- do groups.append(('protected', column, none, true)) -%}{%- endfor -%}
    {%- set result = [] -%}
    {%- set labels = [] -%}
    {%- if declared.labels -%}
        {%- if not declared.labels.label -%}
            {%- do mistakes.append("labels.label: is missing; labels need the column that holds what came true") -%}
        {%- endif -%}
        {%- set label_kinds = {'regression': ['number'], 'ranking': ['number', 'boolean']}.get(declared.task, ['number', 'text', 'boolean']) -%}
        {%- set labels = [
            ('labels_label', declared.labels.label, label_kinds, true),
            ('labels_timestamp', declared.labels.timestamp, moments, true),
            ('labels_loaded_at', declared.labels.loaded_at, moments, true),
        ] -%}
    {%- endif -%}
    {%- set own = labels if declared.labels and not declared.labels.relation else [] -%}
    {%- if declared.predictions -%}
        {%- do result.append(('predictions', ml_monitor.relation(declared.predictions), ml_monitor._declared_only(wanted + features + groups + own))) -%}
    {%- endif -%}
    {%- if declared.labels and declared.labels.relation -%}
        {%- do result.append(('labels', ml_monitor.relation(declared.labels.relation),
            ml_monitor._declared_only([('labels_id', declared.labels.id, none, true)] + labels))) -%}
    {%- endif -%}
    {%- if declared.reference.get('relation') -%}
        {#- A training set need not hold scores, predictions, weights, labels, versions, groups, ids or times. -#}
        {%- set optional = [] -%}
        {%- for role, name, kinds, needed in wanted + groups + [('labels_label', declared.labels.label if declared.labels else none, label_kinds, true)] -%}
            {#- the age of a date is that at its prediction -#}
            {%- do optional.append((role, name, kinds, role == 'timestamp' and declared.date | length > 0)) -%}
        {%- endfor -%}
        {%- set needed = [] -%}
        {%- for role, name, kinds, is_needed in features -%}{%- do needed.append((role, name, kinds, not role.startswith('score'))) -%}{%- endfor -%}
        {%- do result.append(('reference', ml_monitor.relation(declared.reference.relation), ml_monitor._declared_only(needed + optional))) -%}
    {%- endif -%}
    {{ return(result) }}
{% endmacro %}

{% macro _ranking_mistakes(declared, mistakes) %}
    {#- What a ranking needs, must not have, and alone may have. The block itself tells what is written down: a declaration has defaults. -#}
    {%- set written = ml_monitor.declarations().get(declared.name, {}) -%}
    {%- if declared.task != 'ranking' -%}
        {%- for key in ['group', 'k'] if written.get(key) is not none -%}
            {%- do mistakes.append(key ~ ": only a ranking monitor has it, this is " ~ declared.task ~ "; remove it") -%}
        {%- endfor -%}
        {{ return(none) }}
    {%- endif -%}
    {%- if not declared.group -%}
        {%- do mistakes.append("group: is missing; a ranking monitor needs the column of the query that items are ranked for") -%}
    {%- endif -%}
    {%- if not declared.score -%}
        {%- do mistakes.append("score: is missing; a ranking monitor needs the column that items are sorted by") -%}
    {%- elif declared.score is mapping -%}
        {%- do mistakes.append("score: is a mapping; a ranking monitor has one score column, name that") -%}
    {%- endif -%}
    {%- for key in ['prediction', 'positive', 'threshold'] if written.get(key) is not none -%}
        {%- do mistakes.append(key ~ ": a ranking monitor has none, its items are sorted by score; remove it") -%}
    {%- endfor -%}
    {%- if declared.weights -%}
        {%- do mistakes.append("weights: a ranking monitor has none, its metrics are means over queries; remove it") -%}
    {%- endif -%}
    {%- if declared.k is not integer or declared.k < 1 -%}
        {%- do mistakes.append("k: is " ~ declared.k ~ "; must be a whole number, at least 1") -%}
    {%- endif -%}
{% endmacro %}

{% macro _declared_only(wanted) %}
    {%- set kept = [] -%}
    {%- for row in wanted if row[1] -%}{%- do kept.append(row) -%}{%- endfor -%}
    {{ return(kept) }}
{% endmacro %}
