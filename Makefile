# Each target is also readable as the plain commands that it runs.
SHELL := /bin/sh
PYTHON ?= python3
PORT ?= 8080
# So many processes share the tests, file by file; each has a browser of its own.
WORKERS ?= 2
PYTEST := python -m pytest -n $(WORKERS) --dist loadfile
# A Node that came from PyPI lies in .venv/bin, beside everything else.
IN_VENV := PATH="$(CURDIR)/.venv/bin:$$PATH"

.PHONY: help setup demo wheel check format test js unit browser e2e bench bench-open bench-server clean

help: ## what there is to make
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/make \1: \2/p' Makefile

setup: ## .venv, node_modules and the browsers; quick when they are there
	@PYTHON="$(PYTHON)" scripts/setup.sh

demo: setup ## build the demos and serve them on 127.0.0.1:8080 (PORT=…)
	@$(IN_VENV) PORT="$(PORT)" scripts/demo.sh

wheel: setup ## dist/*.whl, audited, with its lock file
	@./build_wheel.sh

check: setup ## format, lint and types, of Python and of JS
	$(IN_VENV) ruff format --check .
	$(IN_VENV) ruff check .
	$(IN_VENV) mypy
	$(IN_VENV) npm run --silent lint
	$(IN_VENV) npm run --silent types

format: setup ## put the Python in order
	$(IN_VENV) ruff format .
	$(IN_VENV) ruff check --fix .

test: wheel js unit browser e2e ## every test

js: setup ## the client's unit tests, under Node
	$(IN_VENV) node --test $$(find tests/js -name '*.test.js' | sort)

unit: setup ## the engine, the tools and the house, in plain Python
	$(IN_VENV) $(PYTEST) tests/unit tests/server tests/house demo

browser: wheel ## the built wheel in the interpreter, in Chromium
	$(IN_VENV) python -m pytest tests/browser

e2e: wheel ## the built demos in real browsers
	$(IN_VENV) $(PYTEST) tests/e2e

bench: setup ## the benchmark against JS frameworks (BENCH="--quick", "--slow 4"; --help)
	$(IN_VENV) python -m bench $(BENCH)

bench-open: setup ## how soon a page answers, beside stock Pyodide and the peer (BENCH="--slow"; --help)
	$(IN_VENV) python -m bench.opening $(BENCH)

bench-server: setup ## memory, latency and throughput of a server, beside an echo and the peer (BENCH="--short")
	$(IN_VENV) python -m bench.server $(BENCH)

clean: ## remove what was built, not what was set up
	rm -rf build dist tempestweb_wasm/_client
