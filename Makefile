# Each target does its own set-up in a virtual environment beside this file.
#
#   make demo    train, export, compare, read a page and a clip; names the report at the end
#   make test    the tests, in the full environment and in those that a Pi has
#   make check   ruff and mypy --strict
#   make bench   accuracy, parity and latency of the shipped models
#   make gate    fails when a shipped model fell behind its baseline
#   make pi      the edge environment alone, then the live loop (SOURCE=0 is the first camera)
#   make doctor  what works on this machine, and the command for what is missing

PYTHON ?= python3
SOURCE ?= 0
DEMO   := artifacts/demo

# A window needs OpenCV's desktop build, and that a display and libGL; else the headless one.
HAS_GL     := $(shell ldconfig -p 2>/dev/null | grep -q 'libGL\.so\.1' && echo yes)
PI_EXTRA   ?= $(if $(and $(DISPLAY)$(WAYLAND_DISPLAY),$(HAS_GL)),desktop,pi)
HAS_LEGACY := $(shell $(PYTHON) -c 'import platform, sys; \
  print("yes" if sys.version_info[:2] == (3, 11) and platform.system() == "Linux" else "")')

FULL   := .venv/bin/python
EDGE   := .venv-edge/bin/python
LEGACY := .venv-legacy/bin/python
PI     := .venv-pi/bin/python
# The Pi camera's Python module is a Debian package; only then does the environment see those.
SITE   := $(if $(findstring picamera,$(SOURCE)),--system-site-packages)
PIP     = -m pip install --quiet --disable-pip-version-check

.PHONY: help demo test test-full test-edge test-legacy check bench gate pi doctor clean

help:
	@sed -n '3,9s/^# *//p' Makefile

demo: .venv/.ready
	$(FULL) -m train --recipe edge --epochs 6 --data mnist-or-drawn --output $(DEMO)
	$(FULL) -m export --model $(DEMO)/model.keras --quantize none int8
	$(FULL) -m benchmarks --models $(DEMO) --quick --output reports/demo
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

clean:
	rm -rf .venv .venv-edge .venv-legacy .venv-pi

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

$(eval $(call environment,.venv,all,constraints.txt))
$(eval $(call environment,.venv-edge,edge-test,constraints.txt))
$(eval $(call environment,.venv-legacy,legacy-test,constraints-legacy.txt))
$(eval $(call environment,.venv-pi,$(PI_EXTRA),constraints.txt))
