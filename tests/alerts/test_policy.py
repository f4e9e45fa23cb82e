"""`monitor replay --policy` judges production's numbers by other limits, and leaves them alone."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from click.testing import CliRunner, Result
from rich.console import Console
from rich.table import Table

from monitor.cli import main
from monitor.cli.policy_table import differences, totals
from monitor.declaration import DeclarationError, load
from monitor.declaration.policy import read_policy
from monitor.project.feedback import record
from monitor.project.policy import Comparison, compare
from monitor.warehouse import invoke
from tests.alerts.stream import REFERENCE, day
from tests.conftest import NewProject
from tests.support.project import MonitoredProject
from tests.support.scores import block

SELECT = ("--select", "+ml_monitor__incidents", "ml_monitor__status")
DAYS, ROWS = 16, 200
# Shares of NULLs by day.
GROWING = {11: 0.05, 12: 0.1, 13: 0.2, 14: 0.4}
BRIEF = {10: 0.1}
TAUGHT = (
    "select max(learned_windows) as windows from \"{}\".ml_monitor__{} where feature = 'steady'"
)
LIMITS = ["lower_limit", "upper_limit"]
JUDGED = (
    'select * from "{}".ml_monitor__metrics order by model_version, window_start, segment, '
    "segment_value, family, subject, source, baseline, metric"
)

POLICY = """\
all:
  min_rows: 90
  thresholds: {mae: {warn_at: 1, alert_at: 2}}
shop:
  thresholds:
    population_stability_index: {warn_at: 20, alert_at: 30}
    null_rate: {warn_at: 0.1, alert_at: 0.15}
    row_count: {warn_at: 20, alert_at: 50}
"""


def rows() -> pd.DataFrame:
    k = np.tile(np.arange(ROWS), DAYS)
    number = np.repeat(np.arange(DAYS), ROWS)
    frame = pd.DataFrame({"id": np.arange(DAYS * ROWS), "score": 0.5})
    frame["at"] = (day(0) + pd.to_timedelta(number, unit="D")).as_unit("us")
    for feature, faults in (("growing", GROWING), ("brief", BRIEF), ("steady", {})):
        frame[feature] = (k // 10 % 20).astype(float)
        share = pd.Series(number).map(faults).fillna(0)
        frame.loc[k % 100 < 100 * share, feature] = np.nan
    # the last day has three rows in five
    return frame[(number < DAYS - 1) | (k % 5 < 3)]


def contents(project: MonitoredProject) -> dict[str, Any]:
    """Every row of production's tables, what its views are, and every relation elsewhere."""
    views = project.query(
        "select table_schema, table_name, view_definition from information_schema.views"
    ).set_index(["table_schema", "table_name"])["view_definition"]
    found = project.query(
        "select table_schema, table_name from information_schema.tables "
        f"where table_schema like '{project.schema}%' order by 1, 2"
    )
    held: dict[str, Any] = {}
    for schema, name in found.itertuples(index=False, name=None):
        if schema != project.schema:
            held[f"{schema}.{name}"] = None
        elif (schema, name) in views.index:
            held[f"{schema}.{name}"] = views[schema, name]
        else:
            rows = project.query(f'select * from "{schema}"."{name}"').to_numpy()
            held[f"{schema}.{name}"] = sorted(map(str, rows))
    return held


def replay(project: MonitoredProject, *arguments: str) -> Result:
    options = ("--project-dir", str(project.folder))
    return CliRunner().invoke(main, ["replay", *arguments, *options], terminal_width=80)


def printed(table: Table) -> list[str]:
    console = Console(width=80, record=True, file=StringIO())
    console.print(table)
    return [line.rstrip() for line in console.export_text().splitlines()]


def test_history_by_other_limits(engine: str, new_project: NewProject) -> None:
    project = new_project(engine)
    project.load("scores", rows())
    features = {"numeric": ["growing", "brief", "steady"]}
    common = {"reference": REFERENCE, "features": features}
    project.declare(shop=block(**common), other=block(**common, min_rows=150))
    project.build()
    ids = project.query(
        "select subject, alert_id from ml_monitor__alerts where monitor = 'shop'"
    ).set_index("subject")["alert_id"]
    assert sorted(ids.index) == ["brief", "growing"]
    record(project.folder, None, None, [ids["brief"]], "unhelpful")
    record(project.folder, None, None, [ids["growing"]], "acknowledge")
    before = contents(project)
    file = project.folder / "policy.yml"
    file.write_text(POLICY, encoding="utf-8")

    compared = compare(project.folder, None, None, file, "policy")
    pairs = {(pair.monitor, pair.subject): pair for pair in compared.pairs}
    assert set(pairs) == {
        ("shop", "growing"), ("shop", "brief"), ("shop", "__row__"),
        ("other", "growing"), ("other", "brief"),
    }  # fmt: skip
    growing = pairs["shop", "growing"]
    (present,), (other,) = growing.present, growing.other
    assert (present.first_window, present.windows) == (day(11), 4)
    assert (other.first_window, other.windows) == (day(13), 2)
    assert other.metric == "null_rate"
    assert growing.windows_later == 2
    assert (present.is_known, other.is_known, other.is_unhelpful) == (True, True, False)
    brief = pairs["shop", "brief"]
    assert (len(brief.present), brief.other, brief.windows_later) == (1, [], None)
    assert brief.present[0].is_unhelpful
    few = pairs["shop", "__row__"]
    assert (few.present, few.other[0].metric) == ([], "row_count")
    for subject in ("growing", "brief"):
        pair = pairs["other", subject]
        assert pair.present == pair.other
        assert pair.windows_later == 0

    after = contents(project)
    made = f"{project.schema}_policy."
    assert {name: of for name, of in after.items() if not name.startswith(made)} == before
    assert f"{made}ml_monitor__alert_episodes" in after
    assert f"{made}ml_monitor__drift_numbers" not in after

    chosen = Comparison([pair for pair in compared.pairs if pair.monitor == "shop"], "")
    assert printed(differences(chosen)) == [
        "monitor  about    present        policy         opens    said",
        "shop     brief    2026-01-11 ×1  none           gone     unhelpful",  # noqa: RUF001
        "shop     growing  2026-01-12 ×4  2026-01-14 ×2  2 later  incident",  # noqa: RUF001
        "shop     __row__  none           2026-01-16 ×1  new",  # noqa: RUF001
    ]
    assert printed(totals(chosen)) == [
        "in all                present  policy",
        "alerts                      2       2",
        "windows in alert            5       3",
        "marked unhelpful            1       0",
        "in no known incident        1       1",
    ]

    # under dbt itself such a var touches no table of production's
    variables = {"ml_monitor__policy": {"shop": {"min_rows": 9}}, "ml_monitor__schema": "policy"}
    tables = (
        "shop__grid",
        "shop__feature_profile",
        "ml_monitor__feedback",
        "ml_monitor__alert_log",
    )
    arguments = ["run", "--select", *tables]
    refused = invoke(arguments, project.folder, variables=variables).result.results
    assert {str(one.status) for one in refused} == {"error", "skipped"}
    assert "is for views, " in refused[0].message
    assert contents(project) == after


def test_a_policy_judges_as_a_declaration_would(new_project: NewProject) -> None:
    """Few rows teach nothing, of performance too."""
    frame = rows()
    k, number = frame["id"] % ROWS, frame["id"] // ROWS
    frame = frame[(number % 5 != 2) | (k % 5 < 3)]
    frame["score"] = (k * 7 + number) % 100 / 100
    frame["label"] = ((k * 37 + number * 11) % 100 < k * 7 % 100).astype(int)
    project = new_project("duckdb")
    project.load("scores", frame)
    common = {
        "reference": REFERENCE,
        "features": {"numeric": ["growing", "steady"]},
        "labels": {"label": "label"},
    }
    policy = {
        "min_rows": 150,
        "thresholds": {"roc_auc": {"warn_at": 0.001, "alert_at": 0.002}},
    }
    project.declare(shop=block(**common))
    project.build()
    present = project.query(JUDGED.format(project.schema))
    file = project.folder / "policy.yml"
    file.write_text(yaml.safe_dump({"all": policy}), encoding="utf-8")
    compare(project.folder, None, None, file, "policy")
    tried = project.query(JUDGED.format(f"{project.schema}_policy"))
    pd.testing.assert_frame_equal(project.query(JUDGED.format(project.schema)), present)
    taught = {
        table: [
            int(project.query(TAUGHT.format(schema, table))["windows"][0])
            for schema in (project.schema, f"{project.schema}_policy")
        ]
        for table in ("drift", "quality")
    }

    project.declare(shop=block(**common, **policy))
    project.build()
    declared = project.query(JUDGED.format(project.schema))
    pd.testing.assert_frame_equal(tried, declared)
    of_performance = present["family"] == "performance"
    one, other = (frame.loc[of_performance, LIMITS] for frame in (present, tried))
    assert (one - other).abs().max().max() > 0.001
    assert taught == {"drift": [10, 8], "quality": [10, 8]}


def test_what_is_no_place_for_a_policy(new_project: NewProject) -> None:
    project = new_project("duckdb")
    project.load("scores", rows())
    project.declare(shop=block(reference=REFERENCE))
    file = project.folder / "policy.yml"
    file.write_text("all: {min_rows: 9}", encoding="utf-8")
    unbuilt = replay(project, "--policy", str(file))
    assert unbuilt.exit_code == 1
    assert "is not built yet; run `dbt build` or `monitor run`" in unbuilt.stderr
    # production in a custom schema, and the same name asked for
    project.build(*SELECT, ml_monitor__schema="monitoring")
    text = (project.folder / "dbt_project.yml").read_text(encoding="utf-8")
    (project.folder / "dbt_project.yml").write_text(
        text.replace("vars:\n", "vars:\n  ml_monitor__schema: monitoring\n"), encoding="utf-8"
    )
    before = contents(project)
    for name, told in (
        ("monitoring", "holds monitoring tables, and a policy has views only; give another name"),
        (" x", "is no name of letters"),
    ):
        result = replay(project, "--policy", str(file), "--schema", name)
        assert result.exit_code != 0
        assert told in " ".join(result.output.split())
    assert contents(project) == before
    result = replay(project, "--policy", str(file), "--select", "shop")
    assert result.exit_code == 0
    assert result.output.splitlines()[-1] == (
        f"the policy's views are in {project.schema}_policy; production stays as it is"
    )
    (added,) = {name.split(".")[0] for name in contents(project).keys() - before.keys()}
    assert added == f"{project.schema}_policy"
    assert replay(project, "--policy", str(file), "--as-of", "2026-01-05").exit_code == 2
    assert replay(project, "--policy", "nowhere.yml").exit_code == 2


MISTAKES = {
    "": ["policy.yml:1  a policy is a mapping of monitors, or all, to other thresholds, limits, "],
    "shop: {min_rows: 1}\nshop: {min_rows: 2}": ["policy.yml:2  shop: the key is written twice"],
    "shoq: {min_rows: 1}\nshop: {window: week}\nother:": [
        "policy.yml:1  shoq: no monitor of this name is declared; did you mean 'shop'?",
        "policy.yml:2  shop.window: a policy cannot change 'window'; allowed: thresholds, limits, ",
        "policy.yml:3  other: must be a mapping that says other thresholds, limits, min_rows",
    ],
    "all:\n  min_rows: 0\n  limits: {segments: [plan]}\nshop:\n  limits: {kk: 3}\n"
    "  thresholds:\n    mae: {warn_at: 1, alert_at: 2}\n    roc_auc: {warn_at: 2, alert_at: 1}": [
        "policy.yml:2  all.min_rows: is 0; must be at least 1",
        "policy.yml:3  all.limits.segments[0]: 'plan' is not declared under segments; ",
        "policy.yml:5  shop.limits.kk: unknown key 'kk'; did you mean 'k'?",
        "policy.yml:7  shop.thresholds.mae: regression models have 'mae', this is binary",
        "policy.yml:8  shop.thresholds.roc_auc.warn_at: 2 lies beyond alert_at (1)",
    ],
}


@pytest.mark.parametrize("text", list(MISTAKES))
def test_mistakes_have_their_lines(text: str, tmp_path: Path) -> None:
    declared = "{predictions: p, id: id, timestamp: at, task: %s, reference: {relation: r}}"
    shop = declared.replace("}}", "}, score: s}") % "binary"
    other = declared.replace("}}", "}, prediction: y}") % "regression"
    (tmp_path / "dbt_project.yml").write_text(
        f"name: x\nvars: {{ml_monitor: {{shop: {shop}, other: {other}}}}}", encoding="utf-8"
    )
    file = tmp_path / "policy.yml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Exception, match=r"policy\.yml") as raised:
        read_policy(file, load(tmp_path))
    told = str(raised.value).splitlines()
    assert len(told) == len(MISTAKES[text])
    for line, expected in zip(told, MISTAKES[text], strict=True):
        assert line.startswith(expected)


def test_what_holds_for_all_holds_where_it_can(tmp_path: Path) -> None:
    declared = "{predictions: p, id: id, timestamp: at, task: %s, reference: {relation: r}}"
    shop = declared.replace("}}", "}, score: s}") % "binary"
    other = declared.replace("}}", "}, prediction: y}") % "regression"
    (tmp_path / "dbt_project.yml").write_text(
        f"name: x\nvars: {{ml_monitor: {{shop: {shop}, other: {other}}}}}", encoding="utf-8"
    )
    file = tmp_path / "policy.yml"
    mae, area = {"warn_at": 1, "alert_at": 2}, {"warn_at": 0.1, "alert_at": 0.2}
    file.write_text(
        "shop: {min_rows: 7}\nall: {min_rows: 5, thresholds: {mae: {warn_at: 1, alert_at: 2}, "
        "roc_auc: {warn_at: 0.1, alert_at: 0.2}}}",
        encoding="utf-8",
    )
    assert read_policy(file, load(tmp_path)) == {
        "shop": {"min_rows": 7, "thresholds": {"roc_auc": area}},
        "other": {"min_rows": 5, "thresholds": {"mae": mae}},
    }
    file.write_text("shop: 3", encoding="utf-8")
    with pytest.raises(DeclarationError, match="shop: must be a mapping"):
        read_policy(file, load(tmp_path))
