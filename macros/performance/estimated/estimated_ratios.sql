{% macro estimated_ratios() %}
    {#- CTEs that end in estimated_ratios, from loss_cells: per unit wmape and r2 as their labels can be expected to make them, with standard errors.
        Both are ratios of expected sums, wmape = E|e| / E|y|, 1 - r2 = q = E e^2 / E d^2 with d a label less the mean m of all. What a row's label decides of such a ratio is (its part above - ratio * its
        part below) / the sum of the parts below; t is the numerator, whose variance within the reference's bin counts once for the labels to come and n / reference_n times for the bin's own mean.
        Labels are kept less the center of the profile; d is expanded in their sums. All is measured in mean sizes of a label, or in standard deviations of the labels, so that nothing is too small to be squared. -#}
    {%- set square, product = ml_monitor.square, ml_monitor.product -%}
    label_means as (
        select
            {{ ml_monitor.unit_keys() }},
            n,
            reference_n,
            {%- for name, sum in {
                'size': 'sum_absolute_label', 'size_2': 'sum_squared_size', 'error': 'sum_absolute_error', 'error_2': 'sum_squared_error', 'error_4': 'sum_quartic_error', 'sized_error': 'sum_sized_error',
                'label': 'sum_label', 'label_2': 'sum_squared_label', 'label_3': 'sum_cubed_label', 'label_4': 'sum_quartic_label', 'label_error_2': 'sum_labelled_squared_error', 'label_2_error_2': 'sum_squared_labelled_error',
            }.items() %}
            {{ sum }} / reference_n as {{ name }}{{ ',' if not loop.last }}
            {%- endfor %}
        from loss_cells
    ),

    label_totals as (
        select
            label_means.*,
            {%- for name in ['n', 'n * size', 'n * error', 'n * error_2', 'n * label', 'n * label_2'] %}
            sum({{ name }}) over (partition by {{ ml_monitor.unit_keys() }}) as all_{{ name | replace('n * ', '') }}{{ ',' if not loop.last }}
            {%- endfor %}
        from label_means
    ),

    scaled_cells as (
        select
            {{ ml_monitor.unit_keys() }},
            n,
            reference_n,
            all_n,
            all_error / nullif(all_size, 0) as wmape,
            {%- for name in ['error', 'size'] %}
            {{ name }} / nullif(all_size / all_n, 0) as relative_{{ name }},
            {%- endfor %}
            {%- for name in ['error_2', 'size_2', 'sized_error'] %}
            {{ name }} / nullif(all_size / all_n, 0) / nullif(all_size / all_n, 0) as relative_{{ name }},
            {%- endfor %}
            all_error_2 / all_n / spread as unexplained,
            {%- for name, value in {'m': 'm', 'label': 'label'}.items() %}
            case when abs({{ value }}) < 1e-30 * root then 0 else {{ value }} / root end as {{ name }},
            {%- endfor %}
            {%- for name in ['error_2', 'label_2'] %}
            {{ name }} / spread as {{ name }},
            {%- endfor %}
            label_3 / spread / root as label_3,
            label_error_2 / spread / root as label_error_2,
            {%- for name in ['error_4', 'label_4', 'label_2_error_2'] %}
            {{ name }} / spread / spread as {{ name }}{{ ',' if not loop.last }}
            {%- endfor %}
        from (
            -- labels that are all equal leave a spread of rounding only
            select spread_cells.*, case when spread > 1e-12 * all_label_2 / all_n then sqrt(spread) end as root
            from (select label_totals.*, all_label / all_n as m, nullif(all_label_2 / all_n - {{ square('(all_label / all_n)') }}, 0) as spread from label_totals) as spread_cells
        ) as rooted_cells
    ),

    varied_cells as (
        select
            scaled_cells.*,
            relative_error_2 - 2 * {{ product('wmape', 'relative_sized_error') }} + {{ product('(' ~ square('wmape') ~ ')', 'relative_size_2') }}
            - {{ square('(relative_error - ' ~ product('wmape', 'relative_size') ~ ')') }} as variance_of_wmape,
            error_4
            - 2 * {{ product('unexplained', '(label_2_error_2 - 2 * m * label_error_2 + m * m * error_2)') }}
            + {{ product('(' ~ square('unexplained') ~ ')', '(label_4 - 4 * m * label_3 + 6 * m * m * label_2 - 4 * m * m * m * label + m * m * m * m)') }}
            - {{ square('(error_2 - ' ~ product('unexplained', '(label_2 - 2 * m * label + m * m)') ~ ')') }} as variance_of_r2
        from scaled_cells
    ),

    estimated_ratios as (
        select
            {{ ml_monitor.unit_keys() }},
            max(wmape) as wmape,
            {{ ml_monitor.root('sum(n * (1 + n / reference_n) * greatest(variance_of_wmape, 0))') }} / max(all_n) as wmape_standard_error,
            case when max(variance_of_r2) is not null then 1 - max(unexplained) end as r2,
            {{ ml_monitor.root('sum(n * (1 + n / reference_n) * greatest(variance_of_r2, 0))') }} / max(all_n) as r2_standard_error
        from varied_cells
        group by {{ ml_monitor.unit_keys() }}
    )
{%- endmacro %}
