"""The schema of .tflite files, from whichever runtime's package has it."""

from __future__ import annotations

import importlib
from typing import Any

from edge.errors import MachineError

_SCHEMAS = ("ai_edge_litert.schema_py_generated", "tensorflow.lite.python.schema_py_generated")


def import_schema() -> tuple[Any, Any]:
    """The flatbuffers package and the generated schema of .tflite files.

    Raises:
        MachineError: no package with the schema is installed.
    """
    for name in _SCHEMAS:
        try:
            return importlib.import_module("flatbuffers"), importlib.import_module(name)
        except ImportError:
            continue
    raise MachineError(
        "no package here knows the schema of .tflite files; install: "
        "pip install ai-edge-litert flatbuffers"
    )
