# finzcore: on a machine with nothing but Python 3.11 or newer, `make demo` and `make test` work.
#
#   make demo PYTHON=python3.12     with another Python
#   make test ARGS="-k money"       with arguments for pytest
#   make test JOBS=0                one after the other, and not one for each core

PYTHON ?= python3
VENV   ?= .venv
ARGS   ?=
JOBS   ?= logical

py  = $(VENV)/bin/python
pip = $(py) -m pip install --quiet --no-input --disable-pip-version-check

benchmarks = $(patsubst benchmarks/%.py,benchmarks.%,$(sort $(wildcard benchmarks/bench_*.py)))

.PHONY: help demo test lint check bench clean
.DELETE_ON_ERROR:

help:
	@echo "make demo    the tutorial, start to finish, on demo.db"
	@echo "make test    every test, on SQLite and on PostgreSQL, which takes some minutes"
	@echo "make lint    format, lint, types, the figures of the house"
	@echo "make check   make lint and make test"
	@echo "make bench   every benchmark, each a ratio to a floor of the same run (ARGS=--large for a million)"
	@echo "make clean   remove the environment and everything made"

demo: $(VENV)/.installed
	@rm -f demo.db demo.db-*
	@$(VENV)/bin/finzcore demo demo.db

test: $(VENV)/.installed-dev
	$(py) -m pytest --numprocesses=$(JOBS) --dist=worksteal $(ARGS)

lint: $(VENV)/.installed-dev
	$(py) -m ruff format --check .
	$(py) -m ruff check .
	$(py) -m mypy --strict -p finzcore
	$(py) -m benchmarks.house

check: lint test

bench: $(VENV)/.installed-dev
	@set -e; for each in $(benchmarks); do echo "== $$each"; $(py) -m $$each $(ARGS); done

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage
	rm -f demo.db demo.db-*
	find finzcore tests benchmarks -type d -name __pycache__ -prune -exec rm -rf {} +

# The environment is made once, and brought up to date when pyproject.toml changes.

$(VENV)/.installed: pyproject.toml | $(py)
	@echo "installing finzcore into $(VENV)"
	@$(pip) -e .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml | $(py)
	@echo "installing finzcore and its development tools into $(VENV)"
	@$(pip) -e '.[dev]'
	@touch $@ $(VENV)/.installed

# A half-made environment would be taken for a whole one, so it is removed again.
$(py):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "finzcore needs Python 3.11 or newer, and $(PYTHON) is $$($(PYTHON) --version 2>&1)."; \
	  echo "Name another one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; } >&2
	@echo "making the environment $(VENV)"
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  echo "$(PYTHON) could not make an environment; Debian needs: apt-get install python3-venv" >&2; exit 1; }
