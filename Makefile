# Saldo's commands. `make` alone lists them.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help setup setup-cloud demo down build deploy test test-long check format api \
	pictures replay sizes lock clean

PY := .venv/bin/python
SETUP := infra/local/setup.sh

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

setup: ## make .venv with the saldo command in .venv/bin
	@$(SETUP) .venv requirements/dev.lock

setup-cloud: setup
	@$(SETUP) .venv-sam requirements/sam.lock & sam=$$!; \
	$(SETUP) .venv-cloud requirements/cloud.lock && wait $$sam

demo: ## run all of Saldo on this machine, with sample invoices, until Ctrl-C
	@$(SETUP) .venv requirements/dev.lock
	@$(PY) -m infra.local demo

down: setup ## stop a local cloud that another terminal started
	@$(PY) -m infra.local down

build: setup-cloud ## build functions and layers with SAM
	@$(PY) -m infra.local build

deploy: setup-cloud ## build and deploy once more into the running local cloud
	@$(PY) -m infra.local deploy

api: setup ## write the APIs' bodies, the dashboard and the alarms from the code
	@$(PY) -m infra.make_api
	@$(PY) -m infra.make_operations

check: setup ## the quick checks: style, types, directions of import, unit tests
	@$(PY) -m infra.local.checks quick

test: setup-cloud ## every check and every test
	@$(PY) -m infra.local.checks all

test-long: setup-cloud ## every test, large matrices whole
	@$(PY) -m infra.local.checks long

pictures: setup ## draw every message, letter and evidence pack, to be looked at
	@PYTHONPATH=layers/core:cli:. $(PY) -m tests.pictures

format: setup ## put the code into form
	@.venv/bin/ruff check --fix --quiet . ; .venv/bin/ruff format --quiet .

replay: setup-cloud ## live through the IBM receivables ledger on the deployed stack
	@$(PY) -m infra.local replay

sizes: build ## say how large functions and layers are, unzipped
	@$(PY) -m infra.local sizes

lock: ## resolve the locked versions anew (needs uv)
	@requirements/lock.sh

clean: ## remove environments, builds and what runs left behind
	@if [ -x $(PY) ]; then $(PY) -m infra.local down --quiet || true; fi
	rm -rf .venv .venv-cloud .venv-sam .aws-sam .local .hypothesis build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
