{% macro isotonic(name, relation, keys, bin, successes, trials) %}
    {#- CTEs that end in `name`: keys, bin, rate: the isotonic regression of successes / trials on the bin, never falling:
        the greatest over a <= bin of the least over b >= bin of the mean of bins a to b (equal to pooling adjacent violators). A bin without trials takes the rate of the next bin below that has them, else of the next above. -#}
    {%- set partition = keys | join(', ') -%}
    {{ name }}_means as (
        select
            {% for key in keys %}first_bins.{{ key }}, {% endfor %}
            first_bins.{{ bin }} as first_bin,
            last_bins.{{ bin }} as last_bin,
            sum(last_bins.{{ successes }}) over (partition by {% for key in keys %}first_bins.{{ key }}, {% endfor %}first_bins.{{ bin }} order by last_bins.{{ bin }} rows unbounded preceding)
            / sum(last_bins.{{ trials }}) over (partition by {% for key in keys %}first_bins.{{ key }}, {% endfor %}first_bins.{{ bin }} order by last_bins.{{ bin }} rows unbounded preceding) as mean
        from {{ relation }} as first_bins
        inner join {{ relation }} as last_bins
            on last_bins.{{ bin }} >= first_bins.{{ bin }}{% for key in keys %} and last_bins.{{ key }} = first_bins.{{ key }}{% endfor %}
        where first_bins.{{ trials }} > 0 and last_bins.{{ trials }} > 0
    ),

    {{ name }}_least as (
        select {{ partition }}, last_bin, min(mean) over (partition by {{ partition }}, first_bin order by last_bin desc rows unbounded preceding) as mean
        from {{ name }}_means
    ),

    {{ name }}_fitted as (
        select {{ partition }}, last_bin, max(mean) as rate
        from {{ name }}_least
        group by {{ partition }}, last_bin
    ),

    {{ name }} as (
        select
            {% for key in keys %}bins.{{ key }}, {% endfor %}
            bins.{{ bin }},
            coalesce(
                max(fitted.rate) over (partition by {% for key in keys %}bins.{{ key }}{{ ', ' if not loop.last }}{% endfor %} order by bins.{{ bin }} rows unbounded preceding),
                min(fitted.rate) over (partition by {% for key in keys %}bins.{{ key }}{{ ', ' if not loop.last }}{% endfor %} order by bins.{{ bin }} desc rows unbounded preceding)
            ) as rate
        from {{ relation }} as bins
        left join {{ name }}_fitted as fitted
            on fitted.last_bin = bins.{{ bin }}{% for key in keys %} and fitted.{{ key }} = bins.{{ key }}{% endfor %}
    )
{%- endmacro %}
