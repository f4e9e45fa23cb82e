{% macro _share_distances() %}
    {#- CTE share_distances: one row per subject with every distance between shares p of the reference and q of the window.
        Follows compared_counts and feature_bins. All is NULL where the reference has no rows. -#}
    placed_counts as (
        select
            counts.*,
            feature_bins.kind,
            feature_bins.share_bin,
            feature_bins.is_rest,
            feature_bins.is_tail,
            feature_bins.lower_edge,
            feature_bins.upper_edge,
            feature_bins.center
        from (
            -- the window function keeps an engine from joining counts to bins of other features first
            select
                compared_counts.*,
                subjects.monitor,
                subjects.feature,
                case when subjects.segment = 'overall' then 1 else 0 end as is_fine,
                sum(compared_counts.whole_reference_n) over (partition by compared_counts.subject) as whole_reference_rows
            from compared_counts
            inner join subjects on subjects.subject = compared_counts.subject
        ) as counts
        inner join feature_bins
            on feature_bins.monitor = counts.monitor
            and feature_bins.feature = counts.feature
            and feature_bins.is_fine = counts.is_fine
            and feature_bins.bin = counts.bin
    ),

    share_counts as (
        -- one bin for every category that less than 1 % of the whole reference has, so that the bins of a feature are the same in all windows
        select
            subject,
            case when kind = 'categorical' and bin >= 0 and (is_rest = 1 or whole_reference_n * 100 < whole_reference_rows) then 1000 else share_bin end as share_bin,
            sum(n) as n,
            sum(reference_n) as reference_n,
            sum(is_tail * n) as tail_n,
            sum(is_tail * reference_n) as reference_tail_n
        from placed_counts
        group by subject, 2
        having sum(n) + sum(reference_n) > 0
    ),

    totals as (
        select
            share_counts.*,
            sum(n) over (partition by subject) as rows_n,
            sum(reference_n) over (partition by subject) as reference_rows_n,
            max(case when n = 0 or reference_n = 0 then 1 else 0 end) over (partition by subject) as pseudo_rows
        from share_counts
    ),

    shares as (
        select
            *,
            reference_n / nullif(reference_rows_n, 0) as p,
            n / nullif(rows_n, 0) as q,
            (reference_n + pseudo_rows * (n + reference_n) / (rows_n + reference_rows_n)) / nullif(reference_rows_n + case when reference_rows_n > 0 then pseudo_rows else 0 end, 0) as smooth_p,
            (n + pseudo_rows * (n + reference_n) / (rows_n + reference_rows_n)) / (rows_n + pseudo_rows) as smooth_q
        from totals
    ),

    share_distances as (
        select
            subject,
            max(rows_n) as n,
            max(reference_rows_n) as reference_n,
            count(*) as bins,
            sum((smooth_q - smooth_p) * ln(smooth_q / smooth_p)) as population_stability_index,
            case when max(reference_rows_n) > 0 then sqrt(greatest(0, sum(
                (case when p > 0 then p * ln(2 * p / (p + q)) else 0 * p end + case when q > 0 then q * ln(2 * q / (p + q)) else 0 * p end) / (2 * ln(cast(2 as {{ ml_monitor.type_double() }})))
            ))) end as jensen_shannon_distance,
            sqrt(sum(power(sqrt(p) - sqrt(q), 2)) / 2) as hellinger_distance,
            sum(abs(q - p)) / 2 as total_variation_distance,
            max(abs(q - p)) as l_infinity_distance,
            sum(power(n * sqrt(reference_rows_n / rows_n) - reference_n * sqrt(rows_n / nullif(reference_rows_n, 0)), 2) / (n + reference_n)) as chi_square_statistic,
            sum(case when share_bin = -1 then n else 0 end) as null_n,
            sum(case when share_bin = -1 then reference_n else 0 end) as reference_null_n,
            sum(case when share_bin = -3 then n else 0 end) as unseen_n,
            sum(case when share_bin = -3 then reference_n else 0 end) as reference_unseen_n,
            sum(tail_n) as tail_n,
            sum(reference_tail_n) as reference_tail_n
        from shares
        group by subject
    )
{%- endmacro %}
