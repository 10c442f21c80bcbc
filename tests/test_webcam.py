"""The command line of the live loop, as a user or a program meets it."""

from __future__ import annotations

import itertools
import json
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge.sources import open_source
from tests.filmed import HEIGHT, WIDTH, fails, own_lines, page, play, webcam, write_clip


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve frames at 10 a second: 4 1 7, which moves."""
    folder = tmp_path_factory.mktemp("clip")
    return write_clip(folder / "clip.avi", [page("417", 40 + 3 * i) for i in range(12)])


# The command line


def test_a_clip_gives_one_object_a_frame(clip: Path) -> None:
    run = webcam("--source", clip, "--json")
    assert run.returncode == 0, run.stderr
    documents = [json.loads(line) for line in run.stdout.splitlines()]
    assert [d["frame"] for d in documents] == list(range(12))
    assert [d["time_s"] for d in documents] == [round(i / 10, 3) for i in range(12)]
    for document in documents:
        assert set(document) == {"frame", "time_s", "detections", "numbers", "lines"}
        for found in document["detections"]:
            x, y, w, h = found["box"]
            assert 0 <= x < x + w <= WIDTH
            assert 0 <= y < y + h <= HEIGHT
            assert found["digit"] in set("0123456789")
            assert 0 <= found["confidence"] <= 1
        joined = "".join(found["digit"] for found in document["detections"])
        assert "".join(number["text"] for number in document["numbers"]) == joined
        assert "".join(document["lines"]).replace(" ", "") == joined
    read = sum(len(d["detections"]) for d in documents)
    assert read >= 24, f"only {read} of 36 digits were seen"


def test_two_runs_over_a_clip_say_the_same(clip: Path) -> None:
    first, second = (webcam("--source", clip, "--json").stdout for _ in range(2))
    assert first == second
    assert first


@pytest.mark.parametrize("suffix", [".avi", ".mp4"])
def test_a_recording_plays_with_as_many_frames(clip: Path, tmp_path: Path, suffix: str) -> None:
    recorded = tmp_path / "new" / f"out{suffix}"
    run = webcam("--source", clip, "--record", recorded, "--quiet")
    assert run.returncode == 0, run.stderr
    assert run.stdout == ""
    frames = play(recorded)
    assert len(frames) == 12
    assert frames[0].shape == (HEIGHT, WIDTH, 3)
    capture = cv2.VideoCapture(str(recorded))
    assert capture.get(cv2.CAP_PROP_FPS) == pytest.approx(10)
    capture.release()
    assert list(recorded.parent.iterdir()) == [recorded]
    # Paper and ink are grey; only what was drawn has a colour.
    colour = np.ptp(frames[0].astype(int), axis=2)
    assert (colour > 60).sum() > 50, "nothing is drawn on the recorded frames"


def test_frames_ends_it_after_as_many(clip: Path, tmp_path: Path) -> None:
    recorded = tmp_path / "out.avi"
    run = webcam("--source", clip, "--json", "--record", recorded, "--frames", 5)
    assert run.returncode == 0, run.stderr
    assert len(run.stdout.splitlines()) == 5
    assert len(play(recorded)) == 5


def test_without_a_display_it_says_so_once_and_prints_lines_that_change(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "turns.avi", [page("417")] * 4 + [page()] * 2 + [page("7")] * 3)
    run = webcam("--source", path)
    assert run.returncode == 0, run.stderr
    assert len(own_lines(run.stderr)) == 1
    assert "no display" in run.stderr
    lines = run.stdout.splitlines()
    assert 1 <= len(lines) <= 4
    assert all(a != b for a, b in itertools.pairwise(lines))
    silent = webcam("--source", path, "--no-window")
    assert silent.stdout == run.stdout
    assert own_lines(silent.stderr) == []


@pytest.mark.parametrize("also", ["--record", "--serve"])
def test_the_text_is_printed_beside_whatever_else_is_done_with_it(
    clip: Path, tmp_path: Path, also: str
) -> None:
    words = (also, tmp_path / "out.avi" if also == "--record" else "127.0.0.1:0")
    plain = webcam("--source", clip)
    assert plain.stdout.splitlines(), "there is nothing to miss"
    assert webcam("--source", clip, *words).stdout == plain.stdout
    quiet = webcam("--source", clip, *words, "--quiet")
    assert (quiet.returncode, quiet.stdout) == (0, ""), quiet.stderr


def test_a_display_that_does_not_answer_is_none(clip: Path) -> None:
    run = webcam("--source", clip, DISPLAY=":9999")
    assert run.returncode == 0, run.stderr
    assert "no display" in run.stderr


def test_a_folder_is_read_in_natural_order(tmp_path: Path) -> None:
    for name, text in {"p10.png": "7", "p2.png": "4", "P1.PNG": ""}.items():
        written, data = cv2.imencode(".png", page(text))
        assert written
        (tmp_path / name).write_bytes(data.tobytes())
    (tmp_path / "p3.jpg").write_text("no picture")
    (tmp_path / ".p0.png").write_text("hidden")
    (tmp_path / "notes.txt").write_text("no picture either")
    run = webcam("--source", tmp_path, "--json")
    assert run.returncode == 0, run.stderr
    documents = [json.loads(line) for line in run.stdout.splitlines()]
    assert [d["frame"] for d in documents] == [0, 1, 2]
    skipped = [line for line in run.stderr.splitlines() if line.startswith("skipped:")]
    assert len(skipped) == 1
    assert "p3.jpg" in skipped[0]
    with open_source(str(tmp_path)) as source:
        images = [frame.image for frame in source]
    expected = [page(""), page("4"), page("7")]
    assert all(np.array_equal(a, b) for a, b in zip(images, expected, strict=True))


def test_a_single_picture_is_a_source(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "page.png"), page("417"))
    run = webcam("--source", tmp_path / "page.png", "--json")
    assert run.returncode == 0, run.stderr
    assert len(run.stdout.splitlines()) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="the hint names Linux devices")
def test_a_camera_that_is_not_there_is_the_machines_lack() -> None:
    for spec in ("97", "/dev/video97"):
        error = fails(webcam("--source", spec), 3)
        assert "camera 97" in error
        assert "/dev/video97" in error


def test_what_is_no_source_is_bad_input(clip: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.txt").write_text("3 1 4 1 5\n" * 50)
    (tmp_path / "latin.txt").write_bytes("caf\xe9\n".encode("latin-1") * 50)
    (tmp_path / "text.avi").write_text("not a clip\n")
    (tmp_path / "nothing.mp4").touch()
    (tmp_path / "bytes.mkv").write_bytes(bytes(range(256)) * 64)
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8\xff")
    missing = tmp_path / "missing.avi"
    for spec in [
        missing,
        "",
        "-1",
        "ftp://host/stream",
        "rtsp://",
        "gst:videotestsrc",
        "long" * 99,
        *sorted(tmp_path.iterdir()),
    ]:
        error = fails(webcam(f"--source={spec}", "--json"), 2)
        assert str(spec) in error
    assert "--source takes" in fails(webcam("--source", missing), 2)


def test_a_video_that_cannot_be_written_is_bad_input(clip: Path, tmp_path: Path) -> None:
    (tmp_path / "taken.avi").mkdir()
    (tmp_path / "file").touch()
    for name in ("out.gif", "out", "taken.avi", "file/out.avi", "long" * 99 + ".avi"):
        fails(webcam("--source", clip, "--record", tmp_path / name), 2)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "taken.avi"]


def test_the_source_is_never_recorded_over(clip: Path) -> None:
    before = clip.read_bytes()
    fails(webcam("--source", clip, "--record", clip), 2)
    assert clip.read_bytes() == before


def test_a_number_of_frames_below_one_is_a_usage_error(clip: Path) -> None:
    for frames in ("0", "-3", "many"):
        assert webcam("--source", clip, f"--frames={frames}").returncode == 2
