# Each target sets itself up on a machine that has nothing but python3 and make.

PYTHON ?= python3
PORT ?= 8000
SECONDS ?= 60
SEED ?= 1
CASES ?= 5000

VENV := .venv
BIN := $(VENV)/bin
# A uv that is installed is used; otherwise one is put into .venv.
UV := $(or $(shell command -v uv),$(BIN)/uv)
# --inexact leaves what the lock does not name, uv itself for one, where it is.
SYNC := UV_PROJECT_ENVIRONMENT=$(VENV) $(UV) sync --frozen --all-extras --inexact

# Tests run two files at a time; TOGETHER= runs them one by one.
TOGETHER := --numprocesses 2 --dist loadfile

# What is installed where the desk runs, whichever of its parts.
SHIPPED := --frozen --quiet --no-dev --all-extras
SBOM ?= sbom.cdx.json
FAST ?= tests/unit tests/architecture

READY_TO_RUN := $(VENV)/.ready-to-run
READY_TO_WORK := $(VENV)/.ready-to-work

.DEFAULT_GOAL := help
.PHONY: help setup run test check format schemathesis audit sbom bench chaos

help:
	@echo "make setup            install what the desk needs, and start nothing"
	@echo "make run [PORT=8000]  start the desk; Ctrl-C stops it"
	@echo "make check            formatting, lint, types, import contracts and the fast tests"
	@echo "make test             every test"
	@echo "make chaos [SECONDS=60] [SEED=1]  wreck a whole desk under visitors, and see whether it keeps its word"
	@echo "make schemathesis     try the API with 5,000 requests made up from its description; CASES= says how many"
	@echo "make audit            ask PyPI for known vulnerabilities in what is shipped"
	@echo "make sbom             list what is shipped, as CycloneDX, in sbom.cdx.json"
	@echo "make bench            measure, against a plain FastAPI stream and other vector stores"

setup: $(READY_TO_RUN)

run: $(READY_TO_RUN)
	@$(BIN)/frontdesk up --port $(PORT)

test: $(READY_TO_WORK)
	@$(BIN)/pytest $(TOGETHER) $(ARGS)

check: $(READY_TO_WORK)
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(if $(FAST),$(BIN)/pytest $(TOGETHER) $(FAST))

format: $(READY_TO_WORK)
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

schemathesis: $(READY_TO_WORK)
	@SCHEMATHESIS_CASES=$(CASES) $(BIN)/pytest tests/faults/test_openapi_holds.py -s $(ARGS)

audit: $(READY_TO_WORK)
	@$(UV) export $(SHIPPED) --no-emit-project | $(BIN)/pip-audit --strict --disable-pip --require-hashes -r /dev/stdin

sbom: | $(UV)
	@$(UV) export $(SHIPPED) --format cyclonedx1.5 --output-file $(SBOM)

bench: $(READY_TO_WORK)
	@$(BIN)/python -m tests.bench $(ARGS)

chaos: $(READY_TO_WORK)
	@$(BIN)/python -m tests.chaos --seconds $(SECONDS) --seed $(SEED)

$(READY_TO_RUN): pyproject.toml uv.lock | $(UV) $(BIN)/python
	@echo "Setting up in $(VENV), once."
	@$(SYNC) --no-dev --no-extra fastembed
	@touch $@

$(READY_TO_WORK): pyproject.toml uv.lock | $(UV) $(BIN)/python
	@echo "Setting up in $(VENV), once."
	@$(SYNC)
	@touch $@ $(READY_TO_RUN)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null || { \
		echo "Frontdesk needs Python 3.11 or newer; $(PYTHON) is older or missing. Name another: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { \
		rm -rf $(VENV); echo "Python can't make virtual environments here. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }

$(BIN)/uv: | $(BIN)/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv>=0.9'
