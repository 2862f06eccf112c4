# The commands of this repository. `make demo` is the one to try first.
#
#   make setup     a virtual environment in .venv, made once and again when pyproject.toml changes;
#                  of another Python: make setup PYTHON=python3.12
#   make demo      train the reference, grade three example submissions, write out/demo/index.html
#   make test      lint, types and all tests: under 8 minutes on two cores
#   make check     lint and the fast tests: under a minute
#   make nightly   the tests that say the same of more of the same kind
#   make coverage  which branches the fast tests take
#   make floors    try the lower bound of every dependency in an environment of its own
#   make colab     run the solved lessons with Google Colab's Python and packages
#   make browser   run the lessons in JupyterLab in headless Chromium, and take pictures
#   make hub       play a term on a JupyterHub with an instructor and four students; root only
#   make pages     measure the pages of a class of a thousand in headless Chromium; needs npm
#   make lessons   write lessons/ and what the package knows of them anew from solutions/
#   make answers   ask the wrong answers of slow exercises anew, for checks that explain at once
#   make lock      choose anew the versions that Gradescope's image gets
#   make site      build the course's web site, lessons and API pages included, in out/site
#   make study     what β does to disentanglement: train 100 models, write docs/study.md; 45 min
#   make proof     show that the tests accept every right answer and name every wrong one; up to two hours
#   make bench     time the checks, the notebooks and the grading of a class
#   make machines  walk one short path on every machine that can be made here: docs/machines.md
#   make soak      grade a thousand mixed submissions, with the grader killed on the way
#   make clean     remove what the other targets wrote, .venv excepted

PYTHON ?= python3
STAMP := .venv/.installed
EXTRAS := local,instructor,dev
TESTS := python -m pytest -q --dist loadfile
LESSONS := $(notdir $(wildcard solutions/*))

# nbgrader calls `alembic` by its bare name; level 3 alone hides all of TensorFlow's notices.
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export TF_CPP_MIN_LOG_LEVEL := 3
export MPLBACKEND := agg
# Compiled once, not in each of the processes that the tests start.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo test check nightly coverage floors colab browser hub pages style lint \
	lessons answers lock site study proof bench machines soak clean

help:
	@sed -n 's/^#   //p' Makefile

setup: $(STAMP)

# Byte-compiling at once spares the first import of TensorFlow about six seconds.
$(STAMP): pyproject.toml
	@$(PYTHON) .ci/environment.py .venv $(if $(filter file,$(origin PYTHON)),,--mine)
	@rm -rf *.egg-info
	@if uv --version >/dev/null 2>&1; then \
	  set -ex; \
	  uv pip install --python .venv/bin/python --compile-bytecode -e ".[$(EXTRAS)]"; \
	else \
	  set -ex; \
	  .venv/bin/python -m pip install --disable-pip-version-check -q -e ".[$(EXTRAS)]"; \
	  .venv/bin/python -m compileall -q -j 0 .venv/lib >/dev/null 2>&1 || true; \
	fi
	@touch $@

demo: $(STAMP)
	python bench/demo.py out/demo

style: $(STAMP)
	ruff check .
	ruff check --isolated --select F821 solutions
	ruff format --check .

lint: style
	mypy

# One worker more than the least machine has processors: now and then a test waits.
test: lint
	$(TESTS) -n 3 -m "not nightly"

check: style
	$(TESTS) -n 2 -m "not slow and not nightly"

nightly: $(STAMP)
	$(TESTS) -n 3 -m nightly

coverage: $(STAMP)
	$(TESTS) -n 2 -m "not slow and not nightly" --cov=autograder --cov=bvae_ref --cov-branch \
	  --cov-report=term:skip-covered

floors: $(STAMP)
	python bench/floors.py

colab: $(STAMP)
	python bench/colab.py

browser: $(STAMP)
	python bench/jupyterlab.py

hub: $(STAMP)
	python bench/hub.py

pages: $(STAMP)
	npm install --silent --no-fund --no-audit --prefix out/npm axe-core@4 html-validate@10
	python bench/pages.py

# A gradebook of its own keeps the instructor's gradebook.db out of it.
lessons: $(STAMP)
	@set -e; scratch=$$(mktemp -d); trap 'rm -rf "$$scratch"' EXIT; \
	for lesson in $(LESSONS); do \
	  nbgrader generate_assignment $$lesson --force --log-level=WARN \
	    --CourseDirectory.db_url="sqlite:///$$scratch/gradebook.db"; \
	  echo "lessons/$$lesson"; \
	done
	python -m autograder.authoring.deriving solutions lessons

answers: $(STAMP)
	python -m autograder.authoring.keeping

# The versions that Gradescope's image is built with, for every Python that is supported.
lock: $(STAMP)
	uv pip compile -q --universal --python-version 3.10 --extra grader --no-header --no-annotate \
	  pyproject.toml -o autograder/batch/grader_lock.txt

site: $(STAMP)
	python site/make_site.py out/site

study: $(STAMP)
	bvae study
	python bench/publish_study.py

proof: $(STAMP)
	bvae proof -o docs/proof.md

bench: $(STAMP)
	python bench/notebooks.py
	python bench/grading.py

machines: $(STAMP)
	python bench/where_it_runs.py --out docs/machines.md

soak: $(STAMP)
	python bench/soak.py

clean:
	rm -rf out build .pytest_cache .ruff_cache *.egg-info .bvae
	find . -name __pycache__ -type d -not -path "./.venv/*" -prune -exec rm -rf {} +
