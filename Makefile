# Each target does its own set-up in a virtual environment beside this file.
#
#   make demo    train, export, compare, read a page and a clip; names the report at the end
#   make test    the tests, in the full environment and in those that a Pi has
#   make check   ruff and mypy --strict
#   make bench   accuracy, parity and latency of the shipped models
#   make gate    fails when a shipped model fell behind its baseline
#   make pi      the edge environment alone, then the live loop (SOURCE=0 is the first camera)
#   make doctor  what works on this machine, and the command for what is missing
#   make test-arm64     the edge environment on a Pi 4's and a Pi 5's processor, emulated
#   make test-mutations 1,000 damaged files of each kind, each refused or harmless
#   make fuzz    looks for what breaks the readers, MINUTES=10 for each of them
#   make soak    the live loop for MINUTES, then as long with a fault every half minute
#   make release-check  builds the wheel, installs it elsewhere, runs it there
#   make pins    constraints-pi.txt anew: what a Pi installs, by hashes (needs uv)
#   make clean   takes away the environments that the targets made

PYTHON ?= python3
SOURCE ?= 0
MINUTES ?= 10
DEMO   := artifacts/demo
# CONSTRAINTS=/dev/null takes the newest versions that pyproject.toml allows.
CONSTRAINTS ?= constraints.txt

# A window needs OpenCV's desktop build, and that a display and libGL; else the headless one.
HAS_GL     := $(shell ldconfig -p 2>/dev/null | grep -q 'libGL\.so\.1' && echo yes)
PI_EXTRA   ?= $(if $(and $(DISPLAY)$(WAYLAND_DISPLAY),$(HAS_GL)),desktop,pi)
HAS_LEGACY := $(shell $(PYTHON) -c 'import platform, sys; \
  print("yes" if sys.version_info[:2] == (3, 11) and platform.system() == "Linux" else "")')

FULL   := .venv/bin/python
# MNIST, or drawn digits where it cannot be had: looked for when first needed, and once.
IMAGES  = $(eval IMAGES := $(shell $(FULL) -m train.data))$(IMAGES)
EDGE   := .venv-edge/bin/python
LEGACY := .venv-legacy/bin/python
PI     := .venv-pi/bin/python
FUZZ   := .venv-fuzz/bin/python
# The Pi camera's Python module is a Debian package; only then does the environment see those.
SITE   := $(if $(findstring picamera,$(SOURCE)),--system-site-packages)
PIP     = -m pip install --quiet --disable-pip-version-check

.PHONY: help demo test test-full test-edge test-legacy check bench gate pi doctor release-check \
  pins test-arm64 test-mutations fuzz soak clean

help:
	@sed -n 's/^#   \(make .*\)/\1/p' Makefile

demo: .venv/.ready
	$(FULL) -m train --recipe edge --epochs 6 --data $(IMAGES) --output $(DEMO)
	$(FULL) -m export --model $(DEMO)/model.keras --data $(IMAGES) --quantize none int8
	$(FULL) -m benchmarks --models $(DEMO) --data $(IMAGES) --quick --output reports/demo
	$(FULL) -m train.scenes --output $(DEMO)/scenes
	$(FULL) -m edge.read $(DEMO)/scenes/page.png --model $(DEMO)/digits-int8.tflite --save reports/demo
	$(FULL) -m edge.webcam --source $(DEMO)/scenes/clip.avi --model $(DEMO)/digits-int8.tflite \
	  --no-window --record reports/demo/clip-read.avi
	@echo
	@echo "The report:      reports/demo/benchmark.html (benchmark.md for a pull request)"
	@echo "A page, read:    reports/demo/page-read.png"
	@echo "A clip, read:    reports/demo/clip-read.avi"
	@echo "The training:    $(DEMO)/curves.png, $(DEMO)/predictions.png"
	@echo "The models:      $(DEMO)/manifest.json describes the four beside it"

test: test-full test-edge test-legacy

test-full: .venv/.ready
	$(FULL) -m pytest

test-edge: .venv-edge/.ready
	! $(EDGE) -c 'import tensorflow' 2>/dev/null
	$(EDGE) -m pytest

ifeq ($(HAS_LEGACY),yes)
test-legacy: .venv-legacy/.ready
	! $(LEGACY) -c 'import tensorflow' 2>/dev/null
	$(LEGACY) -m pytest
else
test-legacy:
	@echo "skipped: tflite-runtime 2.14 needs Python 3.11 on Linux"
endif

check: .venv/.ready
	$(FULL) -m ruff check
	$(FULL) -m ruff format --check
	$(FULL) -m mypy

bench: .venv/.ready
	$(FULL) -m benchmarks

gate: .venv/.ready
	$(FULL) -m benchmarks gate --baseline benchmarks/baselines/shipped.json

pi: .venv-pi/.ready
	$(PI) -m edge.webcam --source $(SOURCE)

doctor: .venv-pi/.ready
	$(PI) -m edge.doctor

# 77: it cannot be had here, which the script has said.
test-arm64: .venv-edge/.ready
	@tests/arm64/build.sh .arm64 $(PYTHON); code=$$?; \
	  if [ $$code = 77 ]; then exit 0; elif [ $$code != 0 ]; then exit $$code; fi; \
	  ARM64_ROOT=.arm64 $(EDGE) -m pytest -s tests/test_arm64.py

test-mutations: .venv-edge/.ready
	MUTATIONS=1000 $(EDGE) -m pytest -s tests/test_mutations.py

# A minute a process: atheris 3.0 keeps the result of every comparison of arrays.
fuzz: .venv-fuzz/.ready
	@mkdir -p .fuzz/found
	for target in manifest metadata pictures frames; do \
	  for minute in $$(seq $(MINUTES)); do \
	    $(FUZZ) -m tests.fuzz.$$target .fuzz/$$target -max_total_time=60 \
	      -timeout=60 -rss_limit_mb=4000 -artifact_prefix=.fuzz/found/ || exit 1; \
	  done; \
	done

soak: .venv-edge/.ready
	$(EDGE) -m benchmarks.soak --minutes $(MINUTES)
	$(EDGE) -m benchmarks.soak --minutes $(MINUTES) --faults

release-check:
	$(PYTHON) tests/release_check.py

pins:
	@command -v uv >/dev/null || { echo "error: uv is not installed; install: pip install uv"; exit 3; }
	uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --extra pi \
	  --extra mqtt --constraint constraints.txt --no-emit-index-url --no-annotate \
	  --custom-compile-command "make pins" --output-file constraints-pi.txt pyproject.toml

clean:
	rm -rf .venv .venv-edge .venv-legacy .venv-pi .venv-fuzz .arm64

# $(1) folder, $(2) extras, $(3) constraints. The project runs from its checkout, so what is
# installed is the extras and a link to this folder.
define environment
$(1)/.ready: pyproject.toml $(3)
	@$$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "error: Python 3.11 or newer is needed; name one: make PYTHON=python3.12"; exit 2; }
	@$$(PYTHON) -m venv $$(SITE) $(1) || \
	  { echo "error: no venv module; install it: sudo apt install python3-venv"; exit 3; }
	@echo "installing into $(1) ..."
	$(1)/bin/python $$(PIP) --constraint $(3) --editable '.[$(2)]'
	@touch $$@
endef

$(eval $(call environment,.venv,all,$(CONSTRAINTS)))
$(eval $(call environment,.venv-edge,edge-test,$(CONSTRAINTS)))
$(eval $(call environment,.venv-fuzz,fuzz,$(CONSTRAINTS)))
$(eval $(call environment,.venv-legacy,legacy-test,constraints-legacy.txt))
$(eval $(call environment,.venv-pi,$(PI_EXTRA),$(CONSTRAINTS)))
