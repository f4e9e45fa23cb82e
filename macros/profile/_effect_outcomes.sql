{% macro _effect_outcomes(monitor, found, grid, coded=false) %}
    {#- CTEs that end in effect_outcomes: window_start, model_version, feature, bin (coarse), n, sum_outcome, sum_squared_outcome. Reads labelled_rows. -#}
    {%- set declared = ml_monitor.declaration(monitor) -%}
    {%- set features = [] -%}
    {%- for feature in ml_monitor._features(declared) if feature.name in grid.features and feature.name not in ['__score__', '__prediction__'] -%}{%- do features.append(feature) -%}{%- endfor -%}
    {%- set double = ml_monitor.type_double() -%}
    {%- set sums = 'count(*) as n, sum(outcome) as sum_outcome, sum(' ~ ml_monitor.square('outcome') ~ ') as sum_squared_outcome' -%}
    effect_rows as materialized (
        select *
        from (
            select
                window_start,
                model_version,
                cast({{ ml_monitor._effect_outcome(declared, grid, coded) }} as {{ double }}) as outcome
                {%- for feature in features %},
                {{ feature.column }}
                {%- endfor %}
            from labelled_rows
        ) as outcome_rows
        where outcome is not null
    ),

    effect_categories as (
        {%- for feature in features if feature.kind == 'categorical' %}
        {{ 'union all' if not loop.first }}
        select window_start, model_version, {{ ml_monitor.text_literal(feature.name) }} as feature, {{ ml_monitor._category(feature, declared, found) }} as category, {{ sums }}
        from effect_rows
        group by window_start, model_version, {{ feature.column }}
        {%- else %}
        select window_start, model_version, cast(null as {{ ml_monitor.type_text() }}) as feature, cast(null as {{ ml_monitor.type_text() }}) as category, 0 as n, outcome as sum_outcome, outcome as sum_squared_outcome
        from effect_rows
        where 1 = 0
        {%- endfor %}
    ),

    effect_outcomes as (
        select
            counts.window_start,
            counts.model_version,
            counts.feature,
            case when counts.category is null then -1 else coalesce(grid.coarse_bin, -3) end as bin,
            sum(counts.n) as n,
            sum(counts.sum_outcome) as sum_outcome,
            sum(counts.sum_squared_outcome) as sum_squared_outcome
        from effect_categories as counts
        left join {{ ref(monitor ~ '__grid') }} as grid
            on grid.part = 'category' and grid.feature = counts.feature and grid.category = counts.category
        group by 1, 2, 3, 4
        {%- for feature in features if feature.kind == 'numeric' %}
        union all
        select window_start, model_version, {{ ml_monitor.text_literal(feature.name) }}, coalesce({{ ml_monitor.bin_of(feature.column, grid.features[feature.name].coarse_edges) }}, -1), {{ sums }}
        from effect_rows
        group by 1, 2, 4
        {%- endfor %}
    )
{%- endmacro %}

{% macro _effect_outcome(declared, grid, coded) -%}
    {#- What observed rates are the mean of: 1 for the positive class, a right prediction of many classes or a relevant item, else 0; of a regression the label less the reference's median prediction. NULL without a label. -#}
    {%- if declared.task == 'binary' -%}
        case actual when {{ ml_monitor._outcome_names(coded)[0] }} then 1 when {{ ml_monitor._outcome_names(coded)[1] }} then 0 end
    {%- elif declared.task == 'multiclass' -%}
        case when actual = prediction then 1 when actual <> prediction then 0 end
    {%- elif declared.task == 'ranking' -%}
        case when actual > 0 then 1 when actual <= 0 then 0 end
    {%- else -%}
        actual - ({{ ml_monitor.number_literal(grid.features['__prediction__'].center or '0') if '__prediction__' in grid.features else '0e0' }})
    {%- endif -%}
{%- endmacro %}
