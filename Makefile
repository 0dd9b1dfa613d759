# Kollect: `make help` lists what there is to do.

JOBS ?= $(shell nproc)
FUZZ_SECONDS ?= 600
FUZZ ?= .

configure = mkdir -p build && { cmake --preset $(1) >build/$(1).log 2>&1 || { cat build/$(1).log; exit 1; }; }
compile = $(configure) && cmake --build build/$(1) -j $(JOBS)
run_tests = ctest --test-dir build/$(1) --output-on-failure $(2)

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-9s %s\n", $$1, $$2 }'

.PHONY: setup
setup: ## Install every dependency from Debian's packages
	@tools/setup

.PHONY: build
build: ## Build the release binaries: build/release/kollect
	@tools/setup build
	@$(call compile,release)

# A KUBECONFIG of the environment is left alone: the demo reads a real cluster only when told to.
.PHONY: demo
demo: ## See it at work on a sandbox cluster; KUBECONFIG=FILE reads yours, DEMO_SECONDS=20
	@tools/setup build
	@$(call configure,release) && cmake --build build/release -j $(JOBS) --target kollect kollect-sandbox
	@DEMO_KUBECONFIG='$(if $(filter command,$(origin KUBECONFIG)),$(KUBECONFIG))' tools/demo build/release

.PHONY: test
test: setup ## Build and run every test, on real servers where there are any
	@$(call compile,dev)
	@tools/slowest_tus build/dev
	@$(call run_tests,dev)

.PHONY: check
check: setup ## Check format, layers, shape, headers and generated files
	@tools/check_format
	@tools/check_layers
	@tools/check_shape
	@tools/check_generated
	@$(call configure,dev)
	@tools/check_headers

.PHONY: fmt
fmt: setup ## Format the code
	@tools/check_format --fix

.PHONY: tidy
tidy: setup ## Run clang-tidy
	@$(call configure,dev)
	@tools/tidy

.PHONY: asan
asan: setup ## Run the tests under the address and undefined-behaviour sanitizers
	@$(call compile,asan)
	@$(call run_tests,asan)

.PHONY: tsan
tsan: setup ## Run the tests under the thread sanitizer
	@$(call compile,tsan)
	@$(call run_tests,tsan)

.PHONY: fuzz
fuzz: setup ## Fuzz every parser for FUZZ_SECONDS each (600); FUZZ=regex picks some
	@$(call compile,fuzz)
	@tools/fuzz build/fuzz $(FUZZ_SECONDS) '$(FUZZ)'

.PHONY: bench
bench: setup ## Measure ratios against yardsticks: ONLY=regex, MODE=full, REPORT=1
	@$(call configure,release) && cmake --build build/release -j $(JOBS) --target bench
	@ONLY='$(ONLY)' MODE='$(MODE)' REPORT='$(REPORT)' tests/bench/bench build/release

.PHONY: soak
soak: setup ## Run the operator under load and hold its bounds: ONLY=regex
	@$(call configure,soak) && cmake --build build/soak -j $(JOBS) --target kollect kollect-soak
	@build/soak/kollect-soak '$(or $(ONLY),.)'

.PHONY: golden
golden: setup ## Rewrite the golden files of the tests; review the diff as code
	@$(call compile,dev)
	@KOLLECT_GOLDEN=write $(call run_tests,dev,-LE world)

.PHONY: generate
generate: setup ## Rewrite the generated files
	@tools/generate

.PHONY: world
world: setup ## Start the servers of the test world, to play with; Ctrl-C stops them
	@tests/world/world play
