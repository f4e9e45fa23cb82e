"""How a declaration chooses what drift is measured by, and what is shown of it."""

from __future__ import annotations

import pytest

from tests.support.declared import messages

FEATURES = {"numeric": ["income", "tenure"]}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"metrics": "every"}, "churn.metrics: is 'every'; allowed: all"),
        (
            {"metrics": ["helinger_distance"]},
            "churn.metrics[0]: unknown metric 'helinger_distance'",
        ),
        ({"metrics": ["mae"]}, "churn.metrics[0]: a binary model has no 'mae'; take it out"),
        (
            {"metrics": ["hellinger_distance"] * 2},
            "churn.metrics[1]: 'hellinger_distance' is listed twice; take one out",
        ),
        (
            {"baselines": ["previuos"]},
            "churn.baselines[0]: is 'previuos'; did you mean 'previous'?",
        ),
        ({"baselines": ["previous", "previous"]}, "churn.baselines[1]: 'previous' is listed twice"),
        ({"trailing": 7}, "churn.trailing: nothing is compared with it; add trailing to baselines"),
        ({"baselines": ["trailing"], "trailing": 0}, "churn.trailing: is 0; must be at least 1"),
        (
            {"features": FEATURES, "attributions": {"incom": "shap_income"}},
            "churn.attributions.incom: 'incom' is not declared under features; did you mean",
        ),
        (
            {"attributions": {"income": "shap_income"}},
            "churn.attributions.income: 'income' is not declared under features; declare it there",
        ),
        (
            {"features": FEATURES, "attributions": {"income": "tenure"}},
            "churn.attributions.income: 'tenure' is a feature, not the attribution of one",
        ),
        (
            {"features": FEATURES, "attributions": {"income": "shap", "tenure": "shap"}},
            "churn.attributions.tenure: 'shap' is the attribution of 'income' too; name its own",
        ),
    ],
)
def test_rules(changes: dict[str, object], expected: str) -> None:
    found = messages(**changes)
    assert any(message.startswith(expected) for message in found), found


def test_what_is_right() -> None:
    assert messages(metrics="all", baselines=["previous", "trailing"], trailing=14) == []
    assert messages(metrics=["hellinger_distance"], baselines=["reference", "season"]) == []
    attributions = {"income": "shap_income"}
    severity = {"__attribution__income": "low", "__attribution__": "high", "__label__": "high"}
    assert messages(features=FEATURES, attributions=attributions, severity=severity) == []
