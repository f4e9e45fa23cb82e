"""What of a joint distribution SQL cannot fit: principal components, and a domain classifier.

One implementation for both ways it is called: inside dbt, by a Python model, and by `monitor run`
on engines that have none.
"""

from monitor.multivariate.classifier import (
    CLASSIFIER_COLUMNS,
    classified,
    features_query,
    no_classifier_query,
    separation,
)
from monitor.multivariate.components import (
    COMPONENT_COLUMNS,
    moments_query,
    no_components_query,
    principal_components,
)

__all__ = [
    "CLASSIFIER_COLUMNS",
    "COMPONENT_COLUMNS",
    "classified",
    "features_query",
    "moments_query",
    "no_classifier_query",
    "no_components_query",
    "principal_components",
    "separation",
]
