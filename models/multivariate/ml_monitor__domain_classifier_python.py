"""The domain classifier inside `dbt build`, on engines that run Python models.

Where the package `monitor` or scikit-learn is not installed beside dbt it finds nothing, and the
results say so.
"""


def model(dbt, session):  # noqa: ANN001, ANN201, D103
    rows = dbt.ref("ml_monitor", "ml_monitor__sample")
    features = dbt.ref("ml_monitor", "ml_monitor__classified_features")
    stored = str(dbt.this) if dbt.is_incremental else None
    try:
        from monitor.multivariate import classified, features_query, no_classifier_query
    except ImportError:
        texts = ["replace_key", "monitor", "window_key", "dependency"]
        columns = [f"cast(null as varchar) as {name}" for name in texts]
        columns += ["cast(null as bigint) as feature_number", "cast(null as bigint) as n"]
        columns += ["cast(null as double) as value", "cast(null as double) as standard_error"]
        return session.sql(f"select {', '.join(columns)} where 1 = 0")
    kinds = features.query("features", features_query("features")).df()
    found = classified(lambda sql: rows.query("input", sql).df(), "input", kinds, stored)
    return session.sql(no_classifier_query()) if found.empty else found
