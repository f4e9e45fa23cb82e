{% macro _categorical_bins(features, columns, declared, is_wide=false) %}
    {#- CTEs that end in categorical_bins: part, feature, bin, coarse_bin, position, category.
        part = 'feature': one row per bin. The 100 most frequent categories keep their own; (other), NULL and unseen have one each.
        part = 'category': one row per category of the reference, which maps it to its bin: what is not among them is unseen. -#}
    {%- set found = columns.reference if declared.reference.get('relation') else columns.predictions -%}
    {%- set names, categories = [], [] %}
    categories as (
        {%- if is_wide and features %}
        {%- for feature in features %}{% do names.append(ml_monitor.text_literal(feature.name)) %}{% do categories.append(ml_monitor._category(feature, declared, found)) %}{% endfor %}
        select feature, category, count(*) as n
        from (
            {{ ml_monitor.unpivoted({}, {'feature': names, 'category': categories}, 'reference') }}
        ) as feature_values
        where category is not null
        group by feature, category
        {%- else %}
        {%- for feature in features %}
        {{ 'union all' if not loop.first }}
        select {{ ml_monitor.text_literal(feature.name) }} as feature, {{ ml_monitor._category(feature, declared, found) }} as category, count(*) as n
        from reference
        where {{ feature.column }} is not null
        group by {{ feature.column }}
        {%- else %}
        select cast(null as {{ ml_monitor.type_text() }}) as feature, cast(null as {{ ml_monitor.type_text() }}) as category, 0 as n where 1 = 0
        {%- endfor %}
        {%- endif %}
    ),

    ranked_categories as (
        select feature, category, row_number() over (partition by feature order by sum(n) desc, {{ ml_monitor.binary_order('category') }}) as category_rank
        from categories
        group by feature, category
    ),

    categorical_bins as (
        select 'category' as part, feature, least(category_rank, 101) - 1 as bin, least(category_rank, 10) as coarse_bin, case when category_rank <= 100 then 'inside' else 'other' end as position, category
        from ranked_categories
        union all
        select 'feature', feature, category_rank - 1, least(category_rank, 10), 'inside', category
        from ranked_categories
        where category_rank <= 100
        {%- set codes = [(100, 10, 'other', '(other)'), (-1, -1, 'null', '(null)'), (-3, -3, 'unseen', '(unseen)')] %}
        {%- if is_wide and features %}
        {%- for bin, coarse_bin, position, category in codes %}
        union all
        select 'feature', feature, {{ bin }}, {{ coarse_bin }}, '{{ position }}', '{{ category }}'
        from ({{ ml_monitor.unpivoted({}, {'feature': names}) }}) as names_of_{{ position }}
        {%- endfor %}
        {%- endif %}
        {%- for feature in features if not is_wide %}
        {%- for bin, coarse_bin, position, category in codes %}
        union all
        select 'feature', {{ ml_monitor.text_literal(feature.name) }}, {{ bin }}, {{ coarse_bin }}, '{{ position }}', '{{ category }}'
        {%- endfor %}
        {%- endfor %}
    )
{%- endmacro %}

{% macro _category(feature, declared, found) -%}
    {#- A categorical feature's value as text, whatever its type; the prediction already is. -#}
    {%- if feature.name == '__prediction__' -%}
        {{ feature.column }}
    {%- else -%}
        {{ ml_monitor.class_text(dict(found.columns[feature.name], sql=feature.column)) }}
    {%- endif -%}
{%- endmacro %}
