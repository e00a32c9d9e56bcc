# The workshop. Everything runs in .venv, from requirements/*.txt with their hashes.

SHELL := /bin/bash
.DEFAULT_GOAL := targets
.DELETE_ON_ERROR:

PYTHON ?= $(shell for name in python3.13 python3.12 python3.11 python3 python; do \
	"$$name" -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$name" && break; done)
PY := .venv/bin/python
# Packages come by pip's own settings; nothing is built but this checkout, and nothing taken without a hash.
# The locks name everything, so nothing is resolved: an older pip would choose by what came out since.
INSTALL = $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps
ITSELF = $(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
FAST := -m "not slow and not browser"
# Whole packages whose every branch must be tested; the rest of the house has 95 in 100.
comma := ,
space := $(subst ,, )
CORE := authentication registration administration granting method_changes challenges notices policy methods directory audit tokens values

# Tests start hundreds of processes; without byte code each would compile all that it imports.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: targets setup run test lint format types check bench docs migrate lock rows words untranslated

targets: ## list these
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 14

setup: .venv/.check ## make .venv with all that is needed to work here

run: .venv/.run ## start the demo organisation; PORT=9080 puts it elsewhere than at port 8080
	@$(PY) -m demo.run $(if $(PORT),--port $(PORT))

test: .venv/.test ## run the tests that are quick
	@$(PY) -m workshop.prerequisites
	$(PY) -m pytest -n auto $(FAST)

lint: .venv/.check ## look for faults of style, and for imports that point up
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	.venv/bin/lint-imports

format: .venv/.check ## write the code in the one format
	$(PY) -m ruff check --fix
	$(PY) -m ruff format

types: .venv/.check ## check types
	$(PY) -m mypy

docs: .venv/.test ## hold the documentation against the program
	$(PY) -m pytest -q tests/docs

rows: .venv/.test ## write which tests prove the behaviour, and name the rows that none proves
	$(PY) -m workshop.security_rows
	$(PY) -m workshop.behaviour_rows

words: .venv/.run ## gather the marked words, and bring the catalogues up to date
	$(PY) -m workshop.words

untranslated: .venv/.run ## list the words that a language lacks, which a release must not
	$(PY) -m workshop.words --untranslated

check: lint types ## all that CI runs
	@$(PY) -m workshop.prerequisites
	$(PY) -m workshop.security_rows
	$(PY) -m workshop.behaviour_rows --check
	rm -f .coverage .coverage.*
	$(PY) -m pytest -n auto --durations=20 --cov --cov-report= --junitxml=build/tests.xml
	$(PY) -m coverage report --fail-under=95
	$(PY) -m coverage report --fail-under=100 --include='$(subst $(space),$(comma),$(CORE:%=src/proofup/%/*))'
	@if [ -n "$${CI:-}" ] && grep -q '<skipped' build/tests.xml; then \
		echo "Tests were skipped; in CI that is a failure." >&2; exit 1; fi

bench: .venv/.test ## measure, ratios first
	$(PY) -m bench

migrate: .venv/.run ## bring the demo's database up to date
	$(PY) -m proofup migrate --folder demo-data

lock: .venv/.check ## choose versions anew and write requirements/*.txt
	$(LOCK) requirements/workshop.in --extra postgres --group demo --group test --group clients --group lint -o requirements/check.txt --upgrade
	$(LOCK) --extra postgres --group demo --group test -c requirements/check.txt -o requirements/test.txt
	$(LOCK) --group demo -c requirements/check.txt -o requirements/run.txt

LOCK = $(PY) -m uv pip compile --quiet pyproject.toml requirements/build.in --universal --python-version 3.11 \
	--generate-hashes --no-annotate --no-header --no-emit-index-url

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later with its venv module is needed (python3-venv)." >&2; exit 1; }
	$(PYTHON) -m venv .venv

# Each is a step on from the one before, in the same .venv.
.venv/.run: requirements/run.txt pyproject.toml | .venv/bin/python
	$(INSTALL) --requirement requirements/run.txt
	$(ITSELF)
	@touch $@

.venv/.test: requirements/test.txt .venv/.run
	$(INSTALL) --requirement requirements/test.txt
	@touch $@

# The clients are thousands of modules, of which the tests import a few: those are compiled as they are met.
.venv/.check: requirements/check.txt .venv/.test | .venv/clients/.done
	$(INSTALL) --no-compile --requirement requirements/check.txt
	@touch $@

# The clients in JavaScript. The lock has a hash for each package, and none runs a script when it is installed.
.venv/clients/.done: tests/clients/package-lock.json | .venv/bin/python
	@if command -v npm >/dev/null; then mkdir -p .venv/clients && cp $(<D)/package*.json $(<D)/.npmrc .venv/clients && \
		cd .venv/clients && npm ci --loglevel=error && touch .done; fi
