"""Fit components and the domain classifier on engines whose dbt runs no Python models."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from monitor.warehouse import Warehouse

STORE = "ml_monitor__principal_components_store"
MOMENTS = "ml_monitor__joint_moments"
CLASSIFIER_STORE = "ml_monitor__domain_classifier_store"
SAMPLE, FEATURES = "ml_monitor__sample", "ml_monitor__classified_features"
READERS = "ml_monitor__sample_scores+,tag:ml_monitor_results"
"""What is built again once components are fitted or windows classified, as dbt selects it."""


def fit(manifest: Any, project_dir: str | Path) -> int:
    """Fit the components of references that the build has sampled anew, and store them.

    Parameters
    ----------
    manifest : object
        dbt's own, of the project as it was built.
    project_dir : path

    Returns
    -------
    int
        Rows stored; 0 where dbt itself fits them, no monitor declares `multivariate`, or the
        tables are not built.

    Raises
    ------
    MonitorError
        The warehouse refuses.
    """
    with Warehouse.of_manifest(manifest, project_dir) as warehouse:
        store, moments = (warehouse.relation(name) for name in (STORE, MOMENTS))
        if store is None or moments is None or warehouse.columns(store) is None:
            return 0
        from monitor.multivariate import moments_query, principal_components

        found = principal_components(warehouse.frame(moments_query(str(moments), str(store))))
        return 0 if found.empty else warehouse.replace(store, found, "monitor")


def classify(manifest: Any, project_dir: str | Path) -> int:
    """Classify the newest windows that the build has sampled anew, and store what is found.

    Parameters
    ----------
    manifest : object
        dbt's own, of the project as it was built.
    project_dir : path

    Returns
    -------
    int
        Rows stored; 0 where dbt itself does it, no monitor declares `domain_classifier`, the tables
        are not built, or scikit-learn is not installed.

    Raises
    ------
    MonitorError
        The warehouse refuses.
    """
    with Warehouse.of_manifest(manifest, project_dir) as warehouse:
        store, sample, features = (
            warehouse.relation(name) for name in (CLASSIFIER_STORE, SAMPLE, FEATURES)
        )
        if store is None or warehouse.columns(store) is None:
            return 0
        from monitor.multivariate import classified, features_query

        kinds = warehouse.frame(features_query(str(features)))
        found = classified(warehouse.frame, str(sample), kinds, str(store))
        return 0 if found.empty else warehouse.replace(store, found, "replace_key")
