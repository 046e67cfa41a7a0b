# What one can do with this repository; `make` or `make help` lists it.

PYTHON ?= $(shell command -v python3.11 || echo python3)
# An import that the manifest does not declare is an error in every build. Editors index for themselves.
BUILD := swift build --explicit-target-dependency-import-check error --disable-index-store
SETUP := $(PYTHON) .ci/setup/setup.py
# Seconds for each fuzz target.
TIME ?= 30
# Where specimen documents are rendered to.
SPECIMENS := .build/specimens

.DEFAULT_GOAL := help
.PHONY: help setup setup-test demo build build-tests run test gen format lint fuzz bench clean
.PHONY: interop conformance interop-go python-test python-wheel
.PHONY: tls-check numbers-check
.PHONY: bench-counts bench-peers
.PHONY: specimens evaluate-ocr bench-ocr

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' Makefile

setup: ## packages, runtime, models, certificates, demo pictures; again: a second
	@$(SETUP)

setup-test: ## the same and what only tests and benchmarks need
	@$(SETUP) --group test

build: setup ## release build of the server and the tool
	$(BUILD) -c release --product idv-server
	$(BUILD) -c release --product idv

build-tests: setup-test ## debug build with all tests
	$(BUILD) --build-tests

demo: build ## verify through a real server; A=one.jpg B=two.jpg compares your own pictures
	@A="$(A)" B="$(B)" .ci/demo.sh

run: build ## the server in the foreground; ARGS="--port 7443 …"
	.build/release/idv-server $(ARGS)

test: build-tests ## build and run all tests
	@.ci/run_tests.sh .build $(TEST_FLAGS)

gen: setup-test ## regenerate all code that comes from Proto/
	Proto/generate.sh

python-test: setup-test build ## test the Python client, its wheel and its example
	Proto/Clients/python/ci

python-wheel: setup-test ## the Python client as a wheel, in .build/python
	Proto/Clients/python/ci wheel

format: ## format the hand-written Swift in place
	@$(PYTHON) .ci/format.py

lint: ## format, imports, layers and content, as CI checks them
	@$(PYTHON) .ci/format.py --lint
	@$(PYTHON) .ci/check_imports.py
	@$(PYTHON) .ci/layers.py
	@$(PYTHON) .ci/check_content.py

fuzz: setup-test ## fuzz every decoder for TIME seconds each (default 30)
	@.ci/fuzz.sh $(TIME)

bench: build bench-peers ## measure this build, peers beside it; ARGS=--json
	.build/release/idv bench compare $(ARGS)
	.build/release/idv bench rpc $(ARGS)
	@$(MAKE) bench-counts

bench-counts: setup-test ## instructions and allocations of a call against Tests/Baselines; ARGS=--update
	@$(BUILD) -c release --product idvcounting
	@$(BUILD) -c release --product idv
	.build/release/idv bench counts $(ARGS)

# What cannot be had is named and left out.
bench-peers: ## build the servers that bench measures beside ours: Go ttrpc, grpc-swift
	-@$(SETUP) --group bench
	@Sources/idv-bench-peers/build.sh

# It prints its seed, a new one unless RENDER names one.
specimens: ## render specimen documents, 504 resident cards of levels 0–3 among them; RENDER="--fronts 400 --seed 1 …"
	@$(SETUP) --group specimens
	@PYTHONPATH=.deps/specimens PYTHONDONTWRITEBYTECODE=1 $(PYTHON) Tests/Specimens/render.py \
	  $(SPECIMENS) --fronts 420 --backs 210 --others 20 --banks 60 --variants 10 $(RENDER)

evaluate-ocr: specimens build ## read freshly rendered documents and count; RENDER=… ARGS=--json
	.build/release/idv evaluate ocr --truth $(SPECIMENS)/truth.json \
	  --bank $(SPECIMENS)/bank/truth_bank.json $(ARGS)

# On what is rendered already, else on fresh ones; the second is beside the RapidOCR package.
bench-ocr: build ## what reading a card costs, and a peer on the same cards
	@$(SETUP) --group ocr-peer
	@[ -f $(SPECIMENS)/truth.json ] || $(MAKE) specimens
	.build/release/idv bench ocr --truth $(SPECIMENS)/truth.json
	@PYTHONPATH=.deps/ocr-peer:.deps/specimens PYTHONDONTWRITEBYTECODE=1 $(PYTHON) \
	  Tests/Specimens/peer_rapidocr.py $(SPECIMENS)/truth.json $(ARGS)

# The numbers are random, with a fixed seed; the peer is the Python package id-validator.
numbers-check: setup-test build ## 10 million right numbers are accepted; beside a peer on what users complain about
	IDV_ONLY=IdentityNumbersTests IDV_NUMBERS_TOTAL=10000000 swift test -c release \
	  --scratch-path .build-numbers --filter ResidentIdentityNumberPropertyTests
	@$(PYTHON) Tests/IdentityNumbersTests/side_by_side.py .build/release/idv

tls-check: build ## scan and attack the release server's TLS; every finding is explained or fails
	@$(SETUP) --group tls
	@$(PYTHON) .ci/tls/check.py --self-test
	@$(PYTHON) .ci/tls/check.py

interop: build ## gRPC's interoperability cases over both profiles; ARGS="--soak 1000"
	.build/release/idv interop $(ARGS)

conformance: setup-test build ## every client through every conformance case; ARGS="--client swift"
	@$(PYTHON) Tests/Conformance/run.py --tool .build/release/idv $(ARGS)

interop-go: build ## a stock ttrpc client in Go calls our server; installs Debian's Go packages
	@$(SETUP) --group interop-go
	@Tests/Interop/go-ttrpc/run.sh .build/release/idv

clean: ## remove what was built; .deps, Certs/dev and the download cache stay
	rm -rf .build .build-*
