# `make run` and `make test` do everything a newcomer needs; the rest is for whoever changes the product.
PYTHON ?= python3
BIN = .venv/bin
CATALOGUES = $(wildcard translations/*/LC_MESSAGES/*.po)

# Debian keeps this part of Python in a package of its own; without ensurepip there is no pip in an environment.
define GET_VENV
$(PYTHON) -c "import ensurepip" 2>/dev/null || \
	{ test "$$(id -u)" = 0 && apt-get update -qq && apt-get install -y -qq --no-install-recommends python3-venv; } >/dev/null 2>&1 || \
	{ echo "Python lacks its part that makes environments; as root: apt-get install python3-venv"; exit 1; }
endef

.PHONY: run test lint bench scan words lock

run: .venv/made $(CATALOGUES:.po=.mo)
	@$(BIN)/python -m app.demo.run

# What cannot be had is skipped and said at the end; REQUIRE_ALL=1 makes it a failure.
test: .venv/made $(CATALOGUES:.po=.mo)
	@$(BIN)/python -m tests.set_up
	@$(BIN)/python -m pytest -n auto

lint: .venv/made
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	PYTHONPATH=. $(BIN)/lint-imports
	$(BIN)/mypy

# Measures on this machine, in half an hour or more; `make bench QUICK=--quick` shows in minutes that it works.
bench: .venv/made $(CATALOGUES:.po=.mo)
	@$(BIN)/python -m bench $(QUICK)

# A third-party scanner over every area as each role, in an environment of its own; a quarter of an hour.
scan: .venv/made $(CATALOGUES:.po=.mo)
	@test -x .venv-scan/bin/wapiti || ($(PYTHON) -m venv .venv-scan && .venv-scan/bin/pip install --quiet wapiti3)
	@$(BIN)/python -m tests.scan

# After changing words: brings the catalogues up to date; what is left to translate fails a test.
words: .venv/made
	$(BIN)/python translations/update.py

# After changing requirements.in or requirements-dev.in.
lock: .venv/made
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-emit-find-links --custom-compile-command "make lock" requirements.in -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-emit-find-links --custom-compile-command "make lock" requirements-dev.in -o requirements-dev.txt

.venv/made: requirements-dev.txt
	@echo "Creating the environment…"
	@$(PYTHON) -c "import sys; sys.exit('Python 3.11 or newer is needed.' if sys.version_info < (3, 11) else 0)"
	@$(GET_VENV)
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

%.mo: %.po .venv/made
	@$(BIN)/pybabel --quiet compile -i $< -o $@
