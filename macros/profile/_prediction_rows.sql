{% macro _prediction_rows(monitor, columns, part='predictions', with_id=false, where=none, coded=false, grid=none, with_derived=true) %}
    {#- One row per prediction under fixed column names, so that nothing downstream quotes a user's column:
        window_start, predicted_at, loaded_at, model_version, score, prediction, weight (where weights are declared), query (a ranking's group), numeric_i, categorical_i, attribution_i, derived_i (unless nobody reads them: they may be dear),
        segment_i (with a fitted grid, numbers in bands), group_i, class_score_i. -#}
    {%- set declared = ml_monitor.declaration(monitor) -%}
    {%- set found = columns[part] -%}
    {%- set text = ml_monitor.type_text() -%}
    {%- set double = ml_monitor.type_double() -%}
    select
        {%- if part == 'predictions' %}
        {{ ml_monitor.window_start(declared.window, ml_monitor._moment(found.timestamp)) }} as window_start,
        {{ ml_monitor._moment(found.timestamp) }} as predicted_at,
        {{ ml_monitor._prediction_arrival(declared, found) if declared.loaded_at else 'cast(null as timestamp)' }} as loaded_at,
        {%- endif %}
        {%- if part == 'reference' %}
        cast(null as timestamp) as window_start,
        {{ ml_monitor._moment(found.timestamp) if found.timestamp is defined else 'cast(null as timestamp)' }} as predicted_at,
        {%- if found.loaded_at is defined %}
        {{ ml_monitor._arrival(found.loaded_at, found.timestamp) if found.timestamp is defined else ml_monitor._moment(found.loaded_at) }} as loaded_at,
        {%- else %}
        cast(null as timestamp) as loaded_at,
        {%- endif %}
        {{ ml_monitor._actual(declared, found.labels_label if found.labels_label is defined else none) }} as own_actual,
        {%- if with_id %}
        {{ ml_monitor._join_id(ml_monitor._reference_ids(columns), found.id) }} as id,
        {%- endif %}
        {%- elif with_id %}
        {{ ml_monitor._join_id(columns, found.id) }} as id,
        {%- if declared.labels and not declared.labels.relation %}
        {{ ml_monitor._known_by_then(declared, found, ml_monitor._actual(declared, found.labels_label, coded)) }} as own_actual,
        {{ ml_monitor._known_by_then(declared, found, ml_monitor._label_moment(declared, found)) }} as own_labelled_at,
        {%- else %}
        {{ ml_monitor._actual(declared, none, coded) }} as own_actual,
        cast(null as timestamp) as own_labelled_at,
        {%- endif %}
        {%- endif %}
        {{ "coalesce(" ~ ml_monitor.class_text(found.version) ~ ", '(null)')" if found.version is defined else "'all'" }} as model_version,
        {{ ml_monitor._score(declared, found) }} as score,
        {{ ml_monitor._prediction(declared, found, coded) }} as prediction
        {%- if declared.weights %},
        {{ ml_monitor._weight(found.weights) }} as weight
        {%- endif %}
        {%- if declared.task == 'ranking' %},
        {{ found.group.sql if found.group is defined else 'cast(null as ' ~ text ~ ')' }} as query
        {%- endif %}
        {%- for class, name in declared.classes.items() if name in found.columns %},
        cast({{ found.columns[name].sql }} as {{ double }}) as class_score_{{ loop.index0 }}
        {%- endfor %}
        {%- for name in declared.numeric %},
        {{ ml_monitor._as_double(found.columns[name], double) }} as numeric_{{ loop.index0 }}
        {%- endfor %}
        {%- for name in declared.categorical %},
        {{ found.columns[name].sql }} as categorical_{{ loop.index0 }}
        {%- endfor %}
        {%- for name in declared.attributions.values() %},
        {{ ml_monitor._as_double(found.columns[name], double) if name in found.columns else 'cast(null as ' ~ double ~ ')' }} as attribution_{{ loop.index0 }}
        {%- endfor %}
        {%- for feature in ml_monitor._derived_features(declared) if with_derived %},
        {{ ml_monitor._derived_value(feature, found.columns[feature.source], ml_monitor._moment(found.timestamp) if found.timestamp is defined else 'cast(null as timestamp)') }} as {{ feature.column }}
        {%- endfor %}
        {%- for name in ml_monitor._segment_columns(declared) %},
        {{ ml_monitor._segment_text(declared, found.columns[name], grid) if name in found.columns else 'cast(null as ' ~ text ~ ')' }} as segment_{{ loop.index0 }}
        {%- endfor %}
        {%- for name in declared.protected %},
        {{ ml_monitor.class_text(found.columns[name]) if name in found.columns else 'cast(null as ' ~ text ~ ')' }} as group_{{ loop.index0 }}
        {%- endfor %}
    from {{ ml_monitor.relation(declared.predictions if part == 'predictions' else declared.reference.relation) }}
    {%- set conditions = [where] if where else [] -%}
    {%- if part == 'predictions' and ml_monitor.as_of() -%}
        {%- do conditions.append(ml_monitor._prediction_arrival(declared, found) ~ ' <= ' ~ ml_monitor.as_of()) -%}
    {%- endif %}
    {%- if conditions %}
    where {{ conditions | join('\n        and ') }}
    {%- endif %}
{% endmacro %}

{% macro _known_by_then(declared, found, expression) -%}
    {#- What a label's own column says, where the label had come by the moment of a replay. -#}
    {%- if ml_monitor.as_of() and (declared.labels.loaded_at or declared.labels.timestamp) -%}
        case when {{ ml_monitor._label_arrival(declared, found) }} <= {{ ml_monitor.as_of() }} then {{ expression }} end
    {%- else -%}
        {{ expression }}
    {%- endif -%}
{%- endmacro %}

{% macro _moment(column) -%}
    {{ ml_monitor.utc_timestamp(column.sql, column.data_type) }}
{%- endmacro %}

{% macro _arrival(loaded_at, timestamp) -%}
    {#- A row that does not tell when it was loaded counts as loaded when it was made. -#}
    coalesce({{ ml_monitor._moment(loaded_at) }}, {{ ml_monitor._moment(timestamp) }})
{%- endmacro %}

{% macro _prediction_arrival(declared, found) -%}
    {{ ml_monitor._arrival(found.loaded_at, found.timestamp) if declared.loaded_at else ml_monitor._moment(found.timestamp) }}
{%- endmacro %}

{% macro _as_double(column, double) -%}
    {%- if column.kind == 'boolean' -%}
        cast(case when {{ column.sql }} then 1 when not {{ column.sql }} then 0 end as {{ double }})
    {%- else -%}
        cast({{ column.sql }} as {{ double }})
    {%- endif -%}
{%- endmacro %}

{% macro _score(declared, found) -%}
    {#- The one score that is watched: of the positive class, or the greatest of the classes, or the least where that is below 0, which no probability is; a regression's is its prediction, a ranking's what items are sorted by. -#}
    {%- set greatest = ml_monitor._extreme_score(declared, found, 'greatest') -%}
    {%- set least = ml_monitor._extreme_score(declared, found, 'least') -%}
    {{ greatest if greatest == least else 'case when ' ~ least ~ ' < 0 then ' ~ least ~ ' else ' ~ greatest ~ ' end' }}
{%- endmacro %}

{% macro _extreme_score(declared, found, extreme) -%}
    {#- The greatest or the least score of the classes that are in the relation; where there is one score, that. -#}
    {%- set double = ml_monitor.type_double() -%}
    {%- if declared.task == 'regression' -%}
        {{ 'cast(' ~ found.prediction.sql ~ ' as ' ~ double ~ ')' if found.prediction is defined else 'cast(null as ' ~ double ~ ')' }}
    {%- else -%}
        {%- set scores = [] -%}
        {%- for column in declared.classes.values() if column in found.columns -%}{%- do scores.append('cast(' ~ found.columns[column].sql ~ ' as ' ~ double ~ ')') -%}{%- endfor -%}
        {%- if scores | length == 0 -%}
            cast(null as {{ double }})
        {%- elif scores | length == 1 -%}
            {{ scores[0] }}
        {%- else -%}
            {{ extreme }}({{ scores | join(', ') }})
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{% macro _prediction(declared, found, coded=false) -%}
    {#- The predicted class as text; NULL for a regression, whose prediction is its score, for a ranking, which has an order only, and where a score is not a number. -#}
    {%- set text = ml_monitor.type_text() -%}
    {%- set positive, negative = ml_monitor._outcome_names(coded) -%}
    {%- if declared.task in ['regression', 'ranking'] -%}
        cast(null as {{ text }})
    {%- elif found.prediction is defined and declared.task == 'binary' -%}
        case when {{ ml_monitor.is_class(found.prediction, declared.positive) }} then {{ positive }} when {{ found.prediction.sql }} is not null then {{ negative }} end
    {%- elif found.prediction is defined -%}
        {{ ml_monitor.class_text(dict(found.prediction, is_class=true)) }}
    {%- elif declared.task == 'binary' and declared.score in found.columns -%}
        {%- set score = ml_monitor._score(declared, found) %}
        case when not abs({{ score }}) <= {{ ml_monitor.largest_number() }} then null when {{ score }} >= {{ declared.threshold }} then {{ positive }} when {{ score }} is not null then {{ negative }} end
    {%- elif declared.classes and declared.classes.values() | list | first in found.columns -%}
        {%- set score = ml_monitor._extreme_score(declared, found, 'greatest') %}
        case
            when not abs({{ score }}) <= {{ ml_monitor.largest_number() }} then null
            {%- for class, column in declared.classes.items() %}
            when {{ found.columns[column].sql }} = {{ score }} then {{ ml_monitor.text_literal(class) }}
            {%- endfor %}
        end
    {%- else -%}
        cast(null as {{ 'smallint' if coded else text }})
    {%- endif -%}
{%- endmacro %}

{% macro _weight(column) -%}
    {#- How many cases a row stands for: NULL where that is missing, below 0, NaN or beyond 1e12; 1 in a reference without the column. Below 1e-9 it is 0, so that no product of weights and squares leaves the range of a double. -#}
    {%- if column is not defined -%}
        cast(1 as {{ ml_monitor.type_double() }})
    {%- else -%}
        cast(case when {{ column.sql }} >= 0 and {{ column.sql }} < 1e-9 then 0 when {{ column.sql }} >= 1e-9 and {{ column.sql }} <= 1e12 then {{ column.sql }} end as {{ ml_monitor.type_double() }})
    {%- endif -%}
{%- endmacro %}

{% macro _outcome_names(coded) %}
    {#- The two classes of a binary task, in SQL; as numbers where very many rows are grouped by them. -#}
    {{ return(('cast(1 as smallint)', 'cast(0 as smallint)') if coded else ("'positive'", "'negative'")) }}
{% endmacro %}
