{% macro label_flips(blocks, keys) %}
    {#- CTE label_flips: one row per `keys` with labelled, label_flip_rate and its standard error.
        Where a share f of labels is flipped whatever the score, a block of scores whose labels are positive with the chance p shows p + f (1 - 2p) (Angluin and Laird, 1988). With w labels, y of them positive, in each block,
        least squares weighted by w give f = sum c (y - w p) / sum w c^2, c = 1 - 2p. Its variance has two parts, chance among the window's labels, w c^2 p (1 - p), and the error of p itself, (w c)^2 p (1 - p) / N with N labels of
        the reference in the block, over (sum w c^2)^2; there p is (N p + 1/2) / (N + 1), so that no block is certain.
        `blocks`: rate (p), block_labelled (N), n (w), positives (y) and row_count, of which labelled is the sum. -#}
    {{ blocks }}_slopes as (
        select
            {{ keys | join(', ') }},
            row_count,
            n,
            n * rate as expected_positives,
            positives,
            1 - 2 * rate as slope,
            (block_labelled * rate + 0.5) / (block_labelled + 1) * (1 - (block_labelled * rate + 0.5) / (block_labelled + 1)) as label_variance,
            block_labelled
        from {{ blocks }}
    ),

    label_flips as (
        select
            {{ keys | join(', ') }},
            sum(row_count) as labelled,
            sum(slope * (positives - expected_positives)) / nullif(sum(n * slope * slope), 0) as label_flip_rate,
            sqrt(sum(n * slope * slope * label_variance * (1 + n / nullif(block_labelled, 0)))) / nullif(sum(n * slope * slope), 0) as label_flip_rate_standard_error
        from {{ blocks }}_slopes
        group by {{ keys | join(', ') }}
    )
{%- endmacro %}
