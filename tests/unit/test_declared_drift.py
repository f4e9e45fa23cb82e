"""How a declaration chooses what drift is measured by, and what is shown of it."""

from __future__ import annotations

import pytest

from tests.support.declared import messages

OPTIONAL = (
    "hellinger_distance, total_variation_distance, l_infinity_distance, "
    "cramer_von_mises_statistic, anderson_darling_statistic"
)
FEATURES = {"numeric": ["income", "tenure"]}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"metrics": "every"}, f"churn.metrics: is 'every'; write all, or a list of {OPTIONAL}"),
        ({"metrics": 3}, f"churn.metrics: is 3; write all, or a list of {OPTIONAL}"),
        (
            {"metrics": "hellinger_distance"},
            "churn.metrics: is 'hellinger_distance'; write a list, [hellinger_distance], or all",
        ),
        ({"metrics": ["all"]}, "churn.metrics[0]: write metrics: all, without a list"),
        ({"metrics": ["psi"]}, f"churn.metrics[0]: unknown metric 'psi'; allowed: {OPTIONAL}"),
        (
            {"metrics": ["roc_auc"]},
            "churn.metrics[0]: 'roc_auc' is no optional metric, and measured wherever it can be; "
            f"take it out (optional: {OPTIONAL})",
        ),
        (
            {"metrics": ["population_stability_index"]},
            "churn.metrics[0]: 'population_stability_index' is no optional metric",
        ),
        (
            {"multivariate": "yes"},
            "churn.multivariate: is 'yes'; write true, false or a mapping, such as {sample: 2000}",
        ),
        ({"multivariate": ["x"]}, "churn.multivariate: is a list; write true, false or a mapping"),
        (
            {"metrics": ["helinger_distance"]},
            "churn.metrics[0]: unknown metric 'helinger_distance'; "
            "did you mean 'hellinger_distance'?",
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
            "churn.attributions.income: 'tenure' is itself a feature; name the column that holds "
            "the attribution (SHAP value) of 'income' instead, such as shap_income",
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
    assert not any(message.endswith("…") for message in found)


def test_what_is_right() -> None:
    assert messages(metrics="all", baselines=["previous", "trailing"], trailing=14) == []
    assert messages(metrics=["hellinger_distance"], baselines=["reference", "season"]) == []
    attributions = {"income": "shap_income"}
    severity = {"__attribution__income": "low", "__attribution__": "high", "__label__": "high"}
    assert messages(features=FEATURES, attributions=attributions, severity=severity) == []
