# One list of commands, the same for people and CI. Everything lives in .venv; nothing is installed by hand.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PEERS := .venv-peers

.PHONY: help install assets run test coverage lint bench bench-large peers peers-lock ranker docs lock clean
.DEFAULT_GOAL := run

help:  ## list what make can do here
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(VENV)/.installed  ## set up .venv with what the lock file names

$(VENV)/.installed: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Vertraut needs Python 3.11 or later; set PYTHON=") if sys.version_info < (3, 11) else 0'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock
	command -v npm >/dev/null || $(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r assets/node.txt
	$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

assets: install  ## build what the pages load, where it changed
	$(BIN)/python hatch_build.py

run: assets  ## the main job: remember a sample household, open the web app on it and print the link that signs in
	$(BIN)/vertraut demo --app

lint: assets  ## style, types and the direction of imports
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint  ## everything that must be green
	$(BIN)/pytest --numprocesses=auto --dist=worksteal

coverage: lint  ## the same tests, and which lines none of them reaches; takes half as long again
	$(BIN)/pytest --numprocesses=auto --dist=worksteal --cov --cov-report=term

bench: install  ## speed and size at 10,000, 100,000 and 1,000,000 entries, as ratios against a yardstick in the same run
	$(BIN)/python -m bench

bench-large: install  ## the same up to 3,000,000 entries recombined from CASES=a folder of evaluation cases, and a plot of it
	$(BIN)/python -m bench --from $(CASES) --sizes 1000,10000,100000,1000000,3000000 \
	  --while-importing --resume --plot .bench/cost.svg

peers: $(PEERS)/.installed  ## measure Vertraut beside other engines and memories, on CASES=a folder of evaluation cases
	$(PEERS)/bin/python -m peers $(CASES) $(OPTIONS)

$(PEERS)/.installed: peers/requirements.txt pyproject.toml
	test -x $(PEERS)/bin/python || $(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install -qq --disable-pip-version-check --no-deps --require-hashes -r peers/requirements.txt
	$(PEERS)/bin/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

ranker: install  ## fit the ranker, and how sure it is, on the household, the written lives and CASES=a folder of evaluation cases
	$(BIN)/python -m tools.ranker $(CASES)
	$(BIN)/python -m tools.fit_confidence $(CASES) docs/pictures/confidence.svg

docs: install  ## rewrite the parts of docs/ that are generated from the code, and the picture of the demonstration
	$(BIN)/python tools/write_docs.py --picture

lock: $(BIN)/python  ## resolve the newest versions that pyproject.toml allows
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --group dev --python-version 3.11 --output-file requirements.lock pyproject.toml

peers-lock: $(BIN)/python  ## resolve the newest versions of the peers; what Vertraut needs stays as it is locked
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-emit-package torch --no-emit-package transformers --no-emit-package safetensors --python-version 3.11 \
	  --override peers/overrides.txt --constraint requirements.lock \
	  --output-file peers/requirements.txt peers/requirements.in pyproject.toml

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

clean:  ## remove everything that was made here
	rm -rf $(VENV) $(PEERS) build dist .coverage .coverage.* htmlcov .pytest_cache .mypy_cache .ruff_cache \
	  .import_linter_cache .hypothesis .bench .peers
