# Everything runs in .venv, made from constraints.txt; python3 and make are all a machine needs.
PYTHON ?= python3
BIN := .venv/bin
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export DBT_PROFILES_DIR := .

.PHONY: install demo test lint format benchmark coverage alarms breaks wide viewer orders docs clean

install: .venv/installed

.venv/installed: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit("Python 3.10 or newer is needed; say which with PYTHON=..." if sys.version_info < (3, 10) else 0)'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch .venv/installed

demo: install  ## Make the demo data, build every table, and say what was found.
	$(BIN)/monitor demo

test: install  ## Every test, on every engine that needs no account.
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

lint: install  ## Style of Python and SQL, types.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/sqlfluff lint models

format: install
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

benchmark: install  ## Speed, memory, latency and what optional parts cost; writes benchmarks/results.md.
	$(BIN)/python -m benchmarks

coverage: install  ## How often intervals of estimates cover what comes true; writes benchmarks/coverage.md.
	$(BIN)/python -m benchmarks.coverage

alarms: install  ## False alerts and missed faults of the verdicts, more than an hour; writes benchmarks/alarms.md.
	$(BIN)/python -m benchmarks.alarms

wide: install  ## First builds of 500 features and of 5 segment columns over a year, on both engines; writes benchmarks/wide.md.
	$(BIN)/python -m benchmarks.wide

viewer: install  ## Seconds of each page on a year of 200 features and 3 versions, while a build runs; writes benchmarks/viewer.md.
	$(BIN)/python -m benchmarks.viewer

breaks: install  ## In which window breaks of eighteen kinds are noticed; writes benchmarks/breaks.md.
	$(BIN)/python -m benchmarks.breaks

orders: install  ## Any order of loads ends in the same tables: many more examples than `make test` tries.
	ML_MONITOR_EXAMPLES=60 $(BIN)/python -m pytest tests/properties/test_any_order.py --timeout 7200

docs: install  ## The pages that are made from the metric registry.
	$(BIN)/python -m monitor.registry_page > docs/metrics.md

clean:
	rm -rf .venv target dbt_packages logs demo.duckdb demo.main.snapshot.duckdb
