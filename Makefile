# One list of commands, the same for people and CI. Everything lives in .venv; nothing is installed by hand.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help install run test lint bench ranker docs lock clean
.DEFAULT_GOAL := run

help:  ## list what make can do here
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(VENV)/.installed  ## set up .venv with what the lock file names

$(VENV)/.installed: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Vertraut needs Python 3.11 or later; set PYTHON=") if sys.version_info < (3, 11) else 0'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

run: install  ## the main job: remember a sample household and ask it four questions
	$(BIN)/vertraut demo

lint: install  ## style, types and the direction of imports
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint  ## everything that must be green
	$(BIN)/pytest --numprocesses=auto --cov --cov-report=term

bench: install  ## speed and size at 10,000, 100,000 and 1,000,000 entries, as ratios against a yardstick in the same run
	$(BIN)/python -m bench

ranker: install  ## fit the ranker anew on the sample household and CASES=a folder of evaluation cases
	$(BIN)/python -m tools.ranker $(CASES)

docs: install  ## rewrite the parts of docs/ that are generated from the code, and the picture of the demonstration
	$(BIN)/python tools/write_docs.py --picture

lock: $(BIN)/python  ## resolve the newest versions that pyproject.toml allows
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --group dev --python-version 3.11 --output-file requirements.lock pyproject.toml

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

clean:  ## remove everything that was made here
	rm -rf $(VENV) build dist .coverage .coverage.* htmlcov .pytest_cache .mypy_cache .ruff_cache \
	  .import_linter_cache .hypothesis .bench
