# The console's commands. `make` alone lists them. A bare machine needs Python 3.11 or newer and make.

.DEFAULT_GOAL := help
.PHONY: help bench run code setup test soak lint format messages openapi requirements clean installed installed-for-development

BIN := .venv/bin
PYTHON_RUN := $(BIN)/python -m upstage_console.run
MAKEFLAGS += --no-print-directory
export PYTHON
WORKERS ?= auto
ROUNDS ?= 10
SIZE ?= full

help: ## List the commands
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 22

run: installed ## Start the console with demo data: http://localhost:8000 (PORT=8001 make run for another port)
	@$(PYTHON_RUN)

code: installed ## Show the six digits with which the demo's staff log in, after their password
	@$(BIN)/python manage.py demo_code

setup: installed ## Prepare .venv and the database, so that .venv/bin/python manage.py ... works
	@$(PYTHON_RUN) setup

test: installed-for-development ## Run every test, those in the browser too (ARGS="-k lots" for some)
	@$(PYTHON_RUN) check
	@$(BIN)/python -m pytest --numprocesses $(WORKERS) --maxschedchunk 4 --create-db $(ARGS)

soak: installed-for-development ## Fire at real servers and kill them, so many rounds of chances (ROUNDS=100 for more; 10)
	@$(PYTHON_RUN) check
	@ROUNDS=$(ROUNDS) $(BIN)/python -m pytest --create-db tests/soak $(ARGS)

lint: installed-for-development ## Check style, types, the laws of the house, migrations, the API's description, translations
	@$(MAKE) --keep-going --jobs 2 $(if $(filter output-sync,$(.FEATURES)),--output-sync) $(LINTERS)

LINTERS := lint-types lint-style lint-laws lint-templates lint-migrations lint-openapi lint-messages
.PHONY: $(LINTERS)

lint-types: # it takes as long as all others, which pass meanwhile on another core
	$(BIN)/mypy .

lint-style:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

lint-laws:
	$(BIN)/lint-imports

lint-templates:
	$(BIN)/djlint templates --check --lint --quiet

lint-migrations:
	$(BIN)/python manage.py makemigrations --check --dry-run

lint-openapi:
	.ci/openapi --check

lint-messages:
	$(BIN)/python -m upstage_console.run.messages check

format: installed-for-development ## Bring Python and templates into shape
	$(BIN)/ruff check --fix --exit-zero .
	$(BIN)/ruff format .
	$(BIN)/djlint templates --reformat --quiet

bench: installed ## Measure floors and product on a server of its own, with 10^5 and 10^7 rows there (SIZE=quick for minutes)
	$(BIN)/python -m benchmarks --size $(SIZE)

messages: installed ## Bring the message catalogues up to date with the code and the templates
	$(BIN)/python -m upstage_console.run.messages update

openapi: installed ## Write the API's description, docs/openapi.yaml
	.ci/openapi

requirements: installed-for-development ## Compile requirements.txt and requirements-dev.txt from pyproject.toml
	@$(COMPILE) --output-file requirements.txt pyproject.toml
	@$(COMPILE) --extra dev --output-file requirements-dev.txt pyproject.toml

COMPILE := CUSTOM_COMPILE_COMMAND="make requirements" $(BIN)/pip-compile --quiet --generate-hashes --strip-extras \
	--allow-unsafe --no-emit-index-url --no-emit-trusted-host --no-emit-find-links

clean: ## Remove what can be made again (.venv, caches, compiled messages); the data in .data stays
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache static-collected test-results
	@find . -name __pycache__ -type d -prune -exec rm -rf {} + ; find . -name '*.mo' -delete

installed:
	@.ci/environment requirements.txt
	@.ci/system-packages pdf
	@$(BIN)/python -m upstage_console.run.messages compile

installed-for-development:
	@.ci/environment requirements-dev.txt
	@.ci/system-packages pdf browser
	@$(BIN)/python -m upstage_console.run.messages compile
