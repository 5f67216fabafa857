# Everything a developer types. Each target sets up what it needs: a virtual environment from the locks, once.

VENV    ?= .venv
TOOLS   ?= .venv-tools
SAM     ?= .venv-sam
PYTHON  ?=
WORKERS ?= auto
ARGS    ?=
IMAGE   ?= portico
VERSION ?= $(shell sed -n 's/^VERSION = "\(.*\)"$$/\1/p' core/__init__.py)
BIN     := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help up test deep core bench bench-decorators bench-overhead bench-scale bench-cold image k8s sam-build sam-validate \
	lint format lock audit-deps sbom errors-page dashboards common-passwords setup tools sam clean

help: ## show this
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
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

bench-cold: setup ## measure what a cold start costs each Lambda function, and what dominates; ARGS is how many of each
	$(BIN)/python -m tests.bench.cold $(ARGS)

image: ## build the image of the services with podman or docker, as $(IMAGE):$(VERSION)
	@sh containers/build "$(IMAGE)" "$(VERSION)" $(ARGS)

# `k8s/overlays/eks` becomes build/k8s/overlays-eks.yaml. A folder that does not render ends it.
k8s: ## render what goes to Kubernetes, every overlay and the monitoring, into build/k8s
	@command -v kubectl >/dev/null || { echo "Rendering takes kubectl, and it is not here: https://kubernetes.io/docs/tasks/tools" >&2; exit 1; }
	@rm -rf build/k8s && mkdir -p build/k8s
	@for folder in k8s/overlays/* k8s/monitoring k8s/monitoring/service-monitor k8s/monitoring/logs/cloudwatch k8s/monitoring/logs/elasticsearch; do \
		file=build/k8s/$$(echo $${folder#k8s/} | tr / -).yaml; \
		kubectl kustomize $$folder > $$file || exit 1; \
		printf '%4d objects  %s\n' $$(grep -c '^kind:' $$file) $$file; \
	done

# SAM tells its makers of each run unless it is told not to.
sam-build sam-validate: export SAM_CLI_TELEMETRY = 0
sam-build: sam ## build the packages of the Lambda functions, without docker, into sam/.aws-sam/build
	cd sam && PYTHON="$(abspath $(SAM))/bin/python" "$(abspath $(SAM))/bin/sam" build $(ARGS)

sam-validate: setup sam ## check the template of the Lambda functions, with SAM and with cfn-lint
	cd sam && AWS_DEFAULT_REGION=$${AWS_DEFAULT_REGION:-eu-central-1} "$(abspath $(SAM))/bin/sam" validate --lint
	$(BIN)/cfn-lint sam/template.yaml

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

sam:
	@sh requirements/set-up "$(SAM)" "$(PYTHON)" sam

clean: ## remove all that can be made again; the shop's data stays
	rm -rf .venv .venv-tools .venv-sam sam/.aws-sam build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
