"""A process killed between delete and commit loses nothing."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

from tests.conftest import NewProject
from tests.properties.history import BLOCK, History, assert_same, differs, label, prediction

# The statements that replace windows, held open after the insert while the var `pause` is set.
MACRO = """
{% macro default__get_delete_insert_merge_sql(target, source, unique_key, dest_columns, incremental_predicates) %}
    {%- set columns = get_quoted_csv(dest_columns | map(attribute='name')) %}
    delete from {{ target }} where {{ unique_key }} in (select {{ unique_key }} from {{ source }});
    insert into {{ target }} ({{ columns }}) (select {{ columns }} from {{ source }});
    {%- if var('pause', none) == target.identifier %}
    {{ log('replaced, not committed', info=true) }}
    select {{ 'pg_sleep(5)' if adapter.type() == 'postgres' else 'sum(a.range * b.range) from range(10000000) as a, range(10000000) as b' }};
    {%- endif %}
{% endmacro %}
"""  # noqa: E501
SCRIPT = "import sys; from dbt.cli.main import dbtRunner; dbtRunner().invoke(sys.argv[1:])"


def kill_while_paused(folder: Path, node: str) -> None:
    """Run dbt in a child process, and SIGKILL it once it holds its transaction open."""
    arguments = ["run", "--select", node, "--vars", f"{{pause: {node}}}", "--profiles-dir", "."]
    with subprocess.Popen(
        [sys.executable, "-u", "-c", SCRIPT, *arguments],
        cwd=folder,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout is not None
        seen = any("replaced, not committed" in line for line in child.stdout)
        time.sleep(2)  # the statements follow the log line within milliseconds
        child.send_signal(signal.SIGKILL)
        assert child.wait(timeout=30) == -signal.SIGKILL
    assert seen, "dbt never came to the pause"


def test_a_kill_between_delete_and_commit_loses_nothing(
    engine: str, new_project: NewProject
) -> None:
    project = new_project(engine)
    (project.folder / "macros").mkdir()
    (project.folder / "macros" / "pause.sql").write_text(MACRO)
    history = History(project)
    history.write()
    project.declare(shop=BLOCK)
    history.run()
    before = history.tables()
    history.now += timedelta(hours=3)
    history.predictions.append(prediction(3000, 2, history.now))
    history.labels.append(label(3, history.now, 1))
    history.write()
    for node in ("shop__feature_profile", "shop__outcome_profile"):
        kill_while_paused(project.folder, node)
        assert_same({node: before[node]}, history.tables(node))
    history.run()
    after = history.tables()
    assert differs(before, after)
    history.run("--full-refresh")
    assert_same(after, history.tables())
