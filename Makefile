# `make run` and `make test` do everything a newcomer needs; the rest is for whoever changes the product.
PYTHON ?= python3
BIN = .venv/bin

run: .venv/made translations/made
	@$(BIN)/python -m app.demo.run

.venv/made: requirements-dev.txt
	@echo "Creating the environment, the first time only…"
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

translations/made: $(wildcard translations/*/LC_MESSAGES/*.po) | .venv/made
	@$(BIN)/pybabel --quiet compile -d translations
	@touch $@
