"""dbt, quicker where one process parses many projects that are nearly the same."""

from __future__ import annotations

import gc
from typing import Any

from dbt_common.clients.jinja import MacroFuzzEnvironment
from dbt_common.tests import enable_test_caching

_compile = MacroFuzzEnvironment.compile
_compiled: dict[tuple[Any, ...], Any] = {}


def make_dbt_quick() -> None:
    """Parse and compile each template once a process, and look for garbage less often.

    Parsing makes millions of objects that stay; to look through all of them again and again is a
    third of its time.
    """
    enable_test_caching()
    MacroFuzzEnvironment.compile = _compile_once
    gc.set_threshold(50_000, 20, 20)


def _compile_once(self: MacroFuzzEnvironment, source: Any, *arguments: Any, **options: Any) -> Any:
    """Return the code of a template, which depends on nothing but what the key holds."""
    key = (type(self), *self.extensions, source, arguments, tuple(options.items()))
    if key not in _compiled:
        _compiled[key] = _compile(self, source, *arguments, **options)
    return _compiled[key]
