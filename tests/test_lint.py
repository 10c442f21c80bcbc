"""`python -m export.lint` on sound, spoilt and foreign files: what it says and how it exits."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from edge.errors import InputError
from tests.linting import inspected
from tests.support import (
    SHIPPED,
    Run,
    needs_onnx,
    needs_schema,
    one_line_error,
    shipped_models,
)


@needs_schema
@needs_onnx
@pytest.mark.parametrize("artifact", shipped_models(), ids=lambda one: one.path.name)
def test_the_shipped_models_are_clean(artifact: Any) -> None:
    inspection = inspected(artifact.path)
    assert inspection.findings == ()
    assert inspection.scheme == inspection.claims == artifact.scheme


@needs_schema
def test_an_error_is_exit_code_1_and_json_says_why(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a-int8.tflite"
    shutil.copy(SHIPPED / "digits-float32.tflite", path)
    result = run("export.lint", path, SHIPPED / "digits-int8.tflite", "--json")
    assert result.returncode == 1, result.stderr
    broken, sound = map(json.loads, result.stdout.splitlines())
    assert broken["scheme"] == "none"
    assert "its name says int8" in broken["findings"][0]["what"]
    assert sound["findings"] == []
    for one in broken["findings"]:
        assert set(one) == {"rule", "level", "what", "why", "mend"}


@needs_schema
@needs_onnx
@pytest.mark.parametrize("name", ["digits-int8.tflite", "digits-int8.onnx"])
def test_a_spoilt_file_is_told_or_read_and_never_a_traceback(name: str, tmp_path: Path) -> None:
    from export.lint.onnx_rules import inspect_onnx
    from export.lint.tflite_rules import inspect_tflite

    look = inspect_tflite if name.endswith(".tflite") else inspect_onnx
    content = (SHIPPED / name).read_bytes()
    rng = np.random.default_rng(4)
    told = 0
    for _ in range(100):
        spoilt = bytearray(content)
        for place in rng.integers(len(content) - 14_000, len(content), 6):
            spoilt[place] = rng.integers(0, 256)
        try:
            look(bytes(spoilt), tmp_path / name, None)
        except InputError:
            told += 1
    assert told > 0


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        pytest.param("none.tflite", None, "cannot read", id="missing"),
        pytest.param("a.txt", b"", "must end in", id="another-kind"),
        pytest.param(
            "a.tflite", b"no model" * 20, "no TFLite model", id="no-tflite", marks=needs_schema
        ),
        pytest.param("a.tflite", b"", "no TFLite model", id="empty", marks=needs_schema),
        pytest.param("a.onnx", b"no model" * 20, "no ONNX model", id="no-onnx", marks=needs_onnx),
        pytest.param("a.onnx", b"", "no ONNX model", id="empty-onnx", marks=needs_onnx),
    ],
)
def test_what_is_no_model_is_one_line(
    run: Run, tmp_path: Path, name: str, content: bytes | None, said: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    result = run("export.lint", tmp_path / name)
    assert result.returncode == 2
    assert said in one_line_error(result)
