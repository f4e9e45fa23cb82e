"""Principal components of the reference inside `dbt build`, on engines that run Python models.

Where the package `monitor` is not installed beside dbt there are none, and the results say so.
"""


def model(dbt, session):  # noqa: ANN001, ANN201, D103
    rows = dbt.ref("ml_monitor", "ml_monitor__joint_moments")
    stored = str(dbt.this) if dbt.is_incremental else None
    try:
        from monitor.multivariate import moments_query, no_components_query, principal_components
    except ImportError:
        texts = ["monitor", "held_out", "dependency"]
        numbers = ["component", "feature_number"]
        columns = [f"cast(null as varchar) as {name}" for name in texts]
        columns += [f"cast(null as bigint) as {name}" for name in numbers]
        columns += ["cast(null as boolean) as is_kept", "cast(null as double) as eigenvalue"]
        columns.append("cast(null as double) as weight")
        return session.sql(f"select {', '.join(columns)} where 1 = 0")
    found = principal_components(rows.query("input", moments_query("input", stored)).df())
    return session.sql(no_components_query()) if found.empty else found
