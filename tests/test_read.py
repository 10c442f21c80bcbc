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
from hypothesis import given
from hypothesis import strategies as st

from edge.debug import STAGES, draw_candidates, draw_result
from edge.photos import output_stems
from edge.reader import Reader
from edge.reading import Reading
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
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"page-{s}.png" for s in STAGES]
    assert all(cv2.imread(str(path)) is not None for path in tmp_path.iterdir())


def test_the_last_stage_is_the_page_with_what_was_read(
    run: Run, photo: Path, tmp_path: Path
) -> None:
    assert run("edge.read", photo, "--debug", tmp_path, "--save", tmp_path).returncode == 0
    result = cv2.imread(str(tmp_path / "page-5-result.png"))
    saved = cv2.imread(str(tmp_path / "page-read.png"))
    assert np.array_equal(result[:720], saved)
    below = result[720:]  # a row for each line of text
    assert len(below) % len(LINES) == 0
    for row in np.split(below, len(LINES)):
        assert len(np.unique(row)) > 2


@pytest.mark.parametrize("lines", [(), ("8 " * 40,), ("-3.14", "2")], ids=["none", "long", "two"])
def test_a_result_is_wide_enough_for_its_text(lines: tuple[str, ...]) -> None:
    frame = np.full((9, 16), 200, np.uint8)
    drawn = draw_result(frame, Reading(lines=lines))
    assert np.all(drawn[:9, :16] == 200)
    below = drawn[9:]
    rows = max(1, len(lines))
    for row in np.split(below, rows):
        assert row.max() > 200  # a line of bright text ...
        assert np.all(row[:, -4:] == row[0, -1])  # that ends before the picture does


@pytest.mark.parametrize(
    ("size", "shape"), [((960, 720), (360, 480)), ((640, 480), (480, 640)), ((64, 48), (480, 640))]
)
def test_candidates_are_drawn_where_they_are_and_where_words_have_room(
    size: tuple[int, int], shape: tuple[int, int]
) -> None:
    """A page of large digits is looked at at half its size, and drawn no smaller than legible."""
    scene = draw_page(["74"], np.random.default_rng(5))
    page = np.asarray(cv2.resize(scene.image, size, interpolation=cv2.INTER_AREA), np.uint8)
    examined = Reader().examine(page)
    drawn = draw_candidates(examined)
    assert drawn.shape[:2] == shape
    times = shape[0] // examined.page.shape[0]
    for candidate in examined.candidates:
        x, y, w, h = (times * side for side in candidate.box)
        for corner in ((y, x), (y + h, x), (y, x + w)):
            assert drawn[corner].max() > drawn[corner].min() + 50  # the box's colour


@pytest.mark.parametrize(
    ("other", "option"), [("p-read.png", "--save"), ("p-3-candidates.png", "--debug")]
)
def test_no_photo_is_overwritten(
    run: Run, photo: Path, tmp_path: Path, other: str, option: str
) -> None:
    for name in ("p.png", other):
        shutil.copyfile(photo, tmp_path / name)
    result = run("edge.read", tmp_path / "p.png", tmp_path / other, option, tmp_path)
    assert result.returncode == 2
    assert f"{other} is one of the photos" in one_line_error(result)
    assert (tmp_path / other).read_bytes() == photo.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["p.png", other])


def test_photos_of_the_same_name_are_kept_apart(run: Run, photo: Path, tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("a", "b")]
    for folder, text in zip(folders, ("11", "77"), strict=True):
        folder.mkdir()
        page = draw_page([text], np.random.default_rng(3), size=(320, 240))
        cv2.imwrite(str(folder / "p.png"), page.image)
    output = tmp_path / "out"
    photos = [folder / "p.png" for folder in folders]
    assert run("edge.read", *photos, "--save", output, "--debug", output).returncode == 0
    names = {f"{stem}-{what}.png" for stem in ("p", "p-2") for what in (*STAGES, "read")}
    assert {path.name for path in output.iterdir()} == names
    for what in (*STAGES, "read"):
        first, second = ((output / f"{stem}-{what}.png").read_bytes() for stem in ("p", "p-2"))
        assert first != second


def test_a_number_is_never_the_name_of_another_photo() -> None:
    photos = [Path(name) for name in ("a/p.png", "b/p.png", "b/p-2.png", "b/P.jpg", "q.png")]
    assert output_stems(photos) == ["p", "p-3", "p-2", "P-4", "q"]


@given(st.lists(st.sampled_from(["p", "P", "p-2", "p-2-2", "p-3", "q"]), max_size=12))
def test_no_two_photos_share_a_name(stems: list[str]) -> None:
    found = output_stems([Path(f"{place}/{stem}.png") for place, stem in enumerate(stems)])
    assert len({name.lower() for name in found}) == len(stems)
    first = {stem.lower(): place for place, stem in reversed(list(enumerate(stems)))}
    for place, (stem, name) in enumerate(zip(stems, found, strict=True)):
        assert name == stem if first[stem.lower()] == place else name.startswith(f"{stem}-")


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
