# Vernost. `make demo` and `make test` need nothing but Python 3.11; they set everything up by themselves.

PYTHON ?= $(shell command -v python3.11 || command -v python3 || echo python3.11)
BIN := .venv/bin
WORKERS ?= 2
SEED ?= 1

.DEFAULT_GOAL := help
.PHONY: help setup demo test hunt check lint types contracts docs bench size words client requirements clean

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/run ## Make .venv with the command .venv/bin/vernost

demo: .venv/run ## Write the reports of real data that the project ships, then start the web application on a made-up shop
	$(BIN)/vernost report demo-data/cdnow/CDNOW_master.txt.gz --title CDNOW --currency USD --lang en --out demo/cdnow.html
	$(BIN)/vernost report demo-data/online_retail/online_retail.parquet --title "Online Retail" --currency GBP --lang ru --out demo/online-retail.ru.html
	rm -rf demo/shop
	$(BIN)/vernost simulate demo/shop --preset shop --customers 5000 --lang ru
	$(BIN)/vernost report demo/shop --title "Магазин «Пример»" --currency RUB --timezone Europe/Moscow --lang ru --out demo/shop.ru.html
	@echo "Open the reports: demo/cdnow.html, demo/online-retail.ru.html and demo/shop.ru.html (PDF and Excel lie beside them)."
	$(BIN)/vernost demo demo/company

test: .venv/dev ## Run all tests, with a real PostgreSQL and a local Spark; SEED=… for another order of them
	$(BIN)/python -m pytest -q -n $(WORKERS) --dist loadgroup --randomly-seed=$(SEED)

hunt: .venv/dev ## Look for mistakes with random draws that the tests have not seen yet
	VERNOST_HUNT=1 VERNOST_EXAMPLES=300 $(BIN)/python -m pytest -q -n $(WORKERS) tests/vernost/measure/test_oracle.py tests/vernost/store/test_oracle.py

check: lint types contracts docs test ## All that CI runs

lint: .venv/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/deptry src

types: .venv/dev
	$(BIN)/mypy

contracts: .venv/dev
	$(BIN)/lint-imports

docs: .venv/dev ## Build the documentation into site/, and run its examples
	$(BIN)/python -m sphinx -W --keep-going -q -b html docs site
	$(BIN)/python -m pytest -q -p no:randomly --doctest-glob='*.md' docs README.md README.ru.md

bench: .venv/dev ## Print speed and memory: of measures beside hand-written SQL, Polars and pandas; of loads; of made-up companies; of forecasts
	$(BIN)/python benchmarks/bench_measure.py
	$(BIN)/python benchmarks/bench_store.py
	$(BIN)/python benchmarks/bench_simulate.py
	$(BIN)/python benchmarks/bench_features.py
	$(BIN)/python benchmarks/bench_processes.py
	$(BIN)/python benchmarks/bench_contracts.py
	$(BIN)/python benchmarks/bench_churn.py
	$(BIN)/python benchmarks/bench_truth.py
	$(BIN)/python benchmarks/bench_scale.py

size: ## Print modules over 300 lines: does one hold a second noun?
	@find src -name '*.py' | xargs wc -l | sort -rn | awk '$$1 > 300 && $$2 != "total"'

words: .venv/dev ## Gather the words of screens for translation, and compile those that are translated
	$(BIN)/python -m vernost_web.project.words

client: .venv/run ## Write the Python client of the API into vernost_client.py
	$(BIN)/python -m vernost_web client

requirements: .venv/dev ## Compile the pinned requirements anew (needs uv)
	uv pip compile pyproject.toml --group build --extra web --generate-hashes --no-header --quiet -o requirements/run.txt
	uv pip compile pyproject.toml --group build --extra web --extra postgres -c requirements/run.txt --generate-hashes --no-header --quiet -o requirements/postgres.txt
	uv pip compile pyproject.toml --all-extras --group build --group test --group check --group docs -c requirements/run.txt --generate-hashes --no-header --quiet -o requirements/dev.txt

clean: ## Remove what was made
	rm -rf .venv site demo build src/*.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

.venv/python:
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info[:2] == (3, 11) else "Vernost needs Python 3.11: make PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv .venv
	@touch $@

.venv/run: .venv/python requirements/run.txt pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	$(BIN)/python -m vernost_web.project.words --compile
	$(BIN)/python -m compileall -q src
	@touch $@

.venv/dev: .venv/run requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@
