# What people type; every command does its own set-up and needs only python3 (3.11 or newer) and make.
PYTHON ?= python3
VENV ?= .venv
UV ?= $(shell command -v uv)
PY := $(VENV)/bin/python
RUN := $(VENV)/.run
DEV := $(VENV)/.dev
PEERS := .venv-bench
CHECKS := lint format types imports words content dockerfile compose shell vulnerabilities
INSTALL = $(if $(UV),$(UV) pip install --quiet --python $(PY),$(PIP) install --quiet --no-input --disable-pip-version-check) --require-hashes
# An environment that uv made has no pip; where uv has gone since, it is put in.
PIP = { $(PY) -m pip --version >/dev/null 2>&1 || $(PY) -m ensurepip >/dev/null; } && $(PY) -m pip

# Only a port that was typed after `make run`: many shells have a PORT, which must not keep the bot from Telegram.
PLAY = $(if $(filter command,$(origin PORT)),play --port '$(PORT)')
# Where the environment forbids Python to store compiled code, each of a thousand processes would compile it again.
unexport PYTHONDONTWRITEBYTECODE
TESTS_COMPILED := $(VENV)/.tests-compiled

# Most tests wait more than they work, hence more workers than cores. A test that a busy machine failed runs once more,
# and is listed as rerun. Exit code 5 says that a selection holds no test.
TESTS = $(PY) -m pytest

.DEFAULT_GOAL := help
PLATFORMS := linux/amd64,linux/arm64
.PHONY: help run demo test check fix bench bench-peers torture lock sbom image $(CHECKS:%=check-%)

help: ## list these commands
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | while IFS='	' read -r name what; do printf 'make %-11s %s\n' "$$name" "$$what"; done

run: $(RUN) ## the bot: on Telegram when BOT_TOKEN or BOT_TOKEN_FILE is set (or in .env), else in the playground; PORT=8082
	@exec env MAKE_TARGET=$@ $(PY) -m bot $(PLAY)

demo: $(RUN) ## the playground with 1,000 invented subscribers and two announcements, for admins to try; PORT=8082
	@exec env MAKE_TARGET=$@ $(PY) -m bot play --demo $(if $(PORT),--port '$(PORT)')

test: $(TESTS_COMPILED) ## all tests; PYTEST_ARGS="tests/unit/project/test_shell.py -k locks" for some
	@$(TESTS) -n 8 --dist worksteal --reruns 1 -m "not torture and not timing" $(PYTEST_ARGS) || [ $$? = 5 ]
	@$(TESTS) -n 2 --reruns 2 -m "timing and not torture" $(PYTEST_ARGS) || [ $$? = 5 ]

check: $(DEV) ## lint, format, types, imports, words, campaign, container files; each alone: make check-lint and so on
	@failed=; for one in $(CHECKS); do echo "== $$one"; $(MAKE) --no-print-directory check-$$one || failed="$$failed $$one"; done; \
	if [ -n "$$failed" ]; then echo "make check found mistakes in:$$failed. Each alone: make check-NAME" >&2; exit 1; fi

fix: $(DEV) ## mend what ruff can mend: lint and format
	@$(PY) -m ruff check --fix . && $(PY) -m ruff format .

bench: $(DEV) ## measure; prints figures
	@$(PY) -m benchmarks

bench-peers: ## our broadcast beside other libraries'; PEERS_ARGS="--people 500 --rounds 3 --json"
	@$(MAKE) --silent --no-print-directory VENV=$(PEERS) $(PEERS)/.peers
	@$(PEERS)/bin/python -m benchmarks.peers $(PEERS_ARGS)

torture: $(DEV) ## the long runs: crashes, floods, lost connections, properties with many examples
	@$(PY) -m pytest -m "torture or hypothesis" --hypothesis-profile thorough --timeout 0 $(PYTEST_ARGS)

# The workers of pytest start at the same time: in a fresh clone, each would compile all tests, which takes 13 s.
$(TESTS_COMPILED): $(DEV)
	@$(TESTS) --collect-only -qqq >/dev/null 2>&1 || true
	@touch $@

lock: ## write the lock files anew from pyproject.toml (needs uv); LOCK_ARGS=--upgrade for newer versions
	@[ -n "$(UV)" ] || { echo "make lock needs uv, and there is none on PATH: install it, or name it with UV=/path/to/uv." >&2; exit 1; }
	@$(COMPILE) pyproject.toml -o requirements.lock
	@$(COMPILE) --constraints requirements.lock --extra export pyproject.toml -o requirements-export.lock
	@$(COMPILE) --constraints requirements-export.lock --extra export --group dev pyproject.toml -o requirements-dev.lock
	@$(COMPILE) pyproject.toml benchmarks/requirements.txt -o benchmarks/requirements.lock

sbom: $(DEV) ## list what the bot is made of, from its lock, in sbom.json (CycloneDX)
	@$(PY) -m tests.support.sbom > sbom.json

# The builder "default" of most machines can build for one kind of processor only, and gives another kind of output.
image: ## the container's image for amd64 and arm64, in image.oci.tar, where docker has a builder for both
	@case "$$(docker buildx inspect 2>/dev/null)" in \
	*"Driver: "*docker-container*linux/arm64*) exec docker buildx build --platform $(PLATFORMS) --tag declaration-bot --output type=oci,dest=image.oci.tar . ;; \
	*) echo "skipped: docker has no builder for $(PLATFORMS) here (docker buildx create --use, and QEMU for the other one)" ;; esac

# No index address and no command line in a lock: it is the same whoever wrote it, and hashes alone say what is meant.
COMPILE = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header $(LOCK_ARGS)

check-lint: $(DEV)
	@$(PY) -m ruff check --quiet .
check-format: $(DEV)
	@$(PY) -m ruff format --quiet --check . || { echo "Some files are not as ruff writes them: make fix" >&2; exit 1; }
check-types: $(DEV)
	@$(PY) -m mypy
check-imports: $(DEV)
	@$(VENV)/bin/lint-imports --no-logo
check-words: $(DEV)
	@$(PY) -m tests.support.word_check
check-content: $(DEV)
	@$(PY) -m bot check
check-dockerfile: $(DEV)
	@$(VENV)/bin/hadolint Dockerfile
check-compose: $(DEV)
	@$(VENV)/bin/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
check-shell:
	@bash -n .ci/run
check-vulnerabilities: $(DEV)
	@$(PY) -m tests.support.vulnerability_check

# A stamp is as old as the last install; a newer lock or a new environment installs again. The dev lock holds all of the other.
$(DEV): requirements-dev.lock $(PY)
	@echo "Installing what the tests need into $(VENV) ..."
	@$(INSTALL) -r requirements-dev.lock
	@touch $(DEV) $(RUN)

$(RUN): requirements.lock $(PY)
	@echo "Installing what the bot needs into $(VENV) ..."
	@$(INSTALL) -r requirements.lock
	@touch $(RUN)

# aiogram bounds pydantic below what the bot runs on: hence an environment apart.
$(VENV)/.peers: benchmarks/requirements.lock $(PY)
	@echo "Installing what is compared into $(VENV) ..."
	@$(INSTALL) -r benchmarks/requirements.lock
	@touch $@

$(PY):
	@command -v $(PYTHON) >/dev/null || \
	{ echo "There is no $(PYTHON) here. Install Python 3.11 or newer, or name one: $(NAME_ONE)" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	{ echo "$$($(PYTHON) --version) is too old: this needs 3.11 or newer. Name one: $(NAME_ONE)" >&2; exit 1; }
	@$(if $(UV),,$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
	{ echo "$(PYTHON) cannot make virtual environments. On Debian or Ubuntu: apt install python3-venv" >&2; exit 1; })
	@rm -rf $(VENV)
	@$(if $(UV),$(UV) venv --quiet --python "$$(command -v $(PYTHON))",$(PYTHON) -m venv) $(VENV)

NAME_ONE = make $(firstword $(MAKECMDGOALS)) PYTHON=python3.12
