"""What goes wrong with cameras, disks and people: each fault is met, none ends in a traceback."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import cv2
import numpy as np
import pytest

from edge.controls import Controls
from edge.frames import Frame
from edge.loop import read_live
from edge.reader import Reader
from edge.reading import Reading
from edge.session import open_session
from edge.sinks import Sink
from edge.sinks.jsonlines import JsonLinesSink
from edge.sinks.minute import MinuteSink
from edge.sinks.record import RecordSink
from edge.sinks.text import TextSink
from edge.sinks.web import WebSink
from edge.sources.demo import DemoScene
from edge.steady import SteadyFrames
from edge.webcam import main
from tests.filmed import start
from tests.support import ROOT, SHIPPED, one_line_error


def playable(path: Path) -> bool:
    capture = cv2.VideoCapture(str(path))
    there, _ = capture.read()
    capture.release()
    return there


# The camera


class Cable:
    """Stands for cv2.VideoCapture: a camera that is pulled out after ten pictures, and back."""

    opened: ClassVar[int] = 0

    def __init__(self, number: int, backend: int) -> None:
        Cable.opened += 1
        self._scene = DemoScene()
        self._left = 10
        self._there = Cable.opened != 2  # at the first attempt it is still out

    def isOpened(self) -> bool:  # noqa: N802 - OpenCV's name
        return self._there

    def set(self, what: int, value: float) -> bool:
        return True

    def read(self) -> tuple[bool, Any]:
        time.sleep(0.03)
        self._left -= 1
        if self._left < 0:
            return False, None
        return True, self._scene.picture(4.5, self._left)

    def release(self) -> None: ...


def test_a_camera_that_vanishes_is_read_again_when_it_returns(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Cable, "opened", 0)
    monkeypatch.setattr(cv2, "VideoCapture", Cable)
    monkeypatch.setattr("edge.sources.retry._SLICE_S", 0.05)
    monkeypatch.setattr("time.sleep", lambda seconds, sleep=time.sleep: sleep(min(seconds, 0.05)))
    assert main(["--json", "--no-window", "--frames", "14"]) == 0
    told = capsys.readouterr()
    documents = [json.loads(line) for line in told.out.splitlines()]
    indices = [document["frame"] for document in documents]
    assert len(indices) == 14
    assert indices == sorted(set(indices))
    assert documents[-1]["lines"] == ["314", "159"]
    assert Cable.opened == 3
    assert told.err.count("it is tried again") == 1
    assert told.err.count("camera 0 is back") == 1


def test_frames_of_changing_size_go_through_every_sink(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scenes = [DemoScene(size) for size in ((640, 480), (320, 240), (800, 600))]
    frames = [
        Frame(scenes[index // 5 % 3].picture(4.5, index), index, index / 25) for index in range(45)
    ]
    session = open_session()
    recorder = RecordSink(tmp_path / "out.avi", 25.0)
    page = WebSink(("127.0.0.1", 0), None, "sizes", Controls())
    sinks: list[Sink] = [recorder, page, JsonLinesSink(), TextSink(), MinuteSink()]
    source: Any = frames
    with recorder, page:
        reader = SteadyFrames(Reader(session), session.artifact.labels)
        assert read_live(source, reader, sinks) == 45
    assert playable(tmp_path / "out.avi")
    assert capsys.readouterr().out.count('"lines": ["314", "159"]') > 30


# The disk


def test_a_disk_that_fills_up_ends_the_recording_and_not_the_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = np.full((120, 160, 3), 200, np.uint8)
    path = tmp_path / "out.avi"
    with RecordSink(path, 10.0) as sink:
        for index in range(20):
            assert sink.show(Frame(page, index, index / 10), Reading(), 0)
        monkeypatch.setattr("shutil.disk_usage", lambda folder: SimpleNamespace(free=1000))
        for index in range(20, 100):
            assert sink.show(Frame(page, index, index / 10), Reading(), 0)
    assert playable(path), "what was recorded is lost"
    told = capsys.readouterr().err
    assert told.count("the disk is full") == 1
    assert f"wrote {path}: 30 frames" in told


def test_raw_recordings_are_the_frames_as_they_came(tmp_path: Path) -> None:
    run = start("--source", _clip(tmp_path), "--record", tmp_path / "raw.avi", "--raw", "--json")
    _, stderr = run.communicate(timeout=60)
    assert run.returncode == 0, stderr
    capture = cv2.VideoCapture(str(tmp_path / "raw.avi"))
    there, image = capture.read()
    capture.release()
    assert there
    assert (np.ptp(image.astype(int), axis=2) > 60).sum() == 0, "something is drawn on it"


def _clip(folder: Path) -> Path:
    path = folder / "clip.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 25.0, (640, 480))
    scene = DemoScene()
    for index in range(130, 150):
        # Grey, so that any colour was drawn.
        grey = cv2.cvtColor(scene.picture(index / 25, index), cv2.COLOR_BGR2GRAY)
        writer.write(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR))
    writer.release()
    return path


def test_on_change_prints_news_only(tmp_path: Path) -> None:
    run = start("--source", _clip(tmp_path), "--json", "--on-change")
    stdout, stderr = run.communicate(timeout=60)
    assert run.returncode == 0, stderr
    assert [json.loads(line)["lines"] for line in stdout.splitlines()] == [["314", "159"]]


# People, and other programs


@pytest.mark.skipif(os.name != "posix", reason="POSIX signals")
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
@pytest.mark.parametrize("words", [["--json"], []], ids=["json", "text"])
def test_an_output_that_cannot_be_written_is_one_line_and_costs_no_recording(
    tmp_path: Path, words: list[str]
) -> None:
    recorded = tmp_path / "out.avi"
    arguments = ("--source", "docs/page-read.png", "--no-window", "--record", recorded, *words)
    with Path("/dev/full").open("w") as full:
        run = subprocess.run(
            [sys.executable, "-m", "edge.webcam", *map(str, arguments)],
            cwd=ROOT,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert run.returncode == 2, run.stderr
    assert "No space left" in one_line_error(run)
    assert "Exception ignored" not in run.stderr, "at exit it is told no second time"
    assert playable(recorded)


@pytest.mark.parametrize(
    "signals",
    [
        pytest.param([signal.SIGTERM, signal.SIGTERM], id="SIGTERM twice"),
        pytest.param([signal.SIGINT, signal.SIGINT], id="Ctrl-C twice"),
        pytest.param([signal.SIGINT, signal.SIGTERM, signal.SIGINT], id="all at once"),
    ],
)
def test_two_signals_in_a_row_cost_no_recording(tmp_path: Path, signals: list[int]) -> None:
    recorded = tmp_path / "out.avi"
    with start("--source", "demo", "--json", "--record", recorded) as process:
        assert process.stdout is not None
        for _ in range(5):
            process.stdout.readline()
        for number in signals:
            process.send_signal(number)
            time.sleep(0.01)
        _, stderr = process.communicate(timeout=60)
    assert process.returncode == 0, stderr
    assert "Traceback" not in stderr
    assert playable(recorded)
    assert list(tmp_path.iterdir()) == [recorded]


def test_a_model_file_that_is_replaced_changes_nothing_that_runs(tmp_path: Path) -> None:
    for name in ("digits-int8.tflite", "manifest.json"):
        shutil.copy(SHIPPED / name, tmp_path / name)
    model = tmp_path / "digits-int8.tflite"
    with start(
        "--source", "demo", "--json", "--on-change", "--model", model, "--frames", "130"
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        # Both ways in which files are replaced: written over, and renamed over.
        model.write_bytes(b"half a model")
        (tmp_path / "new").write_bytes(b"another model")
        (tmp_path / "new").replace(model)
        stdout, stderr = process.communicate(timeout=60)
    assert process.returncode == 0, stderr
    # Not the last: where the machine is busy, the film has gone on to another page by then.
    assert ["314", "159"] in [json.loads(line)["lines"] for line in stdout.splitlines()]


def run_to_its_end(*arguments: object) -> subprocess.CompletedProcess[str]:
    process = start(*arguments)
    stdout, stderr = process.communicate(timeout=60)
    return subprocess.CompletedProcess([], process.returncode, stdout, stderr)


def test_a_port_that_is_taken_is_exit_2() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        run = run_to_its_end("--source", "demo", "--serve", taken.getsockname()[1])
    assert run.returncode == 2
    assert "the port is taken" in one_line_error(run)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        pytest.param(["--serve", "0.0.0.0:0"], "--token", id="the network without a token"),
        pytest.param(["--serve", "8080", "--token", "short"], "longer", id="a short token"),
        pytest.param(["--token", "a long enough token"], "--serve", id="a token for nothing"),
        pytest.param(["--raw"], "--record", id="raw without a recording"),
        pytest.param(["--on-change"], "--json", id="news of nothing"),
        pytest.param(["--json", "--quiet"], "leave one", id="quiet and loud"),
        pytest.param(["--mqtt", "mqtt://here"], "HOST", id="a broker's address"),
    ],
)
def test_options_that_make_no_sense_are_bad_input(arguments: list[str], told: str) -> None:
    run = run_to_its_end("--source", "demo", *arguments)
    assert run.returncode == 2
    assert told in one_line_error(run)
