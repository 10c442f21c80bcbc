"""A file that nothing describes is run by `python -m export.lint` where it can end nobody else."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.linting import inspected
from tests.mutations import bare
from tests.support import shipped_models


@pytest.fixture(params=["digits-float32.tflite", "digits-float32.onnx"])
def undescribed(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A shipped model without its manifest and without what it says of itself."""
    artifact = next((one for one in shipped_models() if one.path.name == request.param), None)
    package = "onnx" if request.param.endswith(".onnx") else "flatbuffers"
    if artifact is None or importlib.util.find_spec(package) is None:
        pytest.skip(f"{package} or its runtime is not installed")
    path = tmp_path / request.param
    path.write_bytes(bare(artifact))
    return path


def test_a_file_that_nothing_describes_is_run_in_a_process_of_its_own(
    undescribed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(*_: Any, **__: Any) -> None:
        raise AssertionError("a runtime was handed the file here")

    monkeypatch.setattr("edge.runtimes.tflite._import_runtime", forbidden)
    monkeypatch.setattr("edge.runtimes.onnx.import_onnxruntime", forbidden)
    found = {one.rule for one in inspected(undescribed).findings}
    assert "no-description" in found
    assert not {"runs", "softmax-sum"} & found


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ("import os; os.abort()", "ended the process in which it was tried (SIGABRT)"),
        ("import os; os.kill(os.getpid(), 11)", "(SIGSEGV)"),
        ("1 / 0", "ZeroDivisionError"),
        ("import time; time.sleep(60)", "did not answer within"),
    ],
    ids=["aborts", "crashes", "fails", "hangs"],
)
def test_a_file_that_ends_its_runtime_is_one_finding(
    how: str, says: str, undescribed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = subprocess.run
    monkeypatch.setattr(
        subprocess, "run", lambda _, **options: run([sys.executable, "-c", how], **options)
    )
    monkeypatch.setattr("edge.trial.TRIAL_S", 2)
    inspection = inspected(undescribed)
    (finding,) = [one for one in inspection.findings if one.rule == "runs"]
    assert says in finding.what
    assert finding.what.isprintable()
    assert finding.mend.count("python -m export") == 1
    assert "python -m export" not in finding.what
    assert inspection.has_errors
