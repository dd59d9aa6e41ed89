# make test runs everything, the browser too. make help lists the rest.
# Everything that is not Go's standard tool chain is pinned by version here,
# or by a lock file in .ci/.

STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOVULNCHECK := golang.org/x/vuln/cmd/govulncheck@v1.9.0
# A package that takes longer hangs.
TEST_TIMEOUT := 20m
# Journeys in a browser mostly wait: more of them at once than there are cores.
TEST_PARALLEL := 3
# They start first, so that nothing waits for them at the end.
LONGEST := ./server ./static
BENCHTIME ?= 1s
FUZZTIME ?= 30s

.PHONY: help test bench fuzz run lint chromium

help:
	@echo "make test    every test, the browser ones too"
	@echo "make lint    gofmt, go vet, staticcheck, govulncheck, the JavaScript type checker"
	@echo "make bench   benchmarks, as ratios in one run"
	@echo "make fuzz    every fuzz target for FUZZTIME (default $(FUZZTIME)) each"
	@echo "make run     the demo on http://localhost:8080"

test: chromium
	go test -timeout $(TEST_TIMEOUT) -parallel $(TEST_PARALLEL) $(LONGEST) ./...

bench:
	go test -run '^$$' -bench . -benchtime $(BENCHTIME) ./...

fuzz:
	.ci/fuzz $(FUZZTIME)

run:
	go run ./server demo

lint:
	.ci/lint $(STATICCHECK) $(GOVULNCHECK)

# The browser tests drive a real Chromium.
chromium:
	@.ci/chromium
