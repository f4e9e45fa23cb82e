"""dbt parses and compiles the package's macros for every project: in tests, once a process."""

from __future__ import annotations

from types import CodeType
from typing import Any

from dbt_common.clients.jinja import MacroFuzzEnvironment
from dbt_common.tests import enable_test_caching

_compile = MacroFuzzEnvironment.compile
_compiled: dict[tuple[Any, ...], Any] = {}


def _compile_once(
    self: MacroFuzzEnvironment, source: Any, *arguments: Any, **options: Any
) -> CodeType | str:
    """Return Jinja's code of a template, which depends on nothing but what the key holds."""
    key = (type(self), *self.extensions, source, arguments, tuple(options.items()))
    if key not in _compiled:
        _compiled[key] = _compile(self, source, *arguments, **options)
    return _compiled[key]


def keep_templates() -> None:
    """Parse and compile each template once, not once a project."""
    enable_test_caching()
    MacroFuzzEnvironment.compile = _compile_once
