# beamctl: make demo and make test are the two to know; make help lists the rest.
SWIFT ?= swift
# More options of swift build for development and tests.
SWIFT_OPTIONS ?=
BUILD := .build/debug
SOURCES := Package.swift Sources Tests
PROGRAMS := beamctl beamctl-daemon beamctl-keeper beamctl-dns beamctl-entrance

.DEFAULT_GOAL := help
.PHONY: help demo test build release lint format test-kubernetes bench install dist image setup setup-test setup-bench clean-demo

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-15s %s\n", $$1, $$2}'

demo: setup build ## Deploy samples/hello as three clustered replicas, show them, clean up
	@scripts/demo $(BUILD)

test: setup-test ## Run every test: unit, property, fuzz, and end to end against real BEAMs
	$(SWIFT) build --build-tests $(SWIFT_OPTIONS)
	@SWIFT="$(SWIFT)" scripts/test

test-kubernetes: export BEAMCTL_TEST_KUBECONFIG := $(or $(BEAMCTL_TEST_KUBECONFIG),$(KUBECONFIG))
test-kubernetes: setup-test ## Run the tests that need a cluster: KUBECONFIG names it, or the testbed's is used
	$(SWIFT) build --build-tests $(SWIFT_OPTIONS)
	@SWIFT="$(SWIFT)" scripts/cluster with scripts/test --filter 'Kubernetes|TestCluster|RealCluster'

build: setup ## Build for development
	$(SWIFT) build $(SWIFT_OPTIONS)

release: setup ## Build optimised, with Swift's own libraries linked in
	@# One after another: what tests share is no part of it, and cannot be linked so.
	for program in $(PROGRAMS); do $(SWIFT) build -c release --static-swift-stdlib --product $$program || exit 1; done

lint: ## Check format and house rules
	$(SWIFT) format lint --strict --parallel --recursive $(SOURCES)

format: ## Format in place
	$(SWIFT) format --in-place --parallel --recursive $(SOURCES)

bench: setup-bench release ## Measure against peers, in one run: prints medians and ratios
	@scripts/bench

PREFIX ?= /usr/local
install: release ## Install the five programs below PREFIX (/usr/local)
	install -d $(DESTDIR)$(PREFIX)/bin
	install -m 755 $(PROGRAMS:%=.build/release/%) $(DESTDIR)$(PREFIX)/bin

dist: release ## Pack an archive for machines without Swift: dist/beamctl-<version>-linux-<architecture>.tar.gz
	@scripts/dist .build/release

IMAGE_OPTIONS ?= --output dist/beamctl-image.tar
image: release ## Make beamctl's own image, which render dns runs: IMAGE_OPTIONS="--base IMAGE --tag NAME --push"
	@mkdir -p dist
	@scripts/image .build/release $(IMAGE_OPTIONS)

setup:
	@scripts/setup build

setup-test:
	@scripts/setup build test
	@scripts/cluster build

setup-bench:
	@scripts/setup build bench
