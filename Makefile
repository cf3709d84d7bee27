# make run   the site with a labelled demo: prints the address and how to sign in
# make test  everything that must hold (on SQLite; on PostgreSQL: python tools/with_postgres.py make test)
# make lint  format, types, import directions                        make accuracy  the reader against annotations
# make bench speed, memory, growth                                   make messages  collect and compile the translations
# make read  the plans of the sample documents, in the terminal      make pictures  the screens in docs/pictures
VENV ?= .venv
PYTHON ?= python3
BIN = $(VENV)/bin
WORKERS ?= 2
DEMO ?= var/demo
export PYTHONUTF8 = 1

.PHONY: run read test lint accuracy bench messages pictures clean

run: $(VENV)/.run
	$(BIN)/khue demo --home $(DEMO)
	KHUE_HOME=$(DEMO) KHUE_REQUIRE_MFA=0 $(BIN)/khue serve

read: $(VENV)/.run
	$(BIN)/khue read samples/*.txt

test: $(VENV)/.dev lint
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup -q

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

accuracy: $(VENV)/.dev
	$(BIN)/python tools/accuracy.py --each

bench: $(VENV)/.dev
	$(BIN)/python benchmarks/reader.py
	$(BIN)/python benchmarks/review.py

messages: $(VENV)/.dev
	$(BIN)/python tools/messages.py
	$(BIN)/pybabel -q compile -D khue -d khue/locale -l en
	$(BIN)/pybabel -q compile -D messages -d khue/locale -l vi
	$(BIN)/pybabel -q compile -D django -d khue/locale -l vi

pictures: $(VENV)/.dev
	$(BIN)/python tools/pictures.py

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(VENV)/bin/python requirements.lock pyproject.toml
	$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements-dev.lock
	touch $@

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
