"""What of a joint distribution SQL cannot fit: principal components, and a domain classifier.

One implementation for both ways it is called: inside dbt, by a Python model, and by `monitor run`
on engines that have none.
"""

from monitor.multivariate.components import (
    COMPONENT_COLUMNS,
    moments_query,
    no_components_query,
    principal_components,
)

__all__ = [
    "COMPONENT_COLUMNS",
    "moments_query",
    "no_components_query",
    "principal_components",
]
