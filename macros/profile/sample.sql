{% macro sample(monitor) %}
    {#- An even sample of each window's rows, about as many as declared or all of fewer: for what sums by feature cannot tell, how features go together.
        A row is in it by the hash of its id, so that the same rows are in it whatever the order of loads, and the engine. A reference that is a relation of its own is one block of ten times as many rows, under a key of its own.
        position: from 1, in the order of the hash; 0 marks a window that has become empty. values: of the features in the order of `multivariate`, a number as it is (NULL where it is none), a category as its bin in the grid.
        combination: the coarse bins of the features that are combined, as digits (see `_combination_digit`); NULL while no grid is fitted. -#}
    {{ ml_monitor._profile_config(['window_key', 'position']) }}
    {%- set declared = ml_monitor.declaration(monitor) -%}
    {%- set grid = ml_monitor._read_grid(monitor) -%}
    {%- do ml_monitor._upstream(declared) -%}
    {%- if not execute -%}{{ return('select 1 as window_key') }}{%- endif -%}
    {%- set columns = ml_monitor.columns(monitor) -%}
    {%- set wanted = declared.multivariate -%}
    {%- set touched = ml_monitor._touched_windows(monitor, columns, (grid.fitted_at or 'unfitted') ~ tojson(wanted) ~ '|2') -%}
    {%- set has_relation = declared.reference.get('relation') and touched.all -%}
    {%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}
    with prediction_rows as {{ ml_monitor.rows_hint(load_relation(ml_monitor.relation(declared.predictions)), touched.all) }} (
        {{ ml_monitor._prediction_rows(monitor, columns, with_id=true, where=ml_monitor._window_filter(monitor, columns, touched), grid=grid) }}
    ),

    {{ ml_monitor._sampled_rows('window', 'prediction_rows', monitor, columns.predictions, grid, ml_monitor._row_hash([ml_monitor._same_text('prediction_rows.id', columns.predictions.id)]), wanted.sample) }},
    {%- if has_relation %}

    reference_rows as (
        {{ ml_monitor._reference_rows(monitor, columns) }}
    ),
    {%- set keys = [] -%}
    {%- if columns.reference.id is defined -%}
        {%- do keys.append(ml_monitor._same_text('reference_rows.id', columns.reference.id)) -%}
    {%- else -%}
        {%- for feature in wanted.features -%}
            {%- set column = {'kind': 'number', 'data_type': 'double'} if feature.kind == 'numeric' else columns.reference.columns[feature.name] -%}
            {%- do keys.append(ml_monitor._same_text('reference_rows.' ~ feature.column, column)) -%}
        {%- endfor -%}
    {%- endif %}

    {{ ml_monitor._sampled_rows('reference', 'reference_rows', monitor, columns.reference, grid, ml_monitor._row_hash(keys), 10 * wanted.sample) }},
    {%- endif %}

    {{ ml_monitor._replaced_windows(monitor, touched, 'window_sample') }},

    all_rows as (
        select windows.window_key, windows.window_start, windows.window_end, sampled.model_version, sampled.id, sampled.position, sampled.combination, sampled.feature_values
        from windows
        left join window_sample as sampled on sampled.window_start = windows.window_start
        where windows.window_start is not null
        {%- if has_relation %}
        union all
        select '{{ monitor }}|reference', null, null, model_version, id, position, combination, feature_values
        from reference_sample
        {%- endif %}
    )

    select
        cast(window_key as {{ text }}) as window_key,
        cast(window_start as timestamp) as window_start,
        cast(window_end as timestamp) as window_end,
        cast(coalesce(model_version, '') as {{ text }}) as model_version,
        cast(id as {{ text }}) as id,
        cast(coalesce(position, 0) as integer) as position,
        cast(combination as bigint) as combination,
        cast(feature_values as {{ double }}[]) as feature_values,
        {{ ml_monitor._audit_columns(touched) }}
    from all_rows
{% endmacro %}

{% macro _row_hash(texts) -%}
    {%- set known = [] -%}
    {%- for text in texts -%}{%- do known.append("coalesce(" ~ text ~ ", '')") -%}{%- endfor -%}
    {{ ml_monitor.text_hash(known | join(" || '|' || ")) }}
{%- endmacro %}

{% macro _same_text(sql, column) -%}
    {#- A value as text, the same on every engine: one writes 7, another 7.0. -#}
    {%- set text = 'cast(' ~ sql ~ ' as ' ~ ml_monitor.type_text() ~ ')' -%}
    {{ "regexp_replace(" ~ text ~ ", '[.]0+$', '')" if column.kind == 'number' and 'int' not in column.data_type | lower else text }}
{%- endmacro %}

{% macro _sampled_rows(name, rows, monitor, found, grid, hash, size) %}
    {#- CTEs that end in <name>_sample: window_start, model_version, id, position, combination, feature_values. -#}
    {%- set declared = ml_monitor.declaration(monitor) -%}
    {%- set wanted = declared.multivariate -%}
    {%- set has_id = found.id is defined -%}
    {{ name }}_sizes as (
        select window_start, count(*) as n
        from {{ rows }}
        group by window_start
    ),

    {{ name }}_drawn as (
        select {{ rows }}.*, {{ hash }} as drawn_by
        from {{ rows }}
        inner join {{ name }}_sizes as sizes on {{ 'sizes.window_start = ' ~ rows ~ '.window_start' if name == 'window' else '1 = 1' }}
        where cast({{ hash }} % 1000003 as bigint) * sizes.n < cast({{ size }} as bigint) * 1000003
    ),

    {{ name }}_coded as (
        select
            drawn.window_start,
            drawn.model_version,
            {{ 'cast(drawn.id as ' ~ ml_monitor.type_text() ~ ')' if has_id else 'cast(null as ' ~ ml_monitor.type_text() ~ ')' }} as id,
            drawn.drawn_by
            {%- for feature in wanted.features %},
            {{ ml_monitor._sampled_value(feature, loop.index0) }} as value_{{ loop.index0 }}
            {%- endfor %}
        from {{ name }}_drawn as drawn
        {%- for feature in wanted.features if feature.kind == 'categorical' %}
        {%- set category = 'category_' ~ wanted.features.index(feature) %}
        left join {{ ref(monitor ~ '__grid') }} as {{ category }}
            on {{ category }}.part = 'category' and {{ category }}.config_hash = '{{ ml_monitor.config_hash(monitor) }}' and {{ category }}.feature = {{ ml_monitor.text_literal(feature.name) }}
            and {{ category }}.category = {{ ml_monitor._category(dict(feature, column='drawn.' ~ feature.column), declared, found) }}
        {%- endfor %}
    ),

    {{ name }}_sample as (
        select
            window_start,
            model_version,
            id,
            row_number() over (partition by window_start order by drawn_by{% for _ in wanted.features %}, value_{{ loop.index0 }}{% endfor %}, model_version) as position,
            {% if grid.fitted_at -%}
            {%- for number in wanted.combinations %}{{ ' + ' if not loop.first }}{{ 8 ** loop.index0 }} * ({{ ml_monitor._combination_digit(wanted.features[number], 'value_' ~ number, grid) }}){% endfor %}
            {%- else -%}
            cast(null as bigint)
            {%- endif %} as combination,
            array[{% for _ in wanted.features %}value_{{ loop.index0 }}{{ ', ' if not loop.last }}{% endfor %}] as feature_values
        from {{ name }}_coded
    )
{%- endmacro %}

{% macro _sampled_value(feature, number) -%}
    {%- set column = 'drawn.' ~ feature.column -%}
    {%- if feature.kind == 'numeric' -%}
        case when abs({{ column }}) <= {{ ml_monitor.largest_number() }} then {{ column }} end
    {%- else -%}
        cast(case when {{ column }} is not null then coalesce(category_{{ number }}.bin, -3) end as {{ ml_monitor.type_double() }})
    {%- endif -%}
{%- endmacro %}

{% macro _combination_digit(feature, value, grid) -%}
    {#- The coarse bin of a value, from 0 to 7. A number: 1, 2 and 3 for the thirds of the reference's deciles, what lies beyond its extremes with the outer ones. A category: 1 to 4 for the four most frequent of the reference,
        5 for the others, 6 for one it does not have. 0 for NULL, and for a number that is none. -#}
    {%- if feature.kind == 'categorical' -%}
        case when {{ value }} is null then 0 when {{ value }} = -3 then 6 else least({{ value }} + 1, 5) end
    {%- else -%}
        {%- set edges = grid.features[feature.name].coarse_edges if feature.name in grid.features else [] -%}
        {%- set groups = [edges | selectattr('is_common') | list | length, 1] | max -%}
        {%- if edges -%}
            case when {{ value }} is null then 0 else least(greatest(floor(({{ ml_monitor.bin_of(value, edges) }} - 1) * 3 / {{ groups }}.0), 0), 2) + 1 end
        {%- else -%}
            case when {{ value }} is null then 0 else 1 end
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
