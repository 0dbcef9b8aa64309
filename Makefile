# Two commands: `make demo` shows the main job, `make test` runs everything. Both set themselves up.
PYTHON ?= python3
VENV = .venv
BIN = $(VENV)/bin
SPARK_VENV = .venv-spark
SPARK_VERSION = 4.0.4
DATA ?= $(or $(TOPOFHEART_TEST_DATA),../shared/data)

.PHONY: demo test quick check real bench models docs clean

demo: $(VENV)/.installed
	$(BIN)/topofheart demo demo-organisation

test: check
	TOPOFHEART_TEST_DATA=$(DATA) $(BIN)/python -m pytest

quick: $(VENV)/.developing
	$(BIN)/python -m pytest -m "not slow and not spark and not browser and not real"

check: $(VENV)/.developing $(SPARK_VENV)/.installed
	$(BIN)/ruff check src tests bench docs models
	$(BIN)/ruff format --check src tests bench docs models
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python docs/generate.py --check
	$(BIN)/python docs/redaction.py --check

real: $(VENV)/.developing
	$(BIN)/python bench/real.py $(DATA)

bench: $(VENV)/.developing
	$(BIN)/python bench/run.py

# The models that are shipped, trained anew from corpus/ and the open sets; a quarter of an hour.
models: $(VENV)/.learning
	TOPOFHEART_TEST_DATA=$(DATA) $(BIN)/python models/train.py
	TOPOFHEART_TEST_DATA=$(DATA) $(BIN)/python models/asked.py

docs: $(VENV)/.developing
	$(BIN)/python docs/generate.py
	$(BIN)/python docs/redaction.py

$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	touch $@

$(VENV)/.developing: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@

$(VENV)/.learning: $(VENV)/.developing
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[models]'
	touch $@

# The Spark of the tests: a whole cluster on this machine. Users need the client only.
$(SPARK_VENV)/.installed: constraints.txt
	@if command -v java >/dev/null; then \
		$(PYTHON) -m venv $(SPARK_VENV) && \
		$(SPARK_VENV)/bin/python -m pip install --quiet --disable-pip-version-check \
			-c constraints.txt pyspark==$(SPARK_VERSION) pyarrow pandas scipy && touch $@; \
	else echo "Java is missing: the Spark suite will be NOT RUN."; fi

clean:
	rm -rf $(VENV) $(SPARK_VENV) demo-organisation
