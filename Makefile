# A working copy: environment, demonstration, tests. "make help" lists what there is.

PYTHON ?= python3
ARGS ?=
WORKERS ?= auto
VENV := .venv
RUN := $(VENV)/bin/python
PIP := $(RUN) -m pip --disable-pip-version-check --require-virtualenv install --quiet

.DEFAULT_GOAL := help
.PHONY: help demo test check bench install lock clean clean-all
.DELETE_ON_ERROR:

help: ## Show this list.
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' Makefile

demo: $(VENV)/.project ## Run three nodes on this machine until interrupted.
	@exec "$(VENV)/bin/skagerrak" demo $(ARGS)

test: $(VENV)/.development ## Run every test; ARGS="-k name" chooses.
	@$(RUN) -m pytest --numprocesses $(WORKERS) --maxprocesses 4 --dist loadfile $(ARGS)

check: $(VENV)/.development ## Check style, types, layers, and that everything public is documented.
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .
	@$(RUN) -m mypy
	@"$(VENV)/bin/lint-imports" --no-cache
	@$(RUN) -m pytest -q tests/house

bench: $(VENV)/.development ## Measure speed, each figure beside its floor; takes some minutes.
	@$(RUN) -m tests.bench.run_bench $(ARGS)

install: $(VENV)/.development ## Install everything, run nothing.

lock: $(VENV)/.development ## Renew both locks within the ranges of pyproject.toml.
	$(COMPILE) --group build --output-file requirements.lock pyproject.toml
	$(COMPILE) --group dev --constraints requirements.lock --output-file requirements-dev.lock pyproject.toml

COMPILE = $(RUN) -m uv pip compile --universal --generate-hashes --no-emit-index-url \
	--python-version 3.11 --custom-compile-command "make lock" --quiet --upgrade

# Nothing unpinned is fetched: the project is built with the builder of the lock.
$(VENV)/.project: $(VENV)/.runtime pyproject.toml deploy/build_front_end.py \
		deploy/front_end/package.json deploy/front_end/package-lock.json
	@echo "Installing skagerrak"
	@$(PIP) --no-deps --no-build-isolation --no-index --editable .
	@touch $@

$(VENV)/.runtime: requirements.lock $(VENV)/.created
	@echo "Installing what it needs, once; this takes about a minute"
	@$(PIP) --require-hashes --requirement requirements.lock
	@touch $@

$(VENV)/.development: requirements-dev.lock $(VENV)/.project
	@echo "Installing what its tests need"
	@$(PIP) --require-hashes --requirement requirements-dev.lock
	@touch $@

$(VENV)/.created:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@"$(PYTHON)" -m venv $(VENV)
	@touch $@

clean: ## Remove caches and what was built; the environment and the demonstration stay.
	rm -rf build dist bench-results .hypothesis .import_linter_cache
	rm -rf .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +

clean-all: clean ## Remove the environment, the fonts and the demonstration's data as well.
	rm -rf $(VENV) demo-data node/pages/static/vendor
