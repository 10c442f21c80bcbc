"""`python -m edge.read` as a user runs it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.support import ROOT, SHIPPED, Run, needs_onnxruntime, one_line_error
from train.scenes import draw_page

LINES = ("602 45", "98 302")


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("photos") / "page.png"
    cv2.imwrite(str(path), draw_page(LINES, np.random.default_rng(12)).image)
    return path


def test_json_is_one_object_a_photo(run: Run, photo: Path) -> None:
    result = run("edge.read", "--json", photo, photo)
    assert result.returncode == 0, result.stderr
    first, second = (json.loads(line) for line in result.stdout.splitlines())
    assert first == second
    assert (first["source"], first["width"], first["height"]) == (str(photo), 960, 720)
    assert first["lines"] == list(LINES)
    for one in first["detections"]:
        assert set(one) == {"box", "digit", "confidence"}
        assert len(one["box"]) == 4
        assert 0 <= one["confidence"] <= 1


def test_text_is_for_people(run: Run, photo: Path) -> None:
    result = run("edge.read", photo)
    assert result.stdout.splitlines()[1:] == [f"  {line}" for line in LINES]


def test_save_draws_on_a_copy(run: Run, photo: Path, tmp_path: Path) -> None:
    before = photo.read_bytes()
    assert run("edge.read", photo, "--save", tmp_path).returncode == 0
    drawn = cv2.imread(str(tmp_path / "page-read.png"))
    assert drawn.shape == (720, 960, 3)
    assert np.any(drawn != cv2.imread(str(photo)))
    assert photo.read_bytes() == before


def test_debug_shows_every_stage(run: Run, photo: Path, tmp_path: Path) -> None:
    assert run("edge.read", photo, "--debug", tmp_path).returncode == 0
    stages = ["1-light", "2-ink", "3-candidates", "4-inputs"]
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"page-{s}.png" for s in stages]
    assert all(cv2.imread(str(path)) is not None for path in tmp_path.iterdir())


@pytest.mark.parametrize(
    "model",
    [
        "digits-float32.tflite",
        pytest.param("digits-int8.onnx", marks=needs_onnxruntime),
        pytest.param("digits-float32.onnx", marks=needs_onnxruntime),
    ],
)
def test_another_model_reads_the_same(run: Run, photo: Path, model: str) -> None:
    result = run("edge.read", photo, "--model", SHIPPED / model)
    assert result.stdout.splitlines()[1:] == [f"  {line}" for line in LINES], result.stderr


def test_one_bad_photo_does_not_keep_the_others_from_being_read(run: Run, photo: Path) -> None:
    result = run("edge.read", "--json", photo.with_name("none.jpg"), photo)
    assert result.returncode == 2
    assert "none.jpg" in one_line_error(result)
    assert len(result.stdout.splitlines()) == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"", "not a picture", id="empty-file"),
        pytest.param(b"no picture, only words", "not a picture", id="text"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(40), "not a picture", id="broken-png"),
    ],
)
def test_what_is_no_picture_is_told(run: Run, tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(content)
    result = run("edge.read", path)
    assert result.returncode == 2
    assert said in one_line_error(result)


def test_a_folder_is_no_picture(run: Run, tmp_path: Path) -> None:
    result = run("edge.read", tmp_path)
    assert result.returncode == 2
    assert "cannot read" in one_line_error(result)


def test_a_model_that_is_not_there_is_told(run: Run, photo: Path, tmp_path: Path) -> None:
    result = run("edge.read", photo, "--model", tmp_path / "none.tflite")
    assert result.returncode == 2
    assert "python -m export" in one_line_error(result)


def test_a_tampered_model_is_refused(run: Run, photo: Path, tmp_path: Path) -> None:
    models = shutil.copytree(SHIPPED, tmp_path / "models")
    with (models / "digits-int8.tflite").open("ab") as stream:
        stream.write(b"\0")
    result = run("edge.read", photo, "--model", models / "digits-int8.tflite")
    assert result.returncode == 2
    assert "sha256" in one_line_error(result)


def test_a_closed_pipe_is_no_error(photo: Path) -> None:
    """`python -m edge.read ... | head -n 1`"""
    many = [str(photo)] * 8
    with subprocess.Popen(
        [sys.executable, "-m", "edge.read", "--json", *many],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith("{")
        process.stdout.close()
        said = process.stderr.read()
    assert "Traceback" not in said
    assert "Exception ignored" not in said


def test_usage_is_exit_2(run: Run) -> None:
    assert run("edge.read").returncode == 2
    assert run("edge.read", "--help").returncode == 0
