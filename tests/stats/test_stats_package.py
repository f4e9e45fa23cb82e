"""The package as a whole: its examples, its files, and what importing it costs."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil
import subprocess
import sys

import pytest

from monitor import stats

MODULES = [module.name for module in pkgutil.iter_modules(stats.__path__)]
FUNCTIONS = [name for name in stats.__all__ if inspect.isfunction(getattr(stats, name))]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_docstrings_hold(name: str) -> None:
    module = importlib.import_module(f"monitor.stats.{name}")
    finder = doctest.DocTestFinder(exclude_empty=True)
    found = [test for test in finder.find(module) if test.examples]
    assert found or name == "result"
    for test in found:
        assert doctest.DocTestRunner().run(test).failed == 0, test.name


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_function_has_a_file_of_its_name_and_says_what_it_takes_and_gives(name: str) -> None:
    function = getattr(stats, name)
    assert function.__module__ == f"monitor.stats.{name}"
    text = inspect.getdoc(function) or ""
    for heading in ("Parameters", "Returns", "Raises", "References", "Examples"):
        assert f"\n{heading}\n{'-' * len(heading)}\n" in text, heading


def test_importing_the_package_does_not_import_scipy_stats() -> None:
    code = "import sys, monitor.stats; print('scipy.stats' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"


def test_a_single_test_gives_scalars_and_many_give_arrays() -> None:
    assert isinstance(stats.two_proportion(3, 10, 4, 10).p_value, float)
    assert stats.two_proportion([3, 4, 5], 10, [[4], [5]], 10).cohens_h.shape == (2, 3)
