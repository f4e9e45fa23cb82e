"""p-values of performance inside `dbt build`, on engines that run Python models.

Where the package `monitor` is not installed beside dbt there are none, and the status says so.
"""


def model(dbt, session):  # noqa: ANN001, ANN201, D103
    rows = dbt.ref("ml_monitor", "ml_monitor__watched_metrics")
    try:
        from monitor.significance import no_rows_query, performance_tests, watched_query
    except ImportError:
        texts = "replace_key monitor window_key model_version family subject baseline metric test"
        numbers = "statistic p_value effect effect_low effect_high"
        columns = [f"cast(null as varchar) as {name}" for name in texts.split()]
        columns += [f"cast(null as double) as {name}" for name in numbers.split()]
        columns.append("cast(null as varchar) as dependency")
        return session.sql(f"select {', '.join(columns)} where 1 = 0")
    found = performance_tests(rows.query("input", watched_query("input")).df())
    return session.sql(no_rows_query()) if found.empty else found
