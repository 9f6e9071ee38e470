# Short on purpose: what needs more than two lines is a script in bin/.
SWIFT = swift
PREFIX = /usr/local
DESTDIR =
SOURCES = Package.swift Sources Tests
SCRIPTS = $(shell grep -lE '^\#!.*sh$$' -r bin .ci Tests) $(wildcard bin/lib/*.bash Tests/lab/*.bash)
export PCS_BUILD := $(shell bin/version --build)

build:
	$(SWIFT) build

test: setup stage
	$(SWIFT) test --skip SystemTests
	$(SWIFT) test --skip-build --filter SystemTests

check: setup lint shellcheck pages test

lint:
	$(SWIFT) format lint --strict --recursive --parallel $(SOURCES)

format:
	$(SWIFT) format --in-place --recursive --parallel $(SOURCES)

shellcheck:
	shellcheck $(SCRIPTS)

pages: build
	bin/check-man

demo:
	bin/demo

bench:
	bin/bench
	bin/bench-user-data --staged

setup:
	bin/setup

bundle:
	bin/bundle .build/bundle

stage: bundle
	rm -rf .build/stage
	.build/bundle/install --destdir .build/stage

install: bundle
	.build/bundle/install --prefix '$(PREFIX)' --destdir '$(DESTDIR)'

uninstall:
	bin/uninstall --prefix '$(PREFIX)' --destdir '$(DESTDIR)'

dist: bundle
	bin/dist .build/bundle .build

clean:
	$(SWIFT) package clean
	rm -rf .build/bundle .build/stage

.PHONY: build test check lint format shellcheck pages demo bench setup bundle stage install uninstall \
  dist clean
