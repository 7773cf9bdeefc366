# Two commands on a fresh machine: `make demo` and `make test`. `make help` lists the rest.

.DEFAULT_GOAL := help
SHELL := /bin/sh
MAKEFLAGS += --no-print-directory

# Python 3.11 or newer: `python3` if it is, else the first one found.
PYTHON ?= $(shell for name in python3 python3.11 python3.12 python3.13 python3.14; do \
	if $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo $$name; exit; fi; done)
VENV := .venv
PY := $(VENV)/bin/python
PORT ?= 8000
# WORKERS: how many test processes. ARGS: arguments for pytest; empty runs everything.
WORKERS ?= 2
ARGS ?=
# SBOM_DIR: where the list of packages goes.
SBOM_DIR ?= .

.PHONY: help demo setup test faults drill compose-check check fix types-sync lock messages screens sbom audit bench bench-scale clean-local

help: ## list the targets
	@echo "Usage: make <target>"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: setup ## the whole product with invented people, on http://localhost:8000 (PORT=... for another port)
	@PORT=$(PORT) exec $(PY) -m ipsplatform.demo

setup: $(VENV)/.installed node_modules/.installed ## everything installed in .venv and node_modules, translations compiled
	@$(PY) -m ipsplatform.tooling.translations

test: setup ## all tests, on real PostgreSQL and Valkey (ARGS="tests/clients -k name" for some)
	@$(PY) -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

faults: setup ## kill -9 every part under load and report what was lost (ARGS="database" for one)
	@$(PY) -m tests.faults $(ARGS)

drill: setup ## lose a database and recover it in two ways: what was lost (RPO) and how long it took (RTO)
	@$(PY) -m tests.drill

compose-check: setup ## docker compose on a real engine, as docs/operations.md says; says so where none can be started (root)
	@$(PY) -m tests.compose

check: setup ## style, types, layers, templates, migrations and settings, without running tests
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy | $(PY) -m mypy_baseline filter --hide-stats
	$(VENV)/bin/lint-imports --no-logo
	if [ -d templates ]; then $(PY) -m djlint templates --lint --quiet; fi
	$(PY) manage.py check --settings ipsplatform.settings.test --fail-level WARNING
	$(PY) manage.py makemigrations --check --dry-run --settings ipsplatform.settings.test
	$(PY) manage.py lintmigrations --settings ipsplatform.settings.test --quiet ok ignore --warnings-as-errors
	SECRET_KEY=$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(64))') ALLOWED_HOSTS=check.example \
		DATABASE_URL=postgres://nobody@127.0.0.1:1/none REDIS_URL=redis://127.0.0.1:1/0 \
		$(PY) manage.py check --deploy --settings ipsplatform.settings.base --fail-level WARNING

fix: setup ## fix what the style checks can fix automatically
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

types-sync: setup ## after type errors were fixed: take them out of mypy-baseline.txt
	$(PY) -m mypy | $(PY) -m mypy_baseline sync

lock: $(VENV)/.installed ## lock the newest allowed versions of all packages
	$(PY) -m piptools compile --quiet --upgrade --all-extras --allow-unsafe --generate-hashes --strip-extras \
		--no-emit-index-url --no-emit-find-links --output-file=requirements/all.txt pyproject.toml
	$(PY) -m piptools compile --quiet --allow-unsafe --generate-hashes --strip-extras --constraint=requirements/all.txt \
		--no-emit-index-url --no-emit-find-links --output-file=requirements/runtime.txt pyproject.toml
	$(PY) -m ipsplatform.tooling.npm install --package-lock-only

messages: setup ## bring the translation catalogue up to date (needs GNU gettext): new texts added, duplicates merged
	$(PY) manage.py makemessages -l nl
	$(PY) -m ipsplatform.tooling.translations

screens: setup ## screenshots of every page for every role, in screens/
	$(PY) -m tests.screens $(ARGS)

sbom: setup ## what the product consists of, as CycloneDX: two files in SBOM_DIR
	@$(VENV)/bin/cyclonedx-py requirements requirements/runtime.txt --pyproject pyproject.toml --output-reproducible \
		--output-format JSON --output-file $(SBOM_DIR)/sbom.python.json
	@$(PY) -m ipsplatform.tooling.npm sbom --package-lock-only --sbom-format cyclonedx > $(SBOM_DIR)/sbom.npm.json
	@echo "$(SBOM_DIR)/sbom.python.json and $(SBOM_DIR)/sbom.npm.json are written."

audit: setup ## compare the locked packages with the public lists of known weaknesses (needs the internet)
	$(PY) -m pip_audit --strict --requirement requirements/runtime.txt --require-hashes --disable-pip
	$(PY) -m ipsplatform.tooling.npm audit --package-lock-only

bench: setup ## how fast the main pages are, as a ratio to an empty page
	$(PY) -m tests.bench $(ARGS)

bench-scale: setup ## the same with 20,000 and 250,000 clients, and eight people at once (first time: 15 minutes, 10 GB)
	$(PY) -m tests.bench.scale $(ARGS)

clean-local: ## stop the embedded servers and remove their data (.local or $IPS_LOCAL_DIR)
	@if [ -x $(PY) ]; then $(PY) -m ipsplatform.embedded stop; fi
	rm -rf "$${IPS_LOCAL_DIR:-.local}"

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed and was not found. Install it, or: make PYTHON=/path/to/python3.11 setup"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is too old: Python 3.11 or newer is needed."; exit 1; }
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "No virtual environment: on Debian or Ubuntu install python3-venv."; exit 1; }

$(VENV)/.installed: requirements/all.txt | $(VENV)/bin/python
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/all.txt
	@touch $@

node_modules/.installed: package-lock.json package.json .npmrc $(VENV)/.installed
	$(PY) -m ipsplatform.tooling.npm ci --silent
	@touch $@
