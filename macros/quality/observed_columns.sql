{% macro observed_columns() %}
    {#- Rows (monitor, column_name, data_type, kind): the columns that each monitor's predictions have now, and those that it declares and they have not, with an empty data_type and the kind 'missing'.
        None of a monitor whose predictions cannot be read, and none in a replay, which does not know what there was. -#}
    {%- set text, rows = ml_monitor.type_text(), [] -%}
    {%- for monitor in ml_monitor.declarations() -%}
        {%- set declared = ml_monitor.declaration(monitor) -%}
        {%- set relation = ml_monitor.relation(declared.predictions) if declared.predictions else none -%}
        {%- set actual = ml_monitor.columns_of(relation) if execute and relation and not ml_monitor.as_of() else {} -%}
        {%- for column in actual.values() -%}
            {%- do rows.append([monitor, column.name, column.data_type, ml_monitor.type_kind(column.data_type)]) -%}
        {%- endfor -%}
        {%- for name in ml_monitor.declared_columns(declared) if actual and ml_monitor._matching_column(actual, name) is none -%}
            {%- do rows.append([monitor, name, '', 'missing']) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ ml_monitor.no_rows([('monitor', text), ('column_name', text), ('data_type', text), ('kind', text)]) }}
    {%- if rows %}
    union all
    select * from (values
        {%- for row in rows %}
        ({% for value in row %}{{ ml_monitor.text_literal(value) }}{{ ', ' if not loop.last }}{% endfor %}){{ ',' if not loop.last }}
        {%- endfor %}
    ) as observed_rows(monitor, column_name, data_type, kind)
    {%- endif %}
{% endmacro %}

{% macro declared_columns(declared) %}
    {#- {column: {'roles': [role], 'kinds': [allowed kind] or none}} of what a declaration reads from its predictions; a constraint on the type narrows the kinds. -#}
    {%- set found = {} -%}
    {%- for part, relation, wanted in ml_monitor._wanted_columns(declared, []) if part == 'predictions' -%}
        {%- for role, name, kinds, needed in wanted -%}
            {%- set entry = found.setdefault(name, {'roles': [], 'kinds': none}) -%}
            {%- do entry.roles.append(role | replace('labels_', 'labels.')) -%}
            {%- if kinds -%}{%- do entry.update({'kinds': kinds if entry.kinds is none else entry.kinds | select('in', kinds) | list}) -%}{%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for name, wanted in (declared.constraints if declared.constraints is mapping else {}).items() if name in found and wanted is mapping and wanted.type -%}
        {%- do found[name].update({'kinds': [wanted.type]}) -%}
    {%- endfor -%}
    {{ return(found) }}
{% endmacro %}

{% macro declared_column_rows() %}
    {#- Rows (monitor, column_name, roles, kinds) of what declarations read from predictions; kinds as a list in commas, NULL for any. -#}
    {%- set text, rows = ml_monitor.type_text(), [] -%}
    {%- for monitor in ml_monitor.declarations() -%}
        {%- for name, entry in ml_monitor.declared_columns(ml_monitor.declaration(monitor)).items() -%}
            {%- do rows.append([monitor, name, entry.roles | unique | join(', '), entry.kinds | join(', ') if entry.kinds is not none else none]) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ ml_monitor.no_rows([('monitor', text), ('column_name', text), ('roles', text), ('kinds', text)]) }}
    {%- if rows %}
    union all
    select * from (values
        {%- for row in rows %}
        ({% for value in row %}{{ ml_monitor.text_literal(value) if value is not none else 'cast(null as ' ~ text ~ ')' }}{{ ', ' if not loop.last }}{% endfor %}){{ ',' if not loop.last }}
        {%- endfor %}
    ) as declared_rows(monitor, column_name, roles, kinds)
    {%- endif %}
{% endmacro %}

{% macro column_spells() %}
    {#- CTEs that end in column_spells: rows of ml_monitor__seen_columns with kind_before and data_type_before (of the column), is_latest, first_look_at (of the monitor), declared_name, roles and kinds of the declaration
        (NULL where it does not read the column), and is_sound: whether the declaration can read it. -#}
    declared_columns as (
        {{ ml_monitor.declared_column_rows() }}
    ),

    first_looks as (
        select monitor, min(first_seen_at) as first_look_at
        from {{ ref('ml_monitor', 'ml_monitor__seen_columns') }}
        group by monitor
    ),

    column_spells as (
        select
            seen.*,
            declared_columns.column_name as declared_name,
            declared_columns.roles,
            declared_columns.kinds,
            seen.kind <> 'missing' and coalesce(', ' || declared_columns.kinds || ',' like '%, ' || seen.kind || ',%', true) as is_sound
        from (
            select
                seen.monitor, seen.column_name, seen.data_type, seen.kind, seen.first_seen_at, seen.last_seen_at, seen.is_current,
                first_looks.first_look_at,
                lag(seen.kind) over columns as kind_before,
                lag(seen.data_type) over columns as data_type_before,
                lead(seen.first_seen_at) over columns is null as is_latest,
                lower(seen.column_name) as column_key
            from {{ ref('ml_monitor', 'ml_monitor__seen_columns') }} as seen
            inner join first_looks on first_looks.monitor = seen.monitor
            window columns as (partition by seen.monitor, lower(seen.column_name) order by seen.first_seen_at, seen.last_seen_at)
        ) as seen
        left join declared_columns on declared_columns.monitor = seen.monitor and lower(declared_columns.column_name) = seen.column_key
    )
{%- endmacro %}
