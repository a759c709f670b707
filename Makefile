# Every command works on a fresh clone: each one first makes .venv from the locked requirements.
PYTHON ?= python3
PORT ?= 8000
ARGS ?=
ONCE ?=
REQUIREMENTS ?= requirements/development.txt

BIN := .venv/bin
READY := .venv/.installed-$(notdir $(basename $(REQUIREMENTS)))

export HUMANKIND_PORT ?= $(PORT)

.PHONY: setup demo up test fuzz check lint types contracts bench report client-suites lock clean

setup: $(READY)

# --no-deps: the lock was resolved with dlib-bin in dlib's place, and must not be resolved again.
$(READY): $(REQUIREMENTS)
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
		|| { echo "Humankind needs Python 3.11 to 3.13; name one with: make PYTHON=python3.12 ..."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement $(REQUIREMENTS)
	@touch $(READY)

demo: setup
	$(BIN)/python -m seeds.story $(if $(ONCE),--once) $(ARGS)

up: setup
	$(BIN)/python -m config.stack $(ARGS)

# masto and what it needs, by the lock; where npm is absent its test is skipped with a sentence.
JAVASCRIPT := tests/clients/javascript
$(JAVASCRIPT)/node_modules/.package-lock.json: $(JAVASCRIPT)/package-lock.json
	@! command -v npm >/dev/null || npm ci --prefix $(JAVASCRIPT) --ignore-scripts --no-audit --no-fund --silent

test: setup $(JAVASCRIPT)/node_modules/.package-lock.json
	$(BIN)/python -m pytest $(ARGS)

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	@# Types need no running server: with both addresses given, nothing embedded starts.
	DATABASE_URL=postgres:///none REDIS_URL=redis:///0 $(BIN)/mypy

contracts: setup
	$(BIN)/lint-imports

check: lint types contracts test

# Requests that schemathesis makes up for every endpoint that reads or writes; any answer of 5xx fails it.
CASES ?= 20000
fuzz: setup
	FUZZ_CASES=$(CASES) FUZZ_RANDOM=1 $(BIN)/python -m pytest tests/fuzz -s $(ARGS)

bench: setup
	$(BIN)/python -m bench $(ARGS)

# The face check, measured (docs/personhood.md); fails where it is worse than the committed baseline. Needs no server.
# One thread for linear algebra: the matrices are small, and threads that wait for each other cost more than they do.
FACES ?= ../shared/faces
report: setup
	OPENBLAS_NUM_THREADS=1 DATABASE_URL=postgres:///none REDIS_URL=redis:///0 $(BIN)/python manage.py personhood_report --faces $(FACES) \
		--out var/report --baseline docs/personhood/baseline.json $(ARGS)

# The test suites of published clients (toot, Mastodon.py) against a stack of this checkout at port 3000; docs/api.md.
client-suites: setup
	$(BIN)/python -m tests.clients.suites $(ARGS)

# Resolves again and writes both locks: names, versions and hashes, no addresses.
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	--override requirements/overrides.txt pyproject.toml
lock: setup
	$(LOCK) --output-file requirements/runtime.txt $(ARGS)
	$(LOCK) --group dev --constraint requirements/runtime.txt --output-file requirements/development.txt $(ARGS)

clean:
	rm -rf .venv var
