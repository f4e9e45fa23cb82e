"""Performance: how good the predictions were, how good they are likely to be, and where not."""

from __future__ import annotations

import streamlit as st

from monitor.reading import Query
from monitor.viewer.charts import performance as charts
from monitor.viewer.page import Page
from monitor.viewer.panel import panel
from monitor.viewer.text import plain
from monitor.viewer.view import ALL, WITHIN, View, pick

_OF_BINARY = "positive"
_FIRST = ("roc_auc", "mae", "roc_auc_macro", "ndcg_at_k")


def show(view: View) -> None:
    """Draw the series of a metric, then what stands behind it."""
    known = view.frame(
        view.ask(
            "select distinct class, metric from ml_monitor__performance where monitor = :monitor "
            "and model_version = 'all' and segment = 'overall' order by class, metric"
        )
    )
    if known.empty:
        st.info(
            f"{plain(view.monitor)} has no performance yet: no labels are declared, none have "
            "come, or the reference has not ended. The Overview says which.",
            icon=":material/inbox:",
        )
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        classes = [one for one in known["class"].unique() if one != ALL]
        class_ = pick("Class", "class", [ALL, *classes]) if classes else ALL
        metrics = known.loc[known["class"] == class_, "metric"].tolist()
        first = next((one for one in _FIRST if one in metrics), metrics[0])
        metric = pick("Metric", "metric", metrics, default=first)
    of = {"metric": metric, "class": class_}
    name = metric.replace("_", " ")
    panel(
        view,
        "performance",
        f"{name}, realized and estimated",
        series(view, of),
        lambda rows: charts.over_time(rows, name),
        alt_text=f"{name} of {view.monitor} by window with 95 % intervals, realized from labels "
        "and estimated without them, beside its limits.",
        note="Bands are 95 % confidence intervals; dashes are the limit of an alert, dots the "
        "reference. ○ not judged: too few rows, labels not in, or estimates that have been "
        "wrong of late. Estimates need no labels.",
        empty="No window of this period has a value: see on the Overview what the model waits for, "
        "or choose a longer period or another segment.",
    )
    left, right = st.columns(2)
    with left:
        panel(
            view,
            "history",
            "Against its own past",
            history(view, of),
            lambda rows: charts.against_history(rows, name),
            alt_text=f"Realized {name} beside that of the previous window, of the last seven and "
            "of the same season.",
            empty="No window of this period has labels enough to be judged: choose a longer one.",
        )
        panel(
            view,
            "versions",
            "By version",
            by_version(view, of),
            lambda rows: charts.over_versions(rows, name),
            alt_text=f"Realized {name} by window, a line for each model version.",
            empty="No version is known, or none has labels enough to be judged in this period.",
        )
    with right:
        panel(
            view,
            "maturity",
            "How labels come in",
            maturity(view),
            charts.maturity,
            alt_text="Share of predictions labelled by age in days, in this period and expected "
            "from the reference.",
            empty="No labels are declared, or none have come in this period.",
        )
        panel(
            view,
            "segments",
            "By segment",
            by_segment(view, of),
            lambda rows: charts.over_segments(rows, name),
            alt_text=f"Realized {name} of each segment in the newest window whose labels are in, "
            "with 95 % intervals and its reference.",
            note="In the newest window whose labels are in; ticks are the reference.",
            empty="No segments are declared, or their labels are not in yet.",
        )
    if view.task in ("binary", "multiclass"):
        with left:
            panel(
                view,
                "calibration",
                "Calibration",
                calibration(view, class_),
                charts.calibration,
                alt_text="Mean score against observed rate by score bin, beside the diagonal on "
                "which scores are probabilities.",
                note="Points on the diagonal: a score of 0.3 comes true three times in ten.",
                empty="No labelled scores in this period.",
            )
        with right:
            panel(
                view,
                "threshold",
                "What another threshold would do",
                threshold(view, class_ if classes else _OF_BINARY),
                charts.threshold,
                alt_text="Precision, recall and share selected by threshold of the score.",
                empty="No labelled scores in this period, or several classes: choose one above.",
            )


def series(view: View, of: dict[str, str]) -> Query:
    """Ask for a metric by window and source."""
    return view.ask(
        f"""
        select window_start, source, value, ci_low, ci_high, n, labelled_share, reference_value,
            lower_limit, upper_limit, verdict, reason
        from ml_monitor__performance
        where {WITHIN} and grain = :grain and metric = :metric and class = :class
        order by window_start, source
        """,
        **of,
    )


def history(view: View, of: dict[str, str]) -> Query:
    """Ask for a realized metric beside its own past."""
    return view.ask(
        f"""
        select window_start, value, previous_value, trailing_value, season_value, best_constant
        from ml_monitor__performance
        where {WITHIN} and grain = :grain and metric = :metric and class = :class
            and source = 'realized' and verdict <> 'insufficient_data'
        order by window_start
        """,
        **of,
    )


def by_version(view: View, of: dict[str, str]) -> Query:
    """Ask for a realized metric by window and version."""
    return view.ask(
        """
        select window_start, model_version, value, ci_low, ci_high, n
        from ml_monitor__performance
        where monitor = :monitor and model_version <> 'all' and segment = :segment
            and segment_value = :segment_value and window_start >= :since
            and window_start < :until and grain = :grain and metric = :metric and class = :class
            and source = 'realized' and verdict <> 'insufficient_data'
        order by window_start, model_version
        """,
        **of,
    )


def by_segment(view: View, of: dict[str, str]) -> Query:
    """Ask for a realized metric of every segment in the newest window whose labels are in."""
    return view.ask(
        """
        select window_start, segment, segment_value, value, ci_low, ci_high, n, reference_value,
            verdict
        from ml_monitor__performance
        where monitor = :monitor and model_version = :version and segment <> 'overall'
            and grain = :grain and metric = :metric and class = :class and source = 'realized'
            and value is not null
            and window_start = (
                select max(window_start)
                from ml_monitor__performance
                where monitor = :monitor and model_version = :version and segment = 'overall'
                    and window_start < :until and grain = :grain
                    and metric = :metric and class = :class and source = 'realized'
                    and verdict <> 'insufficient_data'
            )
        order by segment, segment_value
        """,
        **of,
    )


def maturity(view: View) -> Query:
    """Ask what share of the period's predictions is labelled by age."""
    return view.ask(
        """
        with ages as (
            select age_days, sum(labelled) * 1.0 / sum(predictions) as labelled_share,
                sum(expected_share * predictions) / sum(predictions) as expected_share,
                sum(predictions) as predictions, sum(sum(labelled)) over () as all_labelled
            from ml_monitor__label_maturity
            where monitor = :monitor and model_version = :version and window_start >= :since
                and window_start < :until
            group by age_days
            having sum(predictions) > 0
        )
        select age_days, labelled_share, expected_share, predictions
        from ages
        where all_labelled > 0
        order by age_days
        """
    )


def calibration(view: View, class_: str) -> Query:
    """Ask for scores and outcomes by score bin, of a class or all, summed over the period."""
    return view.ask(
        f"""
        select class, score_bin, sum(n) as n, sum(labelled) as labelled,
            sum(mean_score * n) / sum(n) as mean_score,
            sum(observed_rate * labelled) / nullif(sum(labelled), 0) as observed_rate
        from ml_monitor__calibration
        where {WITHIN} and n > 0 and (:class = 'all' or class = :class)
        group by class, score_bin
        having sum(labelled) > 0
        order by class, score_bin
        """,
        **{"class": class_},
    )


def threshold(view: View, class_: str) -> Query:
    """Ask for the confusion matrix of every threshold for a class, summed over the period."""
    return view.ask(
        f"""
        select threshold,
            sum(true_positives) / nullif(sum(true_positives + false_positives), 0) as precision,
            sum(true_positives) / nullif(sum(true_positives + false_negatives), 0) as recall,
            sum(true_positives + false_positives) / nullif(sum(n), 0) as selection_rate,
            sum(true_positives) as true_positives, sum(false_positives) as false_positives,
            sum(false_negatives) as false_negatives, sum(true_negatives) as true_negatives
        from ml_monitor__threshold_curve
        where {WITHIN} and source = 'realized' and class = :class
        group by threshold
        order by threshold
        """,
        **{"class": class_},
    )


PAGE = Page(
    "Performance",
    ":material/query_stats:",
    30,
    show,
    ("monitor", "version", "segment", "windows", "period"),
)
