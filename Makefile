# Everything sets itself up: a virtual environment in .venv, the locked packages, a browser for the tests.
PORT ?= 8501
ADDRESS ?= 127.0.0.1
# Of the tests; each starts a server of its own.
WORKERS ?= 2
BIN := .venv/bin
CODE := app.py optimizers landscapes visualizer tests tools $(wildcard benchmarks deploy)

.DEFAULT_GOAL := help
.PHONY: help run test lint format check-lessons bench load fuzz lock sbom audit clean

help: ## Say what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Start Descent Lab on http://ADDRESS:PORT (127.0.0.1:8501; ADDRESS=0.0.0.0 lets others in)
	@tools/setup.sh venv requirements.txt
	@exec $(BIN)/streamlit run app.py --server.address=$(ADDRESS) --server.port=$(PORT)

test: lint ## Check style and types, run all tests (ARGS="-k adam" chooses some, WORKERS=0 runs one by one)
	@tools/setup.sh chromium
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

lint: ## Check style and types only
	@tools/setup.sh venv requirements-test.txt
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/mypy

format: ## Bring the code into shape
	@tools/setup.sh venv requirements-test.txt
	$(BIN)/ruff check --fix $(CODE)
	$(BIN)/ruff format $(CODE)

check-lessons: ## Read all lessons and run their claims (LESSONS=folder checks another's, with en/ or zh/ in it)
	@tools/setup.sh venv requirements.txt
	@$(BIN)/python -m visualizer.lessons check $(LESSONS)

bench: ## Run the comparisons in benchmarks/
	@tools/setup.sh venv requirements-bench.txt
	@tools/setup.sh chromium
	@for file in benchmarks/[a-z]*.py; do echo "== $$file"; $(BIN)/python "$$file" || exit 1; done

load: ## A lecture hall of N=300 students against a server of its own, on this machine (ARGS="--seconds 60")
	@tools/setup.sh venv requirements.txt
	@$(BIN)/python deploy/load.py -n $(or $(N),300) $(ARGS)

fuzz: ## N=1000000 spoiled links, formulas, questions and lessons: read or refused, never broken (SEED=1 repeats)
	@tools/setup.sh venv requirements-test.txt
	@PYTHONPATH=. $(BIN)/python tests/fuzz.py -n $(or $(N),1000000) $(if $(SEED),--seed $(SEED))

SUPPLY := .cache/supply
UV_COMPILE = uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest \
  --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

lock: ## Choose the packages' versions anew (needs uv); UPGRADE=--upgrade takes the newest
	@command -v uv >/dev/null || { echo "error: make lock needs uv (pip install uv)." >&2; exit 1; }
	$(UV_COMPILE) pyproject.toml $(UPGRADE) --output-file requirements.txt
	$(UV_COMPILE) pyproject.toml --constraints requirements.txt --extra test $(UPGRADE) --output-file requirements-test.txt
	$(UV_COMPILE) pyproject.toml --constraints requirements.txt --extra bench $(UPGRADE) --output-file requirements-bench.txt
	$(UV_COMPILE) --group pyproject.toml:supply $(UPGRADE) --output-file requirements-supply.txt

sbom: ## Write sbom.cdx.json (CycloneDX) and THIRD_PARTY.md (licenses) for requirements.txt
	@tools/setup.sh venv requirements.txt
	@tools/setup.sh venv requirements-supply.txt $(SUPPLY)
	@$(SUPPLY)/bin/python -m tools.sbom

audit: ## Ask for known vulnerabilities of requirements.txt, where advisories can be reached, for a minute at most
	@[ -x $(BIN)/python ] || tools/setup.sh venv requirements.txt
	@$(BIN)/python -m tools.audit

clean: ## Remove what the targets above made
	rm -rf .venv .cache build dist
