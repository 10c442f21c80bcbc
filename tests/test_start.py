"""A start takes no more along than its first reading needs."""

from __future__ import annotations

import subprocess
import sys

from tests.support import ROOT, one_line_error

ONLY_WHEN_ASKED_FOR = {
    "email.message",
    "http.server",
    "numpy.ma",  # np.median brings it along
    "paho.mqtt.client",
    "ssl",
    "tempfile",
    "zipfile",
    "edge.sinks.mqtt",
    "edge.sinks.record",
    "edge.sinks.web",
    "edge.sources.gstreamer",
    "edge.sources.listing",
    "edge.sources.picamera",
}


def test_the_first_reading_needs_no_page_no_broker_and_no_masked_arrays() -> None:
    program = """
import sys
import cv2, numpy
known = set(sys.modules)  # NumPy 1 brings its masked arrays along by itself
from edge.webcam import main
code = main(["--source", "docs/page-read.png", "--no-window", "--json"])
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
