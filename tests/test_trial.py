"""A model that no manifest vouches for is tried where its end harms nobody."""

from __future__ import annotations

import dataclasses
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from edge import trial
from edge.artifact import ModelArtifact
from edge.errors import InputError, MachineError
from edge.manifest import load_artifact, load_manifest
from edge.session import DEFAULT_MODEL, open_session
from edge.tensors import TensorSpec
from tests.mutations import bare, described
from tests.support import ROOT, SHIPPED


@pytest.fixture
def alone(tmp_path: Path) -> Path:
    """The shipped model without its manifest."""
    artifact = load_artifact(DEFAULT_MODEL)
    path = tmp_path / DEFAULT_MODEL.name
    path.write_bytes(described(bare(artifact), artifact))
    return path


@pytest.fixture(autouse=True)
def nothing_passed_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "_passed", set())


def count_processes(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    started: list[Any] = []
    run = subprocess.run

    def counting(*arguments: Any, **options: Any) -> Any:
        started.append(arguments)
        return run(*arguments, **options)

    monkeypatch.setattr(subprocess, "run", counting)
    return started


def test_a_file_alone_is_tried_once_and_runs(alone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started = count_processes(monkeypatch)
    image = np.zeros((1, 28, 28), np.uint8)
    first, second = open_session(alone).run(image), open_session(alone).run(image)
    assert np.array_equal(first.probabilities, second.probabilities)
    assert len(started) == 1


def test_a_listed_file_is_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    started = count_processes(monkeypatch)
    assert not any(one.self_described for one in load_manifest(SHIPPED))
    open_session(DEFAULT_MODEL)
    assert started == []


def ending(how: str) -> Callable[..., Any]:
    """In place of the trial's process, one that ends as told."""
    run = subprocess.run

    def start(command: Any, **options: Any) -> Any:
        return run([sys.executable, "-c", how], **options)

    return start


@pytest.mark.parametrize(
    ("how", "said"),
    [
        pytest.param(
            f"import os; os.kill(os.getpid(), {int(signal.SIGKILL)})",
            "ended the process in which it was tried",
            id="killed",
        ),
        pytest.param("import os; os.abort()", r"\(SIGABRT\)", id="aborted"),
        pytest.param("1 / 0", "cannot be run .*ZeroDivisionError", id="an exception"),
        pytest.param("raise ValueError('a\\x1b[2J')", r"cannot be run .*a\?", id="an escape"),
        pytest.param(
            "import sys; print('error: no good', file=sys.stderr); sys.exit(2)",
            "^no good$",
            id="refused",
        ),
    ],
)
@pytest.mark.skipif(os.name != "posix", reason="POSIX signals")
def test_whatever_ends_the_trial_is_one_line(
    how: str, said: str, alone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subprocess, "run", ending(how))
    with pytest.raises(InputError, match=said) as told:
        open_session(alone)
    assert str(told.value).isprintable()
    assert trial._passed == set()


def test_a_trial_that_hangs_is_ended(alone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "run", ending("import time; time.sleep(60)"))
    monkeypatch.setattr(trial, "TRIAL_S", 0.5)
    with pytest.raises(InputError, match="did not answer within"):
        open_session(alone)


def test_where_no_process_can_be_started_that_is_told(
    alone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(MachineError, match="no process can be started"):
        open_session(alone)


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is bounded on Linux")
def test_a_trial_has_no_more_memory_than_it_is_given() -> None:
    program = "from edge.trial import bound\nbound(50 << 20)\nbytearray(100 << 20)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "MemoryError" in done.stderr


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param({"shape": (1, 28, 28, 2**40)}, "absurdly large", id="an absurd size"),
        pytest.param({"shape": (1,) * 100}, "has the shape", id="a hundred axes"),
        pytest.param({"name": "x" * 10**6}, "1000000 characters", id="a long name"),
    ],
)
def test_absurd_tensors_are_refused(change: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said) as told:
        TensorSpec(**{"name": "image", "shape": (1, 28, 28, 1), "dtype": "float32"} | change)
    assert len(str(told.value)) < 1000


def _reshaped(which: str, *shape: int) -> Callable[[ModelArtifact], dict[str, Any]]:
    return lambda artifact: {which: dataclasses.replace(getattr(artifact, which), shape=shape)}


def _labelled(label: str) -> Callable[[ModelArtifact], dict[str, Any]]:
    return lambda artifact: {"labels": (label, *artifact.labels[1:])}


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(_reshaped("input", 2, 28, 28, 1), id="two images"),
        pytest.param(_reshaped("input", 1, 784), id="a flat image"),
        pytest.param(_reshaped("is_digit", 1, 2), id="two values of is-digit"),
        pytest.param(_reshaped("probabilities", 1, 11), id="a probability too many"),
        pytest.param(_labelled("\x1b[2J"), id="an escape in a label"),
        pytest.param(_labelled("0" * 1000), id="a long label"),
    ],
)
def test_what_is_no_image_classifier_is_refused(change: Any) -> None:
    artifact: ModelArtifact = load_artifact(DEFAULT_MODEL)
    with pytest.raises(InputError):
        dataclasses.replace(artifact, **change(artifact))


def test_an_output_for_an_input_is_told() -> None:
    artifact = load_artifact(DEFAULT_MODEL)
    wrong = dataclasses.replace(artifact.input, name=artifact.probabilities.name)
    with pytest.raises(InputError, match="has no tensor"):
        open_session(dataclasses.replace(artifact, input=wrong))
