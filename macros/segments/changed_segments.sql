{% macro changed_segments() %}
    {#- CTEs that end in changed_segments: rows of the CTE segment_numbers with min_rows on both sides, their value and reference_value (means), difference, standard_error, z_score, z_limit and searched, the number of segments of
        the monitor and kind that are looked at.
        The standard error has two parts. Chance: a difference of two means, with the variance of both sides together, or that of the window's side where it is greater (so that one row far out does not look like many).
        And what means of the reference's windows vary by beyond chance (`between_variance`, by the method of moments: DerSimonian and Laird, 1986), at least what the whole varies by, and so much more that
        as many standard errors are exceeded as seldom as if it were known (Student's t by a normal deviate: Abramowitz and Stegun, 1964, 26.7.5). Where windows are too few to tell, 0.002 of the variance.
        z_limit allows half a false alarm in a quarter among all the segments that are searched in each of its windows; an error is worse where it is higher, a score or a share where it has moved either way. -#}
    {%- set half = "max(case when kind = 'error' then 0.5e0 else 0.25e0 end)" -%}
    sized_segments as (
        select
            numbers.*,
            monitors.grain,
            {{ ml_monitor.condition_count('numbers.segment_key') }} as condition_count,
            numbers.sum / numbers.n as mean,
            numbers.reference_sum / numbers.reference_n as reference_mean,
            greatest(0, numbers.reference_squares / numbers.reference_n - {{ ml_monitor.square('(numbers.reference_sum / numbers.reference_n)') }}) as reference_variance,
            numbers.spread / ({{ ml_monitor.square('numbers.n') }}) + numbers.reference_spread / ({{ ml_monitor.square('numbers.reference_n') }}) as spread_share
        from segment_numbers as numbers
        inner join {{ ref('ml_monitor', 'ml_monitor__monitors') }} as monitors on monitors.monitor = numbers.monitor
        where case
            -- of a segment that has gone, as many rows as were to be expected
            when numbers.kind = 'share' then greatest(numbers.rows_n, numbers.reference_rows_n * (numbers.n / numbers.reference_n)) >= monitors.min_rows
            else numbers.n >= monitors.min_rows and numbers.reference_n >= monitors.min_rows
        end
    ),

    varied_segments as (
        select
            sized_segments.*,
            greatest(
                case
                    when reference_windows >= {{ ml_monitor.fewest_windows() }} then
                        (reference_between - {{ ml_monitor.square('reference_sum') }} / reference_n - (reference_windows - 1) * reference_variance) / nullif(reference_n - reference_spread / reference_n, 0)
                    else 0.002e0 * reference_variance
                end,
                0
            ) as own_variance
        from sized_segments
    ),

    {{ ml_monitor.search_limits('varied_segments', half) }},

    limited_segments as (
        select
            varied_segments.*,
            greatest(own_variance, coalesce(max(case when condition_count = 0 then own_variance end) over (partition by varied_segments.monitor, varied_segments.kind), 0)) as whole_variance,
            search_limits.searched,
            search_limits.z_limit
        from varied_segments
        inner join search_limits on search_limits.monitor = varied_segments.monitor and search_limits.kind = varied_segments.kind
    ),

    erring_segments as (
        select
            limited_segments.*,
            whole_variance * case when reference_windows >= {{ ml_monitor.fewest_windows() }} then {{ ml_monitor.square('(1 + (' ~ ml_monitor.square('z_limit') ~ ' + 1) / (4 * (reference_windows - 1)))') }} else 1 end as between_variance
        from limited_segments
    ),

    changed_segments as (
        select
            measured_segments.*,
            difference / nullif(standard_error, 0) as z_score
        from (
            select
                erring_segments.*,
                mean - reference_mean as difference,
                sqrt({{ ml_monitor.variance_of_change('n', 'sum', 'squares', 'reference_n', 'reference_sum', 'reference_squares') }} + between_variance * spread_share) as standard_error
            from erring_segments
        ) as measured_segments
    )
{%- endmacro %}

{% macro search_limits(rows, half, where=none) %}
    {#- CTE search_limits (monitor, kind, searched, z_limit): how many rows of a kind are looked at, and the deviate that one of them exceeds in a quarter's windows with the chance `half`. -#}
    search_limits as (
        select
            monitor,
            kind,
            searched,
            greatest(3.5e0, {{ ml_monitor.normal_deviate('tail') }}) as z_limit
        from (
            select monitor, kind, count(*) as searched, {{ half }} / (max({{ ml_monitor.windows_of_grain() }}) * count(*)) as tail
            from {{ rows }}
            {%- if where %}
            where {{ where }}
            {%- endif %}
            group by monitor, kind
        ) as counted_rows
    )
{%- endmacro %}

{% macro windows_of_grain() -%}
    case grain{% for grain, windows in ml_monitor.windows_per_quarter().items() %} when '{{ grain }}' then {{ windows }}{% endfor %} end
{%- endmacro %}

{% macro variance_of_change(n, sum, squares, reference_n, reference_sum, reference_squares) -%}
    {#- What chance makes a difference of two means vary by. -#}
    {%- set pooled = ml_monitor._variance_of('(' ~ n ~ ' + ' ~ reference_n ~ ')', '(' ~ sum ~ ' + ' ~ reference_sum ~ ')', '(' ~ squares ~ ' + ' ~ reference_squares ~ ')') -%}
    (greatest({{ pooled }}, {{ ml_monitor._variance_of(n, sum, squares) }}) / nullif({{ n }}, 0) + {{ pooled }} / nullif({{ reference_n }}, 0))
{%- endmacro %}

{% macro _variance_of(n, sum, squares) -%}
    greatest(0, {{ squares }} / nullif({{ n }}, 0) - {{ ml_monitor.square('(' ~ sum ~ ' / nullif(' ~ n ~ ', 0))') }})
{%- endmacro %}
