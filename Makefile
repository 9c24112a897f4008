# The few words everyone types.  `make` alone lists them.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
ARGS   ?=

.DEFAULT_GOAL := help
.PHONY: help run test lint format bench dist snapshots lock clean

help: ## list these words
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 18

# Exact versions with hashes from the lock file; the project itself is installed as it stands in this checkout.
$(READY): .requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "llnotes needs Python 3.11 or newer; name one with: make PYTHON=python3.12"; exit 1; }
	@echo "Setting up $(VENV) (once) ..."
	@$(PYTHON) -m venv --clear $(VENV) || { echo "$(PYTHON) cannot make a virtual environment; on Debian: apt-get install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement .requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

run: $(READY) ## open the app; pass arguments on with ARGS="review ../other"
	@$(BIN)/llnotes $(ARGS)

test: lint ## set up and run everything that CI runs
	@$(BIN)/pytest -n auto

lint: $(READY) ## ruff, mypy and the import rules
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

format: $(READY) ## put the code into shape
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format --quiet .

bench: $(READY) ## measure speed: a table and build/bench.json
	@$(BIN)/python -m tests.bench $(ARGS)

dist: $(READY) ## build wheel, sdist and the single-file program, and try each outside the checkout
	@$(BIN)/python -m tests.dist

snapshots: $(READY) ## draw the pictures of the screens again; look at each before you commit it
	@$(BIN)/pytest -n auto -q tests/ui --snapshot-update

lock: $(READY) ## renew the lock file
	@$(BIN)/uv pip compile --quiet --no-header --universal --python-version 3.11 --extra dev --generate-hashes --upgrade pyproject.toml --output-file .requirements.lock

clean: ## remove what the words above made
	@rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
