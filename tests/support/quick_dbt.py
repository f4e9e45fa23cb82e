"""dbt, quicker where one process parses many projects that are nearly the same."""

from __future__ import annotations

import functools
import gc
from collections.abc import KeysView
from typing import Any

from dbt.context.macros import MacroNamespace
from dbt_common.clients.jinja import MacroFuzzEnvironment
from dbt_common.dataclass_schema import dbtClassMixin
from dbt_common.exceptions import base
from dbt_common.tests import enable_test_caching

_compile = MacroFuzzEnvironment.compile
_compiled: dict[tuple[Any, ...], Any] = {}
_validate = dbtClassMixin.__dict__["validate"].__func__
_valid: set[tuple[type, str]] = set()


def make_dbt_quick() -> None:
    """Answer once a process what parsing asks again and again, and look for garbage less often.

    Parsing makes millions of objects that stay; to look through all of them again and again is a
    third of its time.
    """
    enable_test_caching()
    MacroFuzzEnvironment.compile = _compile_once
    dbtClassMixin.validate = classmethod(_validate_once)
    base.env_secrets = functools.cache(base.env_secrets)
    MacroNamespace.__getitem__ = lambda self, name: _flat(self)[name]
    MacroNamespace.keys = _names
    gc.set_threshold(50_000, 20, 20)


def _compile_once(self: MacroFuzzEnvironment, source: Any, *arguments: Any, **options: Any) -> Any:
    """Return the code of a template, which depends on nothing but what the key holds."""
    key = (type(self), *self.extensions, source, arguments, tuple(options.items()))
    if key not in _compiled:
        _compiled[key] = _compile(self, source, *arguments, **options)
    return _compiled[key]


def _validate_once(cls: type, data: Any) -> None:
    """Compare data with the schema of a class, unless the same data has been found valid."""
    key = (cls, repr(data))
    if key not in _valid:
        _validate(cls, data)
        _valid.add(key)


def _flat(namespace: MacroNamespace) -> dict[str, Any]:
    """Return the macros of a namespace by name, looked up in dbt's order once for all."""
    if "flat" not in namespace.__dict__:
        flat: dict[str, Any] = {}
        for found in reversed(list(namespace._search_order())):
            flat |= found
        namespace.__dict__["flat"] = flat
    known: dict[str, Any] = namespace.__dict__["flat"]
    return known


def _names(namespace: MacroNamespace) -> KeysView[str]:
    return _flat(namespace).keys()
