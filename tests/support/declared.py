"""A sound declaration, and what is wrong with it after changes."""

from __future__ import annotations

import datetime

import yaml

from monitor.declaration import read_text

SOUND = {
    "predictions": "churn_predictions",
    "id": "prediction_id",
    "timestamp": "scored_at",
    "task": "binary",
    "score": "p_churn",
    "reference": {"from": datetime.date(2026, 1, 5), "to": datetime.date(2026, 2, 2)},
}


def project(**blocks: object) -> str:
    """Return a dbt_project.yml with these blocks."""
    return yaml.safe_dump({"name": "shop", "vars": {"ml_monitor": blocks}}, sort_keys=False)


def messages(**changes: object) -> list[str]:
    """Return what is wrong with the sound block after `changes`; None removes a key."""
    block = {key: value for key, value in {**SOUND, **changes}.items() if value is not None}
    return [f"{p.path}: {p.message}" for p in read_text(project(churn=block)).problems]
