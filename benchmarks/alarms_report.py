"""Not yet."""
from dataclasses import dataclass
@dataclass(frozen=True)
class Cost:
    seconds: float
    gigabytes: float
class Report: ...
