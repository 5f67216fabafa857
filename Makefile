# Everything a developer types. Each target sets up what it needs: a virtual environment from the locks, once.

VENV    ?= .venv
TOOLS   ?= .venv-tools
PYTHON  ?=
WORKERS ?= auto
ARGS    ?=
BIN     := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help up test deep core bench bench-decorators bench-overhead bench-scale lint format lock audit-deps sbom errors-page \
	dashboards common-passwords setup tools clean

help: ## show this
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo '  PYTHON=/path/to/python chooses the interpreter; ARGS="..." is passed on, as in make up ARGS="--store memory"'

up: setup ## run the whole shop on this machine; Ctrl-C ends it
	@exec $(BIN)/shop up $(ARGS)

test: setup ## run every test, in parallel
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

deep: setup ## prove the checkout with the numbers that docs/reliability.md names, which takes hours
	DEEP=1 $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -o faulthandler_timeout=0 tests/reliability tests/system/test_races.py $(ARGS)

core: setup ## run the tests of the core alone, in about a second
	$(BIN)/python -m pytest tests/core $(ARGS)

bench: setup ## measure the CPU that a request costs each service
	$(BIN)/python -m tests.bench.requests

bench-decorators: setup ## measure what coalescing and caching save, and what they cost
	$(BIN)/python -m tests.bench.decorators

bench-overhead: setup ## measure what logs, metrics and traces cost; ARGS=mongo is over MongoDB
	$(BIN)/python -m tests.bench.overhead $(ARGS)

bench-scale: setup ## measure how the cost of reading grows from 1,000 products to 100,000; N=1000000 adds a size
	$(BIN)/python -m tests.bench.scale --sizes 1000 10000 100000 $(N) $(ARGS)

lint: setup ## check format, style, types and the import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: setup ## put every file into the common format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Every lock can be installed alone, and all agree. ARGS=--upgrade takes the newest versions.
COMPILE = $(abspath $(BIN))/uv pip compile --quiet --no-config --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-header $(ARGS)
lock: setup ## renew requirements/*.txt from requirements/*.in
	cd requirements && $(COMPILE) common.in run.in functions.in local.in dev.in -o dev.txt
	cd requirements && $(COMPILE) common.in run.in local.in -c dev.txt -o local.txt
	cd requirements && $(COMPILE) common.in run.in -c dev.txt -o run.txt
	cd requirements && $(COMPILE) common.in functions.in -c dev.txt -o functions.txt
	cd requirements && $(COMPILE) tools.in -o tools.txt
	cd requirements && $(COMPILE) sam.in -o sam.txt

audit-deps: tools ## ask whether a vulnerability is known of what runs; needs the internet, and no check waits for it
	@sh requirements/audit "$(TOOLS)" requirements/run.txt

sbom: setup ## write the bill of materials of what runs, in CycloneDX, to build/sbom.json
	@$(BIN)/python -m tests.making.sbom

errors-page: setup ## write docs/errors.md anew
	@$(BIN)/python -m tests.making.errors_page

dashboards: setup ## write Grafana's dashboards, k8s/monitoring/dashboards, anew
	@$(BIN)/python -m tests.making.dashboards

common-passwords: tools ## make the list of common passwords anew, of those that the locked libraries have
	@$(TOOLS)/bin/python -m tests.making.common_passwords

setup:
	@sh requirements/set-up "$(VENV)" "$(PYTHON)"

tools:
	@sh requirements/set-up "$(TOOLS)" "$(PYTHON)" tools

clean: ## remove all that can be made again; the shop's data stays
	rm -rf .venv .venv-tools build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
