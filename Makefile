# Two commands do everything: `make run` and `make test`. `make help` lists the rest.

PYTHON   ?= python3
PORT     ?= 8000
INSTANCE ?= instance
# Address of PyTorch's CPU wheels, where pip would otherwise take a build for graphics cards (see README).
TORCH_INDEX ?=
# Folder of the development sets for `make evaluate`; the shipped help centre is measured without it.
SETS     ?= ../shared/data

VENV := .venv
BIN  := $(VENV)/bin
PIP  := $(BIN)/python -m pip install --disable-pip-version-check --quiet --constraint constraints.txt

export PORTAL_INSTANCE := $(INSTANCE)

.DEFAULT_GOAL := help
.PHONY: help run test lint types imports unit bench bench-chat evaluate pictures clean

help: ## Show what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

run: $(VENV)/.installed ## Install, load the articles, build the index, start the site (PORT=8000 INSTANCE=instance)
	@$(BIN)/portal init --demo >/dev/null
	@$(BIN)/portal sync || [ $$? -eq 1 ]
	@$(BIN)/portal index || [ $$? -eq 1 ]
	@exec $(BIN)/portal serve --port $(PORT)

test: $(VENV)/.installed-dev ## Install what the tests need and run them all
	@sh scripts/ensure-chromium.sh
	@sh scripts/ensure-dovecot.sh
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest

lint: $(VENV)/.installed-dev ## Check style only
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.installed-dev ## Check types only
	$(BIN)/mypy

imports: $(VENV)/.installed-dev ## Check that each floor imports only from floors below
	$(BIN)/lint-imports

unit: $(VENV)/.installed-dev ## Run the tests that need neither the model nor a browser
	$(BIN)/python -m pytest -m "not model and not browser"

bench: $(VENV)/.installed-dev ## Measure searches at 60, 1,000 and 10,000 articles, and the memory of a web worker
	$(BIN)/python -m benchmarks.search

bench-chat: $(VENV)/.installed-dev ## Measure 200 open chats with 20 messages a second
	$(BIN)/python -m benchmarks.chat

evaluate: $(VENV)/.installed-dev ## Measure the search on judged questions and compare with the floors (SETS=folder of sets)
	$(BIN)/python -m tests.quality.evaluation $(SETS)

pictures: $(VENV)/.installed-dev ## Take the pictures in docs/pictures anew
	@sh scripts/ensure-chromium.sh
	$(BIN)/python -m docs.pictures.take

clean: ## Remove the virtual environment and caches; the instance folder stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info

$(VENV)/.installed: pyproject.toml constraints.txt
	@$(PYTHON) scripts/check_python.py
	@test -x $(BIN)/python || { echo "Creating $(VENV) …"; $(PYTHON) -m venv $(VENV); }
	@echo "Installing (the first time takes a few minutes) …"
	@$(PIP) $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX)) torch
	@$(PIP) --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	@echo "Installing what the tests need …"
	@$(PIP) --editable ".[dev]"
	@touch $@
