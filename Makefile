# `make site` and `make test` do all of their own set-up; they need Python 3.11 or later, make and git.
PYTHON ?= python3
BIN := .venv/bin
SECONDS ?= 100
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: help site serve check test fuzz guided promises bench lint types lock audit sbom licences clean

help: ## show what there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  \1\t/' | expand -t 12

site: .venv/site.stamp ## build the site into site/
	$(BIN)/briefs build

serve: .venv/site.stamp ## show the site on this machine and rebuild it on changes
	$(BIN)/briefs serve

check: .venv/site.stamp ## check records, library and briefs
	$(BIN)/briefs check

test: .venv/dev.stamp ## run the tests
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

promises: .venv/dev.stamp ## run the tests and write down what they found, for the page "How we test"
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder --record-run=data/test-run.json

fuzz: .venv/dev.stamp ## run the hostile tests in their long form, and then guided fuzzing
	BRIEFS_LONG=1 $(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder --timeout 3600 tests/hostile tests/verify
	$(MAKE) guided

guided: .venv/fuzz.stamp ## fuzz every reader, guided by the lines that it reaches (SECONDS=100 for each)
	$(BIN)/python -m tests.hostile.guided --seconds $(SECONDS)

bench: .venv/dev.stamp .venv/peers.stamp ## measure the generator on made-up sites of 1,000 and 10,000 studies
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
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --quiet requirements-audit.in -o requirements-audit.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --quiet requirements-fuzz.in -o requirements-fuzz.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --quiet requirements-peers.in -o requirements-peers.lock

audit: .venv/audit.stamp ## ask whether a known weakness was found in anything that we install (needs a network)
	.venv/audit/bin/pip-audit --disable-pip --require-hashes --strict --progress-spinner off -r requirements.lock -r requirements-dev.lock -r requirements-audit.lock -r requirements-fuzz.lock -r requirements-peers.lock

sbom: .venv/audit.stamp .venv/site.stamp ## list what a site is built with in build/sbom.cdx.json
	mkdir -p build
	.venv/audit/bin/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible --output-file build/sbom.cdx.json requirements.lock
	$(BIN)/python -m tests.licences build/sbom.cdx.json

licences: .venv/dev.stamp ## write docs/licences.md again
	$(BIN)/python -m tests.licences

clean: ## remove what was built
	rm -rf build site

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed")'
	$(PYTHON) -m venv .venv

.venv/site.stamp: .venv/bin/python requirements.lock pyproject.toml
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/audit.stamp: .venv/bin/python requirements-audit.lock
	$(PYTHON) -m venv .venv/audit
	.venv/audit/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements-audit.lock
	@touch $@

.venv/peers.stamp: .venv/bin/python requirements-peers.lock
	$(PYTHON) -m venv .venv/peers
	.venv/peers/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements-peers.lock
	@touch $@

# The fuzzer goes where the tests are; they do not need it. There is no build of it for Windows.
.venv/fuzz.stamp: .venv/dev.stamp requirements-fuzz.lock
	$(PIP) install --require-hashes -r requirements-fuzz.lock
	@touch $@

.venv/dev.stamp: .venv/site.stamp requirements-dev.lock
	$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@
