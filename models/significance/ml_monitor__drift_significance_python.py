"""p-values of drift inside `dbt build`, on engines that run Python models.

Where the package `monitor` is not installed beside dbt there are none, and the status says so.
"""


def model(dbt, session):  # noqa: ANN001, ANN201, D103
    rows = dbt.ref("ml_monitor", "ml_monitor__drift_numbers")
    stored = str(dbt.this) if dbt.is_incremental else None
    try:
        from monitor.significance import drift_query, drift_tests, no_rows_query
    except ImportError:
        texts = "replace_key monitor window_key model_version family subject baseline metric test"
        numbers = "statistic p_value effect effect_low effect_high"
        columns = [f"cast(null as varchar) as {name}" for name in texts.split()]
        columns += [f"cast(null as double) as {name}" for name in numbers.split()]
        columns.append("cast(null as varchar) as dependency")
        return session.sql(f"select {', '.join(columns)} where 1 = 0")
    found = drift_tests(rows.query("input", drift_query("input", stored)).df())
    return session.sql(no_rows_query()) if found.empty else found
