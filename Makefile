# Everything a newcomer or CI needs; `make help` lists it.
.DEFAULT_GOAL := help
VENV ?= .venv
BIN := $(VENV)/bin
PYTHON ?= python3

.PHONY: help setup serve test bench lint readme clean

help:  ## list what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(VENV)/.installed  ## a virtual environment with keikaku and what its tests need

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

serve: setup  ## build the plans in data/plans and serve them at http://127.0.0.1:8000
	$(BIN)/keikaku build
	$(BIN)/keikaku serve

test: setup lint  ## every test
	$(BIN)/python -m pytest -n auto

lint: setup  ## style and types
	$(BIN)/ruff check service tests
	$(BIN)/ruff format --check service tests
	$(BIN)/mypy

bench: setup  ## time the build stage by stage, and the questions
	$(BIN)/python -m tests.bench

readme: setup  ## write the parts of README that the program knows best
	PYTHONPATH=tests $(BIN)/python -m readme

clean:  ## forget the environment and the releases
	rm -rf $(VENV) releases
