# Everything runs from .venv, which is built from constraints.txt. Another Python: make test PYTHON=python3.13
PYTHON ?= python3
EXTRAS := test,dev,dashboard
TEST_FLAGS ?= --numprocesses=auto --dist=worksteal

# The interpreter behind PYTHON (not that of an active environment, which may be the one to be replaced) and its version.
# A version that pyenv has but does not offer by name is found too.
ask = $(shell $(1) -c 'import platform, sys; print(sys._base_executable, platform.python_version())' 2>/dev/null)
FOUND := $(call ask,$(PYTHON))
ifeq ($(FOUND),)
FOUND := $(call ask,PYENV_VERSION="$$(pyenv whence $(PYTHON) 2>/dev/null | tail -n 1)" $(PYTHON))
endif
INTERPRETER := $(firstword $(FOUND))
VERSION := $(lastword $(FOUND))

BIN := .venv/bin
# The stamp carries the version of Python: a call with another one finds no stamp and builds .venv anew.
STAMP := .venv/.built-with-$(VERSION)

.DEFAULT_GOAL := help
.PHONY: help demo dashboard browser test check lint format mutate lock clean venv

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(STAMP)  ## compare all arms on the default village, with a table and a figure in runs/village
	@rm -rf runs/village
	$(BIN)/pd-sim compare village --replicates 200 --seed 1 --out runs/village

dashboard: $(STAMP)  ## open the dashboard in the browser
	$(BIN)/pd-sim dashboard --open

test: $(STAMP) browser  ## run all tests, the slow ones too
	$(BIN)/python -m pytest $(TEST_FLAGS)

check: lint test  ## run what CI runs: lint, then test

lint: $(STAMP)  ## check style, types and the order of the layers
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(STAMP)  ## put the code in the form that lint asks for
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

mutate: $(STAMP)  ## plant small errors in the rules one at a time; the tests must notice each
	$(BIN)/python scripts/mutate.py

lock:  ## renew constraints.txt for the oldest and a later Python
	@test -n "$(INTERPRETER)" || { echo "make: cannot run $(PYTHON)" >&2; exit 1; }
	$(INTERPRETER) scripts/lock.py

clean:  ## remove .venv, caches and runs
	rm -rf .venv build dist runs .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find src tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +

# Tests of the dashboard need Chromium; where it is missing and cannot be installed, they are skipped with a word.
browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
		|| { echo "Installing Chromium for the tests of the dashboard"; \
			run=; [ "$$(id -u)" = 0 ] || run="sudo -n"; \
			{ $$run apt-get update -qq && $$run apt-get install -y -qq --no-install-recommends \
				chromium fonts-dejavu-core fonts-liberation; } >/dev/null 2>&1 \
			|| echo "make: Chromium cannot be installed here; the tests of the dashboard in a browser are skipped" >&2; }

venv: $(STAMP)  ## build .venv if it is missing or out of date

$(STAMP): pyproject.toml constraints.txt
	@test -n "$(INTERPRETER)" || { echo "make: cannot run $(PYTHON); name a Python from 3.11 up: make PYTHON=python3.13 ..." >&2; exit 1; }
	@$(INTERPRETER) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "make: $(PYTHON) is Python $(VERSION); name one from 3.11 up: make PYTHON=python3.13 ..." >&2; exit 1; }
	@echo "Building .venv with Python $(VERSION) from constraints.txt (a minute or two)"
	@rm -rf .venv
	@$(INTERPRETER) -m venv .venv
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --constraint constraints.txt hatchling editables
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --constraint constraints.txt \
		--no-build-isolation --editable '.[$(EXTRAS)]'
	@touch $@
