# The Python that makes .venv: make test PYTHON=python3.13
PYTHON ?= python3
PORT ?= 5000
HOST ?= 127.0.0.1
# Seconds for each target of make fuzz, and examples for each property
SECONDS ?= 600
EXAMPLES ?= 10000
MODEL ?= trained_model.pkl
# Of the machines that run the function: make package ARCH=arm64
ARCH ?= x86_64
# For sls: make deploy ARGS="--stage prod --param memory=1024"
ARGS ?=

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --quiet
UV := $(PY) -m uv

# A stamp is as old as the installation it stands for: newer requirements install again.
VENV_MADE := $(VENV)/made.stamp
RUN_READY := $(VENV)/run.stamp
TEST_READY := $(VENV)/test.stamp
TRAINING_READY := $(VENV)/training.stamp

# Not npx: it downloads what is missing, without a pin.
SLS := node_modules/.bin/sls
ARTIFACT := build/digitrec-$(ARCH).zip
DIST := build/dist
# Seconds: the one date of all files in the sdist and the wheel
EPOCH := 1767225600
SHIPPED := handler.py trained_model.pkl requirements.txt digitrec digitrec/aws digitrec/classify digitrec/decode digitrec/models digitrec/segment digitrec/web static templates \
	$(wildcard digitrec/*.py digitrec/*/*.py digitrec/*/*.pkl digitrec/*/*.json static/* templates/* deploy/*.py deploy/*.txt)

.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help run test lint format train evaluate mnist install-training screenshot requirements clean \
	artifact package deploy info remove invoke emulate dist bench bench-cold bench-instructions \
	serve fuzz soak load audit mutate

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(RUN_READY) ## Start the page and the API on http://127.0.0.1:5000 (PORT=... for another port)
	@$(PY) -c 'import socket; s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(("127.0.0.1", $(PORT)))' 2>/dev/null \
	  || { echo "Port $(PORT) cannot be used; another program may have taken it. Choose another: make run PORT=8001"; exit 1; }
	@echo "digitrec starts on http://127.0.0.1:$(PORT) (Ctrl-C stops it)"
	@$(PY) -m flask run --port $(PORT)

serve: $(TEST_READY) ## Host it: the app under a production server (HOST=0.0.0.0 PORT=8000)
	$(PY) -m digitrec serve --host $(HOST) --port $(if $(filter file,$(origin PORT)),8000,$(PORT))

test: lint ## Run lint, types and all tests, with coverage (REQUIRE_ALL=1: a skip is a failure)
	$(PY) -m pytest -n auto --dist loadfile --cov --cov-report=term

lint: $(TEST_READY) ## Check style, format and types
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) -m mypy

format: $(TEST_READY) ## Format the code and mend what ruff can mend
	$(PY) -m ruff format
	$(PY) -m ruff check --fix

train: $(TRAINING_READY) ## Train both networks; the classifier is written to MODEL
	$(PY) -m training segment
	$(PY) -m training train --output $(MODEL)

evaluate: $(TRAINING_READY) ## Measure MODEL, write MODEL_CARD.md and docs/, fail below a bound
	$(PY) -m training evaluate --write --model $(MODEL)

mnist: $(TEST_READY) ## Download MNIST to build/mnist, with its checksums checked
	$(PY) -c 'from training import mnist; mnist.load("train"); mnist.load("t10k")'

install-training: $(TRAINING_READY) ## Install PyTorch and what else training needs

screenshot: $(TEST_READY) ## Take the pictures of the page in docs/ and static/ anew (needs Chromium)
	$(PY) -m tests.screenshot

artifact: $(ARTIFACT) ## Build the zip for Lambda, unless it is newer than all that goes into it

package: $(SLS) ## Build the zip and the CloudFormation template, in .serverless (ARGS=... for sls)
	$(SLS) package --param arch=$(ARCH) $(ARGS)

deploy: $(SLS) ## Deploy to AWS: "sls deploy" (ARCH=arm64, ARGS="--stage prod ...")
	$(SLS) deploy --param arch=$(ARCH) $(ARGS)

info: $(SLS) ## Show what is deployed: "sls info"
	$(SLS) info $(ARGS)

remove: $(SLS) ## Remove all that "make deploy" made: "sls remove"
	$(SLS) remove $(ARGS)

invoke: $(RUN_READY) $(SLS) ## Run the function's code with an example event: "sls invoke local"
	VIRTUAL_ENV="$(CURDIR)/$(VENV)" $(SLS) invoke local -f api -p tests/events/predict.json

emulate: $(ARTIFACT) ## Run the built zip on this machine as Lambda would (PORT=9000)
	$(PY) -m deploy.emulate --port $(if $(filter file,$(origin PORT)),9000,$(PORT)) --zip $(ARTIFACT)

dist: $(TEST_READY) ## Build the sdist and the wheel in build/dist, check both, and try the wheel
	rm -rf $(DIST)
	SOURCE_DATE_EPOCH=$(EPOCH) $(PY) -m hatchling build -d $(DIST)
	$(PY) -m twine check --strict $(DIST)/*
	$(PY) -m check_wheel_contents $(DIST)
	$(UV) venv --quiet --clear $(DIST)-installed
	$(UV) pip install --quiet --python $(DIST)-installed $(DIST)/*.whl
	cd / && $(CURDIR)/$(DIST)-installed/bin/digitrec read $(CURDIR)/docs/five.png

bench: $(ARTIFACT) ## Compare speed and size with other frameworks, write docs/benchmarks.md (needs valgrind, wrk)
	$(PY) -m benchmarks --zip $(ARTIFACT)

bench-cold: $(ARTIFACT) ## Compare a cold start of the built zip with the least it could take
	$(PY) -m benchmarks --only cold --zip $(ARTIFACT)

bench-instructions: $(ARTIFACT) ## Count the instructions of a start and a warm request (needs valgrind)
	$(PY) -m benchmarks --only instructions --zip $(ARTIFACT)

fuzz: $(TEST_READY) ## Send anything: properties, then atheris (EXAMPLES=10000 SECONDS=600 for each)
	HYPOTHESIS_PROFILE=long FUZZ_EXAMPLES=$(EXAMPLES) $(PY) -m pytest tests/hostile/test_properties.py
	$(PY) -m tests.fuzz.pictures $(SECONDS)
	$(PY) -m tests.fuzz.models $(SECONDS)

soak: $(TEST_READY) ## Send 20,000 mixed requests, a tenth hostile, and watch answers and memory
	$(PY) -m tests.load.soak

load: $(TEST_READY) ## Ask 1, 2, 10 and 100 times as much as the server can do (needs wrk)
	$(PY) -m tests.load.overload

mutate: $(TEST_READY) ## Change the code that meets strangers, and name the changes that no test sees
	$(PY) -m tests.hostile.mutate

audit: $(TEST_READY) ## Ask whether a pinned package is known to be weak (needs the advisory databases)
	$(PY) -m pip_audit --strict --require-hashes --disable-pip -r requirements.txt
	$(PY) -m pip_audit --strict --require-hashes --disable-pip -r requirements-dev.txt
	npm audit

requirements: $(VENV_MADE) ## Compile the requirements files from pyproject.toml (UPGRADE=1: newest versions)
	$(PIP) install uv==0.13.9
	$(COMPILE) pyproject.toml --extra web --extra lambda -o requirements.txt
	$(COMPILE) pyproject.toml -c requirements.txt --all-extras --group dev -o requirements-dev.txt
	$(COMPILE) -c requirements-dev.txt --group onnxruntime -o benchmarks/requirements/onnxruntime.txt

COMPILE = $(UV) pip compile --quiet --no-config --universal --generate-hashes --no-strip-extras --no-emit-index-url \
	--no-emit-find-links --custom-compile-command "make requirements" $(if $(UPGRADE),--upgrade)

clean: ## Remove .venv, downloads and caches
	rm -rf $(VENV) build node_modules .serverless .coverage .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV_MADE):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	  || { echo "digitrec needs Python 3.11 or newer; $(PYTHON) is: $$($(PYTHON) --version 2>&1). Name another: make $(or $(MAKECMDGOALS),run) PYTHON=python3.13"; exit 1; }
	rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV) || { echo "On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@touch $@

$(RUN_READY): requirements.txt $(VENV_MADE)
	$(PIP) install -r requirements.txt
	@touch $@

$(TEST_READY): requirements-dev.txt $(VENV_MADE)
	$(PIP) install -r requirements-dev.txt
	@touch $@

$(ARTIFACT): $(TEST_READY) $(SHIPPED)
	$(PY) -m deploy.package --arch $(ARCH) --output $@

$(SLS): package-lock.json
	npm ci --no-fund --no-audit
	@touch $@

$(TRAINING_READY): training/requirements.txt $(TEST_READY)
	$(PIP) install -r training/requirements.txt
	@touch $@
