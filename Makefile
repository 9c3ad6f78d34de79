# Vasari. `make demo` to see it, `make test` to test it; see CONTRIBUTING.md for the rest.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
RAY := .venv-ray

.DEFAULT_GOAL := help
.PHONY: help demo test test-cluster check fix bench lock clean

help:  ## Say what there is to make
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Vasari needs Python 3.11 or newer: make PYTHON=python3.11" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps -e '.[cpu]'
	@touch $(STAMP)

demo: $(STAMP)  ## Load the sample collection and serve it on 127.0.0.1:8000
	VASARI_HOME=$${VASARI_HOME:-$(CURDIR)/.demo} $(BIN)/vasari demo

test: $(STAMP)  ## Run all tests; what this machine lacks is skipped with the remedy
	$(BIN)/python -m pytest -n auto --dist loadfile

test-cluster: $(STAMP)  ## Run the tests of `vasari cluster` with Ray; some minutes, two cores
	$(BIN)/python -m venv $(RAY)
	$(RAY)/bin/pip install --quiet --disable-pip-version-check -r requirements.lock -r requirements-ray.txt
	PYTHONPATH=$(CURDIR) $(RAY)/bin/python -m pytest tests_cluster

check: $(STAMP)  ## Format, lint, types, import contracts, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	$(MAKE) test

fix: $(STAMP)  ## Format, and mend what the linter can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(STAMP)  ## Measure; prints, and keeps rows in bench/results
	$(BIN)/python -m bench

lock: $(STAMP)  ## Resolve the dependencies anew into requirements.lock
	$(BIN)/pip install --quiet pip-tools
	$(BIN)/pip-compile --quiet --strip-extras --no-emit-index-url --no-emit-find-links \
		--no-emit-trusted-host --no-annotate --no-header --upgrade \
		--extra cpu --extra postgres --extra s3 --extra bench --extra dev \
		--output-file requirements.lock pyproject.toml

clean:  ## Remove the virtual environment, the demo's data and caches
	rm -rf $(VENV) $(RAY) .demo .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis build *.egg-info
