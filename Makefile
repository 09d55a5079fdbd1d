# `make site` and `make test` do all of their own set-up; they need Python 3.11 or later, make and git.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: help site serve check test bench lint types lock clean

help: ## show what there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  \1\t/' | expand -t 12

site: .venv/site.stamp ## build the site into site/
	$(BIN)/briefs build

serve: .venv/site.stamp ## show the site on this machine and rebuild it on changes
	$(BIN)/briefs serve

check: .venv/site.stamp ## check records, library and briefs
	$(BIN)/briefs check

test: .venv/dev.stamp ## run the tests
	$(BIN)/python -m pytest -n auto --dist loadfile

bench: .venv/dev.stamp ## measure the generator on made-up sites of 1,000 and 10,000 studies
	$(BIN)/python -m tests.benchmarks

lint: .venv/dev.stamp ## check style, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/briefs schema --check

lock: ## write the locks again from pyproject.toml (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --quiet pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --quiet --extra dev pyproject.toml -o requirements-dev.lock

clean: ## remove what was built
	rm -rf build site

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed")'
	$(PYTHON) -m venv .venv

.venv/site.stamp: .venv/bin/python requirements.lock pyproject.toml
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev.stamp: .venv/site.stamp requirements-dev.lock
	$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@
