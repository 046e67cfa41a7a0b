PYTHON ?= $(shell command -v python3.11 || echo python3)

setup:
	@$(PYTHON) .ci/setup/setup.py
