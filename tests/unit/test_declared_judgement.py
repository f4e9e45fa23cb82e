"""How a declaration says what is judged: thresholds, limits, incidents and severities."""

from __future__ import annotations

import pytest

from tests.support.declared import messages

# a day in each week of the reference
WEEKS = (11, 12, 23, 27)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"limits": {"method": "learnt"}}, "churn.limits.method: is 'learnt'; did you mean"),
        ({"limits": {"k": 2}}, "churn.limits.k: method: learned has no k; remove it"),
        (
            {"limits": {"method": "reference_sd", "k": 0}},
            "churn.limits.k: is 0; must be above 0",
        ),
        ({"limits": {"segment": ["a"]}}, "churn.limits.segment: unknown key 'segment'; did you"),
        (
            {"segments": ["region"], "limits": {"segments": ["regoin"]}},
            "churn.limits.segments[0]: 'regoin' is not declared under segments; did you mean",
        ),
        (
            {"incidents": [{"from": "2026-02-03"}]},
            "churn.incidents[0].to: the key 'to' is missing; an incident has both",
        ),
        (
            {"incidents": [{"from": "2026-02-03", "to": "2026-02-03"}]},
            "churn.incidents[0].to: 2026-02-03 is not after from (2026-02-03); the incident is",
        ),
        (
            {"incidents": [{"from": "2026-02-03", "to": "2026-02-04", "why": "x"}]},
            "churn.incidents[0].why: unknown key 'why'; allowed: from, to, reason",
        ),
        (
            {"incidents": [{"from": "2026-01-04", "to": "2026-03-01"}]},
            "churn.incidents: together they cover the whole reference, from 2026-01-05 to 2026-02",
        ),
        (
            {
                "window": "week",
                "incidents": [{"from": f"2026-01-{k:02}", "to": f"2026-01-{k + 1}"} for k in WEEKS],
            },
            "churn.incidents: together they cover the whole reference",
        ),
        (
            {"severity": {"age": "low", "mae": "high"}, "features": {"numeric": ["age"]}},
            "churn.severity.mae: regression models have 'mae', this is binary; take it out",
        ),
        ({"severity": {"roc_auc": "grave"}}, "churn.severity.roc_auc: is 'grave'; allowed: low"),
        ({"severity": {"rocauc": "low"}}, "churn.severity.rocauc: 'rocauc' is neither a feature"),
    ],
)
def test_rules(changes: dict[str, object], expected: str) -> None:
    found = messages(**changes)
    assert any(message.startswith(expected) for message in found), found


def test_incidents_that_leave_a_window_to_teach() -> None:
    def found(window: str, *days: int) -> list[str]:
        incidents = [{"from": f"2026-01-{k:02}", "to": f"2026-01-{k + 1:02}"} for k in days]
        return messages(window=window, incidents=incidents)

    assert found("week", *WEEKS[1:]) == found("week", *WEEKS[:-1]) == found("day", *WEEKS) == []
    assert found("week", *WEEKS[:2], *WEEKS[3:]) == []
    every = [{"from": "2026-01-05", "to": "2026-01-20"}, {"from": "2026-01-18", "to": "2026-02-01"}]
    assert messages(incidents=every) == []
    assert messages(incidents=[*every, {"from": "2026-02-01", "to": "2026-02-02"}])
    month = {"window": "month", "reference": {"from": "2026-01-01", "to": "2026-03-01"}}
    assert messages(**month, incidents=every) == []
    assert messages(**month, incidents=[{"from": "2026-01-31", "to": "2026-02-02"}])
    assert messages(reference={"relation": "training"}, incidents=every) == []


def test_severity_of_the_performance_as_a_whole() -> None:
    assert messages(severity={"performance": "high", "roc_auc": "low"}) == []


def test_thresholds() -> None:
    def found(task: str, **thresholds: object) -> list[str]:
        changes = {} if task == "binary" else {"task": task, "score": None, "prediction": "p"}
        changes = {"task": task, "group": "q"} if task == "ranking" else changes
        return messages(**changes, thresholds=thresholds)

    both = {"warn_at": 0.1, "alert_at": 0.1}
    for metric in ("roc_auc", "population_stability_index", "null_rate", "gini"):
        assert found("binary", **{metric: both}) == []
    assert found("regression", mae=both, unseen_rate=both) == []
    assert found("multiclass", f1=both, f1_macro=both) == []
    assert found("ranking", ndcg_at_k=both, null_rate=both) == []
    assert "ranking models have 'mrr', this is binary" in found("binary", mrr=both)[0]
    assert found("regression", roc_auc=both) == [
        "churn.thresholds.roc_auc: binary and multiclass models have 'roc_auc', this is "
        "regression; take it out"
    ]
    assert "regression models have 'mae', this is binary" in found("binary", mae=both)[0]
    assert "multiclass models have 'f1_macro', this is" in found("binary", f1_macro=both)[0]
    assert "did you mean 'roc_auc'?" in found("binary", roc_acu=both)[0]
    every = sorted(message.partition(";")[0] for message in found("binary", psi={"alert_at": "x"}))
    assert every == [
        "churn.thresholds.psi.alert_at: must be a number, is 'x'",
        "churn.thresholds.psi.warn_at: the key 'warn_at' is missing",
        "churn.thresholds.psi: unknown metric 'psi'",
    ]
    assert len(found("binary", mae={"warn_at": 1}, f1={"warn_at": 2, "alert_at": 1})) == 3
    low = {"warn_at": -0.1, "alert_at": 0}
    assert found("binary", population_stability_index=low) == [
        f"churn.thresholds.population_stability_index.{key}: is {value}, but "
        "'population_stability_index' is never below 0 and bad where it is high; give a number "
        "above 0"
        for key, value in (("warn_at", "-0.1"), ("alert_at", "0"))
    ]
    assert len(found("regression", mae=low, null_rate=low)) == 4
    # of another direction 0 is any worsening beyond chance
    assert found("binary", roc_auc=low) == [
        "churn.thresholds.roc_auc.warn_at: is -0.1; it says by how much the metric is worse, so "
        "give 0 or more"
    ]
    for metric in ("roc_auc", "log_loss"):
        assert found("binary", **{metric: {"warn_at": 0.75, "alert_at": 0.7}}) == [
            f"churn.thresholds.{metric}.warn_at: 0.75 lies beyond alert_at (0.7), so it would "
            "never warn; both say by how much the metric is worse than the reference, give the "
            "alert the greater"
        ]
