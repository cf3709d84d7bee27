# make run   reads the sample documents and prints their plans      make test      everything that must hold
# make lint  format, types, import directions                        make accuracy  the reader against annotations
# make bench speed, memory, growth                                   make messages  compile the translations
VENV ?= .venv
PYTHON ?= python3
BIN = $(VENV)/bin
export PYTHONUTF8 = 1

.PHONY: run test lint accuracy bench messages clean

run: $(VENV)/.run
	$(BIN)/khue read samples/*.txt

test: $(VENV)/.dev lint
	$(BIN)/python -m pytest -n 2 -q

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

accuracy: $(VENV)/.dev
	$(BIN)/python tools/accuracy.py --each

bench: $(VENV)/.run
	$(BIN)/python benchmarks/reader.py

messages: $(VENV)/.dev
	$(BIN)/pybabel -q compile -D khue -d khue/locale -l en
	$(BIN)/pybabel -q compile -D messages -d khue/locale -l vi

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
