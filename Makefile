# Everything a newcomer or CI needs; `make help` lists it.
.DEFAULT_GOAL := help
VENV ?= .venv
BIN := $(VENV)/bin
PYTHON ?= python3

ENGINE ?=
ENGINE_UPDATE ?= $(ENGINE:/query=/update)

FRONTEND := service/frontend
BUILT := service/keikaku/web/static/built

.PHONY: help setup frontend serve test bench peers soak crash crawl fuzz scale lint readme clean

help:  ## list what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(VENV)/.installed  ## a virtual environment with keikaku and what its tests need

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

ifneq ($(shell command -v npm),)
frontend: $(BUILT)/.stamp  ## the rich SPARQL editor, its charts and the design tokens, by npm
else
frontend:
	@echo 'npm is not here: the site is built without the rich SPARQL editor; all else works'
endif

$(BUILT)/.stamp: $(FRONTEND)/package-lock.json $(FRONTEND)/build.js $(wildcard $(FRONTEND)/src/*.js)
	cd $(FRONTEND) && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	cd $(FRONTEND) && npm run --silent build
	touch $@

serve: setup  ## build the plans in data/plans and serve them at http://127.0.0.1:8000; ENGINE=URL
	@$(MAKE) --no-print-directory frontend || echo 'serving without the rich SPARQL editor'
	$(BIN)/keikaku build
ifneq ($(ENGINE),)
	$(BIN)/keikaku publish --engine '$(ENGINE)' --engine-update '$(ENGINE_UPDATE)'
endif
	$(BIN)/keikaku serve $(if $(ENGINE),--engine '$(ENGINE)')

test: setup frontend lint  ## every test
	$(BIN)/python -m pytest -n auto

peers: setup  ## measure the endpoint beside other servers, on a million triples
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[peers]'
	$(BIN)/python -m tests.bench.peers

soak: setup  ## ten minutes of good, heavy and refused requests and two new releases
	$(BIN)/python -m tests.soak --seconds 600

crash: setup  ## end the publishing API at many moments, and see what is left
	$(BIN)/python -m tests.crash

crawl: setup  ## walk over every page of the site by its links, in both languages
	PYTHONPATH=tests $(BIN)/python -m tests.crawl

fuzz: setup  ## random and mutated requests at the endpoint and every parameter
	$(BIN)/python -m tests.fuzz

lint: setup  ## style and types
	$(BIN)/ruff check service tests
	$(BIN)/ruff format --check service tests
	$(BIN)/mypy

scale: setup  ## measure 10 to 3,000 plans; SIZES='10 100', FOLDER=/tmp/scale; goes on where it was ended
	PYTHONPATH=tests $(BIN)/python -m tests.bench.scale $(if $(SIZES),--sizes $(SIZES)) $(if $(FOLDER),--folder $(FOLDER))

bench: setup  ## time the build stage by stage, and the questions
	PYTHONPATH=tests $(BIN)/python -m tests.bench

readme: setup  ## write the parts of README that the program knows best
	PYTHONPATH=tests $(BIN)/python -m readme

clean:  ## forget the environment, the releases and what npm built
	rm -rf $(VENV) releases $(BUILT) $(FRONTEND)/node_modules
