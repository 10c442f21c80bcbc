"""Names that several test files need; the fixtures are in conftest.py."""

from __future__ import annotations

import importlib.util
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from edge.artifact import ModelArtifact
from edge.manifest import load_manifest
from edge.session import DEFAULT_MODEL

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = DEFAULT_MODEL.parent

Run = Callable[..., "subprocess.CompletedProcess[str]"]

needs_tensorflow = pytest.mark.skipif(
    importlib.util.find_spec("tensorflow") is None,
    reason="TensorFlow is not installed (edge environment)",
)
needs_onnx = pytest.mark.skipif(
    importlib.util.find_spec("onnx") is None, reason="the onnx package is not installed"
)
needs_schema = pytest.mark.skipif(
    importlib.util.find_spec("ai_edge_litert") is None
    or importlib.util.find_spec("flatbuffers") is None,
    reason="ai-edge-litert and flatbuffers, which know the schema of .tflite, are not installed",
)
needs_onnxruntime = pytest.mark.skipif(
    importlib.util.find_spec("onnxruntime") is None, reason="onnxruntime is not installed"
)


class KilledError(Exception):
    """Stands for whatever ends a process between two epochs."""


def one_line_error(result: subprocess.CompletedProcess[str]) -> str:
    """The one line that a failed command may say; anything like a traceback fails here."""
    errors = [line for line in result.stderr.splitlines() if line.startswith("error:")]
    assert len(errors) == 1, result.stderr
    assert "Traceback" not in result.stderr
    return errors[0]


def shipped_models() -> list[ModelArtifact]:
    """The shipped artifacts that this environment can run."""
    found = load_manifest(SHIPPED)
    if importlib.util.find_spec("onnxruntime") is None:
        found = [one for one in found if one.format != "onnx"]
    return found
