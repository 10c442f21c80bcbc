"""A start takes no more along than its first reading needs."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support import ROOT, one_line_error

ONLY_WHEN_ASKED_FOR = {
    "bz2",  # and the other compressors: argparse asks for a terminal's width
    "email.message",
    "http.server",
    "numpy.ma",  # np.median brings it along
    "paho.mqtt.client",
    "ssl",
    "tempfile",
    "zipfile",
    "edge.embedded",
    "edge.sinks.mqtt",
    "edge.sinks.record",
    "edge.sinks.web",
    "edge.sources.gstreamer",
    "edge.sources.listing",
    "edge.sources.picamera",
    "edge.sources.shaped",
    "numpy.typing",
}


@pytest.mark.parametrize(
    "command",
    [
        "from edge.webcam import main; code = main(['--source', PAGE, '--no-window', '--json'])",
        "from edge.read import main; code = main([PAGE, '--json'])",
    ],
    ids=["webcam", "read"],
)
def test_the_first_reading_needs_no_page_no_broker_and_no_masked_arrays(command: str) -> None:
    program = f"""
import sys
import cv2, numpy
known = set(sys.modules)  # NumPy 1 brings its masked arrays along by itself
PAGE = "docs/page-read.png"
{command}
print(code, *(set(sys.modules) - known), sep="\\n", file=sys.stderr)
"""
    result = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert '"detections": [{' in result.stdout
    assert "edge.reader" in result.stderr.split()
    assert ONLY_WHEN_ASKED_FOR & set(result.stderr.split()) == set()


@pytest.mark.parametrize("module", ["edge.webcam", "edge.read"])
def test_nothing_is_searched_for_garbage_while_a_command_is_imported(module: str) -> None:
    program = f"""
import gc, sys
import importlib
main = importlib.import_module("{module}").main
assert "numpy" not in sys.modules, "imported before it could be held"
runs = []
gc.callbacks.append(lambda phase, facts: runs.append("numpy" in sys.modules))
try:
    main(["--help"])
except SystemExit:
    pass
# What ran once NumPy was there ran over what came after it: the frozen are in no generation.
print(gc.isenabled(), gc.get_freeze_count() > 10_000, len(runs) < 20, file=sys.stderr)
"""
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.stderr.split() == ["True", "True", "True"], result.stderr


@pytest.mark.parametrize(
    ("raised", "told"),
    [
        ("ModuleNotFoundError(\"No module named 'cv2'\", name='cv2')", "opencv-python-headless"),
        ("ImportError('libGL.so.1: cannot open shared object file', name='cv2')", "libgl1"),
    ],
    ids=["not installed", "its library does not load"],
)
def test_without_opencv_a_command_says_what_to_install(raised: str, told: str) -> None:
    program = f"""
import importlib.abc, sys

class Wall(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name == "cv2":
            raise {raised}

sys.meta_path.insert(0, Wall())
from edge.webcam import main
sys.exit(main(["--source", "demo"]))
"""
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 3, result.stderr
    assert told in one_line_error(result)


COMMANDS = (
    "train.__main__",
    "train.scenes.__main__",
    "train.ship",
    "export.__main__",
    "export.tflite",
    "export.onnx",
    "export.lint.__main__",
    "export.c_array",
    "export.study",
    "benchmarks.__main__",
    "benchmarks.live",
    "edge.read",
    "edge.webcam",
    "edge.doctor",
)


def test_every_command_lives_to_say_what_is_missing() -> None:
    program = f"""
import importlib, importlib.abc, sys

class Wall(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("tensorflow", "keras", "tf2onnx", "onnx", "onnxruntime", "paho"):
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Wall())
for name in {COMMANDS!r}:
    assert callable(importlib.import_module(name).main), name
sys.exit(importlib.import_module("train.__main__").main(["--list"]))
"""
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 3, result.stderr
    assert one_line_error(result).endswith('pip install ".[train]"')


@pytest.mark.parametrize("missing", ["onnx", "tf2onnx"])
def test_a_converter_that_is_missing_is_no_fault_of_the_model(missing: str) -> None:
    program = f"""
import importlib.abc, sys, types

class Wall(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == {missing!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Wall())
if {missing!r} != "onnx":
    sys.modules["onnx"] = types.ModuleType("onnx")
from edge.command import command
from edge.quantization import QuantizationScheme
from export.onnx import convert
job = types.SimpleNamespace(calibration_for=lambda scheme: None, source=object())
sys.exit(command(lambda argv: bool(convert(job, QuantizationScheme.NONE)))())
"""
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 3, result.stderr
    assert one_line_error(result) == (
        f'error: the package {missing} is not installed; install: pip install ".[export]"'
    )
