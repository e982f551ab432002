# Kyoten: what one does from the command line. `make help` lists it.
# make test is what a newcomer runs and what .ci/run runs.

SHELL       := bash
.SHELLFLAGS := -eu -o pipefail -c
export CGO_ENABLED ?= 0

# Rooms in which goroutines share memory: these are tested once more under the
# race detector, which needs a C compiler. The whole tree under it would take
# longer than anyone waits; `make soak` does that.
RACE := db audit jobs retrieval search
RACE_PACKAGES = $(foreach r,$(RACE),$(if $(wildcard internal/$(r)/*.go),./internal/$(r)))

# Files to measure with, which are no part of the project.
SHARED = $(or $(KYOTEN_SHARED),../shared)

PLATFORMS := linux/amd64 linux/arm64 windows/amd64 windows/arm64 darwin/amd64 darwin/arm64

.PHONY: help build test quick race lint fix generate assets stale bench eval cross soak fixture screenshots prerequisites clean

help: ## list these targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 16

build: ## build ./kyoten for this machine
	go build -trimpath -o kyoten ./cmd/kyoten

test: prerequisites ## run every test, installing what is missing on Debian and Ubuntu
	go build ./...
	$(if $(RACE_PACKAGES),CGO_ENABLED=1 go run ./tools/gotest -race -short -timeout 15m $(RACE_PACKAGES))
	go run ./tools/gotest -timeout 30m ./...

quick: ## the inner loop: build, vet and short tests
	go build ./...
	go vet ./...
	go test -short ./...

race: ## the race detector over the rooms with goroutines
	CGO_ENABLED=1 go test -race -short $(RACE_PACKAGES)

lint: ## vet, staticcheck, gofumpt
	go vet ./...
	cd bench && go vet ./...
	go tool staticcheck ./...
	@out=$$(git ls-files '*.go' | grep -v '_templ\.go$$' | xargs go tool gofumpt -l); \
	  test -z "$$out" || { echo "gofumpt would change (run make fix):"; echo "$$out"; exit 1; }

fix: ## format everything
	git ls-files '*.go' | grep -v '_templ\.go$$' | xargs go tool gofumpt -w

generate: ## renew the Go code of the templ components
	go tool templ generate -path internal/web -log-level warn

assets: ## renew internal/web/static/dist (scripts and styles); needs no network
	@if [ -d tools/assets ]; then go run ./tools/assets; else echo "no assets yet"; fi

stale: ## fail when a committed generated file is not current
	.ci/stale

bench: ## time pages over 57,065 real projects, then the index beside SQLite FTS5 and Bleve
	go run ./tools/pagebench
	cd bench && go run . $(BENCH)

eval: ## retrieval quality on all judged collections of $$KYOTEN_SHARED, without and with dictionaries
	go run ./cmd/kyoten eval $(SHARED)/data/eval --dictionary $(SHARED)/data/dict/sudachi/synonyms.txt --dictionary $(SHARED)/data/dict/ejdict/src

cross: ## build for Linux, Windows and macOS, amd64 and arm64, into dist/
	@mkdir -p dist
	@for p in $(PLATFORMS); do \
	  os=$${p%/*} arch=$${p#*/} ext=; [ $$os != windows ] || ext=.exe; \
	  printf '%s ' $$p; \
	  GOOS=$$os GOARCH=$$arch go build -trimpath -ldflags '-s -w' -o dist/kyoten-$$os-$$arch$$ext ./cmd/kyoten; \
	  du -h dist/kyoten-$$os-$$arch$$ext | cut -f1; \
	done

soak: prerequisites ## long: race over everything, every fuzz target, crash and load tests
	CGO_ENABLED=1 KYOTEN_SOAK=1 go test -race -timeout 60m ./...
	@grep -rhoE --include='*_test.go' '^func Fuzz[A-Za-z0-9_]+' -l . | xargs -rn1 dirname | sort -u | while read -r d; do \
	  for f in $$(grep -hoE '^func Fuzz[A-Za-z0-9_]+' $$d/*_test.go | cut -c6-); do \
	    echo "fuzz $$d $$f"; go test -run '^$$' -fuzz "^$$f$$" -fuzztime $${FUZZTIME:-60s} $$d; \
	  done; done

fixture: prerequisites ## keep a database of this release for the upgrade test: make fixture RELEASE=0.2.0
	KYOTEN_FIXTURE=$(or $(RELEASE),unreleased) go test -count=1 -v -run KeepReleaseForUpgrades ./internal/app

screenshots: prerequisites ## renew docs/screenshots from the sample hub
	rm -f artefacts/doc-*.png
	KYOTEN_ARTEFACTS=$(CURDIR)/artefacts go test -count=1 -timeout 10m -run NewUser/sqlite ./e2e
	mkdir -p docs/screenshots
	for f in artefacts/doc-*.png; do cp $$f docs/screenshots/$${f#artefacts/doc-}; done

prerequisites:
	@tools/prerequisites.sh

clean: ## remove what these targets built
	rm -rf kyoten dist artefacts
