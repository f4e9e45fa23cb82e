"""The declaration of a monitored ML model: one schema, strictly read."""

from monitor.declaration.load import Reading, load, read, read_text
from monitor.declaration.problems import DeclarationError, Problem, did_you_mean
from monitor.declaration.rules import relations
from monitor.declaration.schema import (
    Costs,
    Declaration,
    Features,
    Labels,
    Owner,
    Protected,
    ReferencePeriod,
    ReferenceRelation,
    Threshold,
    json_schema,
)

__all__ = [
    "Costs",
    "Declaration",
    "DeclarationError",
    "Features",
    "Labels",
    "Owner",
    "Problem",
    "Protected",
    "Reading",
    "ReferencePeriod",
    "ReferenceRelation",
    "Threshold",
    "did_you_mean",
    "json_schema",
    "load",
    "read",
    "read_text",
    "relations",
]
