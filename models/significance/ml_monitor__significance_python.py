"""p-values inside `dbt build`, on engines that run Python models.

Where the package `monitor` is not installed beside dbt there are none, and the status says so.
"""


def model(dbt, session):  # noqa: ANN001, ANN201, D103
    numbers = dbt.ref("ml_monitor", "ml_monitor__drift_numbers")
    watched = dbt.ref("ml_monitor", "ml_monitor__watched_metrics")
    stored = str(dbt.this) if dbt.is_incremental else None
    try:
        from monitor.significance import drift_query, no_rows_query, significance, watched_query
    except ImportError:
        columns = "replace_key monitor window_key model_version family subject baseline metric test"
        numbers_columns = "statistic p_value effect effect_low effect_high"
        empty = [f"cast(null as varchar) as {name}" for name in columns.split()]
        empty += [f"cast(null as double) as {name}" for name in numbers_columns.split()]
        empty.append("cast(null as varchar) as dependency")
        return session.sql(f"select {', '.join(empty)} where 1 = 0")
    found = significance(
        numbers.query("numbers", drift_query("numbers", stored)).df(),
        watched.query("watched", watched_query("watched")).df(),
    )
    if found.empty:
        return session.sql(no_rows_query())
    return found
