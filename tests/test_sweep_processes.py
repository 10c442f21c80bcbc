"""Sweeps in real processes: killed, resumed, on Ray; the result is the same."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.soak.process import free_port
from tests.support import ROOT, needs_tensorflow
from train.strokes import draw_digits

needs_proc = pytest.mark.skipif(
    not Path("/proc/self/stat").is_file(), reason="finds the processes to kill in /proc"
)
pytestmark = [needs_tensorflow, needs_proc]

needs_ray = pytest.mark.skipif(
    importlib.util.find_spec("ray") is None, reason='Ray is not installed: pip install ".[cluster]"'
)

_RAY = (sys.executable, "-m", "ray.scripts.scripts")

SETTINGS = ("--sweep", "--recipes", "conv2", "--seeds", "0", "1", "--widths", "0.1")


@pytest.fixture(scope="session")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sweep") / "tiny.npz"
    drawn, labels = draw_digits(300, np.random.default_rng(8))
    np.savez(path, x=drawn, y=labels)
    return path


def descendants(pid: int) -> dict[int, tuple[int, str]]:
    """Of a process: id to parent's id and command line."""
    alive: dict[int, tuple[int, str]] = {}
    for place in Path("/proc").iterdir():
        if place.name.isdigit():
            try:
                parent = int((place / "stat").read_text().rpartition(")")[2].split()[1])
                command = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            alive[int(place.name)] = parent, command
    found = {pid}
    while more := {one for one, (parent, _) in alive.items() if parent in found} - found:
        found |= more
    return {one: alive[one] for one in found if one in alive}


def sweep_and_kill(
    images: Path, output: Path, *more: str, victim: Callable[[int, int], int]
) -> tuple[dict[str, Any], str]:
    """Runs a sweep; kills what `victim` chooses of the first trial's id and its parent's."""
    argv = [*SETTINGS, "--epochs", "1", "--data", images, "--output", output, *more]
    with subprocess.Popen(
        [sys.executable, "-m", "train", *map(str, argv)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        trial = None
        while trial is None and process.poll() is None:
            time.sleep(0.1)
            family = descendants(process.pid)
            trial = next((o for o, (_, c) in family.items() if "train.sweep.trial" in c), None)
        if trial is not None:
            os.kill(victim(trial, family[trial][0]), signal.SIGKILL)
        said, errors = process.communicate(timeout=900)
    assert process.returncode == 0, errors
    assert "| conv2 | 0.1 | 2 |" in said
    return json.loads((output / "sweep.json").read_text()), errors


@pytest.fixture(scope="session")
def in_sequence(images: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sweep of two trials, the first killed as it began."""
    output = tmp_path_factory.mktemp("sequence")
    document, errors = sweep_and_kill(images, output, victim=lambda trial, _: trial)
    assert "conv2-w0.1-s0: killed by SIGKILL" in errors
    assert [row["attempts"] for row in document["trials"]] == [2, 1]
    return output


def results(folder: Path) -> list[dict[str, Any]]:
    """All that does not depend on the clock or on what was killed."""
    rows = json.loads((folder / "sweep.json").read_text())["trials"]
    return [{k: v for k, v in row.items() if k not in {"seconds", "attempts"}} for row in rows]


def test_a_killed_trial_runs_again(in_sequence: Path) -> None:
    document = json.loads((in_sequence / "sweep.json").read_text())
    assert document["dataset"] == "tiny.npz"
    assert "split off" in document["test_part"]
    assert [row["error"] for row in document["trials"]] == [None, None]
    assert all(0 < row["validation_accuracy"] <= 1 for row in document["trials"])
    for row in document["trials"]:
        metrics = json.loads(
            (in_sequence / f"conv2-w0.1-s{row['seed']}" / "metrics.json").read_text()
        )
        assert metrics["parameters"] == row["parameters"] < 515_146
        assert metrics["test"]["accuracy"] == row["test_accuracy"]


def test_a_resumed_sweep_trains_what_is_missing_only(
    in_sequence: Path, images: Path, capsys: pytest.CaptureFixture[str], monkeypatch
) -> None:
    from train.__main__ import main

    def never(*_: Any) -> Any:
        raise AssertionError

    monkeypatch.setattr("train.sweep.run._train", never)
    argv = [*SETTINGS, "--data", str(images), "--output", str(in_sequence), "--resume"]
    before = results(in_sequence)
    assert main([*argv, "--epochs", "1"]) == 0
    assert "2 of 2 trials are done already" in capsys.readouterr().err
    assert results(in_sequence) == before
    with pytest.raises(AssertionError):  # other settings are another sweep
        main([*argv, "--epochs", "2"])


@needs_ray
def test_a_sweep_on_ray_ends_as_one_in_sequence(
    in_sequence: Path, images: Path, tmp_path: Path
) -> None:
    document, errors = sweep_and_kill(
        images, tmp_path, "--ray", "local", "--workers", "2", victim=lambda _, worker: worker
    )
    assert ": its worker " in errors  # died, or fell silent
    assert sorted(row["attempts"] for row in document["trials"]) == [1, 2]
    assert results(tmp_path) == results(in_sequence)
    for name in ("conv2-w0.1-s0", "conv2-w0.1-s1"):
        one, other = (
            np.genfromtxt(folder / name / "history.csv", delimiter=",", names=True)
            for folder in (tmp_path, in_sequence)
        )
        for column in ("accuracy", "loss", "val_accuracy", "val_loss"):
            assert one[column] == other[column]


@pytest.fixture(params=["token", "disabled"])
def cluster(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """The address of a cluster on this machine, one that wants a token and one that does not."""
    monkeypatch.setenv("HOME", str(tmp_path))  # its token goes there, and is found there
    port = free_port()
    environment = {**os.environ, "RAY_AUTH_MODE": request.param, "RAY_USAGE_STATS_ENABLED": "0"}
    options = f"--head --port={port} --node-ip-address=127.0.0.1 --num-cpus=2"
    options += " --include-dashboard=false --object-store-memory=268435456"
    if request.param == "token":
        token = tmp_path / ".ray" / "auth_token"
        token.parent.mkdir()
        token.write_text("0123456789abcdef" * 4)
    subprocess.run(
        [*_RAY, "start", *options.split()], env=environment, check=True, capture_output=True
    )
    yield f"127.0.0.1:{port}"
    subprocess.run([*_RAY, "stop", "--force"], env=environment, check=False, capture_output=True)


@needs_ray
def test_a_sweep_on_a_cluster_ends_as_one_in_sequence(
    cluster: str, in_sequence: Path, images: Path, tmp_path: Path
) -> None:
    output = tmp_path / "swept"
    argv = [*SETTINGS, "--epochs", "1", "--data", images, "--output", output, "--ray", cluster]
    environment = {name: value for name, value in os.environ.items() if name != "RAY_AUTH_MODE"}
    result = subprocess.run(
        [sys.executable, "-m", "train", *map(str, argv)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert results(output) == results(in_sequence)
