"""Reading the result tables, for people: questions, where they are put, and what comes back."""

from monitor.reading.query import Query, ask
from monitor.reading.read import read
from monitor.reading.source import Source, open_source

__all__ = ["Query", "Source", "ask", "open_source", "read"]
