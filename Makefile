# Everything a newcomer needs. Each target says what it does: `make help`.
PYTHON ?= python3
BIN := .venv/bin
UV := $(shell command -v uv 2>/dev/null)
export UV_PYTHON_DOWNLOADS := never

.PHONY: help setup demo test check fix peers nightly lock screenshots

help: ## what there is
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

setup: .venv/installed .env ## virtual environment, locked dependencies, a .env with fresh secrets

.venv/installed: requirements-dev.lock
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
ifdef UV
	uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-dev.lock
else
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
endif
	@touch $@

.env: .venv/installed
	@$(BIN)/python -m syncapp env

demo: setup ## a world to click in; RESET=1 starts afresh
	@$(BIN)/python manage.py demo $(if $(RESET),--reset)

test: setup ## the test suite, with coverage; ARGS= for pytest
	$(BIN)/python -m tests.run $(ARGS)

check: setup ## format, lint, types, layers, migrations, deployment
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python -m tests.production manage.py check --deploy --fail-level WARNING

fix: setup ## what the tools can mend by themselves
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

NODE := tests/contract/peers/node

peers: .venv-myworld/installed .venv-mitmproxy/installed .venv-schemathesis/installed $(NODE)/node_modules/installed ## servers and clients that others wrote, for tests; each apart, they pin old libraries

.venv-%/installed: tests/contract/peers/%.lock
	@test -x .venv-$*/bin/python || $(PYTHON) -m venv .venv-$*
ifdef UV
	uv pip install --quiet --python .venv-$*/bin/python --require-hashes -r $<
else
	.venv-$*/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
endif
	@touch $@

$(NODE)/node_modules/installed: $(NODE)/package-lock.json
	npm --prefix $(NODE) ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

nightly: setup ## the second tier: slow suites and larger samples
	$(BIN)/python -m tests.run --nightly $(ARGS)

screenshots: setup ## a picture of every page, light and dark, wide and narrow
	$(BIN)/python -m pytest tests/browser/screenshots.py -q -p no:randomly

lock: ## new lock files (needs uv)
	uv pip compile -q --no-header --generate-hashes --python-version 3.11 --universal pyproject.toml --extra postgres -o requirements.lock
	uv pip compile -q --no-header --generate-hashes --python-version 3.11 --universal pyproject.toml --extra postgres --extra dev -o requirements-dev.lock
	npm --prefix $(NODE) install --package-lock-only --omit-lockfile-registry-resolved --ignore-scripts --no-audit --no-fund
	for peer in myworld mitmproxy schemathesis; do uv pip compile -q --no-header --generate-hashes --python-version 3.11 --universal tests/contract/peers/$$peer.in -o tests/contract/peers/$$peer.lock; done
