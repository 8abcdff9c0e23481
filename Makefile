# `make` or `make help` lists what there is to do.
# Every path is relative and every tool is called as `.venv/bin/python -m …`, so that the folder's own path
# may hold spaces and any letters (the scripts in .venv/bin would break there).

PYTHON ?= python3
RUN := .venv/bin/python -m
PIP := $(RUN) pip -qq --disable-pip-version-check

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:

.PHONY: help
help: ## List these targets
	@echo "Usage: make TARGET        (another Python: make TARGET PYTHON=python3.12)"
	@sed -n 's/^\([a-z][a-z-]*\):.*## \(.*\)/\1\t\2/p' Makefile | while IFS="$$(printf '\t')" read -r name text; \
		do printf '  %-10s %s\n' "$$name" "$$text"; done

.PHONY: demo
demo: .venv/.ready ## Make sample data and its reports, and print the path of the index page
	@$(RUN) helpers.cli demo

.PHONY: test
test: .venv/.ready ## Run every test
	@$(RUN) pytest -n auto

.PHONY: lint
lint: .venv/.ready ## Check style, formatting and types
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy --strict src

.PHONY: format
format: .venv/.ready ## Put code and notebooks into the common format, and mend what can be mended
	$(RUN) ruff check --fix-only .
	$(RUN) ruff format .

.PHONY: lab
lab: .venv/.ready ## Open the notebooks in JupyterLab
	$(RUN) jupyterlab notebooks

.PHONY: bench
bench: .venv/.bench ## Time batches beside papermill, ploomber-engine and plain functions (short: make bench ARGS=--quick)
	@.venv/bin/python benchmarks/batches.py $(ARGS)

.PHONY: bench-cube
bench-cube: .venv/.ready ## Time the counts cube of the whole country beside pandas and DuckDB (of a store: ARGS="--store DIR")
	@.venv/bin/python benchmarks/cubes.py $(ARGS)

.PHONY: bench-pages
bench-pages: .venv/.ready ## Measure pages: size, first paint, and how fast Chromium prints them (of a folder: ARGS="--reports DIR")
	@.venv/bin/python benchmarks/pages.py $(ARGS)

.PHONY: lock
lock: .venv/.ready ## Bring requirements.lock up to pyproject.toml (newer versions: make lock UPGRADE=--upgrade)
	$(RUN) uv pip compile pyproject.toml --extra test --extra dev --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
		--quiet $(UPGRADE) --output-file requirements.lock

.PHONY: clean
clean: ## Remove .venv, caches and build outputs; data and reports stay
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find src tests notebooks \( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +

# The environment, in two steps, so that an edit of pyproject.toml does not install everything anew.
.venv/.locked: requirements.lock
	@command -v "$(PYTHON)" >/dev/null || { echo "make: no '$(PYTHON)' here; name one: make PYTHON=python3.12" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; v = sys.version_info[:2]; (3, 11) <= v < (3, 14) or sys.exit( \
		"make: needs Python 3.11 to 3.13, but $(PYTHON) is %d.%d; name another: make PYTHON=python3.12" % v)'
	@echo "Setting up .venv (a few minutes the first time)"
	@"$(PYTHON)" -m venv --clear .venv
	@$(PIP) install --require-hashes -r requirements.lock
	@touch $@

# pip notes src by its full path; a relative one lets the folder move, and Python start under LC_ALL=C wherever it is.
.venv/.ready: .venv/.locked pyproject.toml
	@$(PIP) install --no-deps --no-build-isolation -e .
	@for pth in .venv/lib/python3*/site-packages/_tthc_reports.pth; do printf '../../../../src\n' > "$$pth"; done
	@touch $@

.venv/.bench: .venv/.ready
	@$(RUN) uv pip install --quiet -r pyproject.toml --extra bench
	@touch $@
