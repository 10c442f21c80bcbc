"""`python -m benchmarks hands`: sets of single digits, in the layouts of their authors."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from benchmarks.hands.european import draw_european
from benchmarks.hands.formats import read_set
from benchmarks.hands.score import HandScore, by_digit, score
from edge.arrays import AnyArray, UInt8Array
from edge.errors import InputError
from edge.prediction import Prediction
from edge.session import open_session
from tests.support import Run, needs_tensorflow, one_line_error
from train.data import Images
from train.forms.digits import DIGITS, EUROPEAN


@pytest.fixture(scope="module")
def bitmaps(drawn: Images) -> UInt8Array:
    """40 drawn digits, (40, 20, 20) of 0 and 1, each filling its picture."""
    return (drawn.images[:40, 4:24, 4:24] > 100).astype(np.uint8)


def save_npz(folder: Path, bitmaps: UInt8Array, drawn: Images) -> Path:
    path = folder / "set.npz"
    np.savez(path, x=bitmaps, y=drawn.labels[:40])
    return path


def side_of(bitmaps: UInt8Array, side: int) -> UInt8Array:
    grown = [cv2.resize(one, (side, side), interpolation=cv2.INTER_NEAREST) for one in bitmaps]
    return np.stack(grown)


def test_bitmaps_are_scaled_whichever_value_is_ink(
    tmp_path: Path, bitmaps: UInt8Array, drawn: Images
) -> None:
    read = read_set(save_npz(tmp_path, bitmaps, drawn))
    np.savez(tmp_path / "dark.npz", x=1 - bitmaps, y=drawn.labels[:40])
    assert read.images.shape == (40, 28, 28)
    assert np.array_equal(read.images, read_set(tmp_path / "dark.npz").images)
    assert (open_session().run(read.images).labels == read.labels).mean() >= 0.9


def test_grey_pictures_on_bright_paper_are_found(tmp_path: Path, drawn: Images) -> None:
    np.savez(tmp_path / "grey.npz", images=230 - drawn.images[:40] // 2, labels=drawn.labels[:40])
    read = read_set(tmp_path / "grey.npz")
    assert (open_session().run(read.images).labels == read.labels).mean() >= 0.9


def test_semeion_is_read_as_it_is_downloaded(
    tmp_path: Path, bitmaps: UInt8Array, drawn: Images
) -> None:
    images = side_of(bitmaps, 16)
    lines = [
        " ".join([*(f"{one:.4f}" for one in image.flat), *map(str, np.eye(10, dtype=int)[label])])
        for image, label in zip(images, drawn.labels, strict=False)
    ]
    path = tmp_path / "semeion.data"
    path.write_text(" \n".join(lines) + " \n")
    read = read_set(path)
    np.savez(tmp_path / "same.npz", x=images, y=drawn.labels[:40])
    assert np.array_equal(read.images, read_set(tmp_path / "same.npz").images)
    assert np.array_equal(read.labels, drawn.labels[:40])


def test_optdigits_is_read_as_it_is_downloaded(
    tmp_path: Path, bitmaps: UInt8Array, drawn: Images
) -> None:
    images = side_of(bitmaps, 32)
    text = "entropy = 1.0\nntot = 40\nclass =  0\n"
    for image, label in zip(images, drawn.labels, strict=False):
        text += "\n".join("".join(map(str, row)) for row in image) + f"\n {label}\n"
    path = tmp_path / "optdigits-orig.tra"
    path.write_text(text)
    read = read_set(path)
    np.savez(tmp_path / "same.npz", x=images, y=drawn.labels[:40])
    assert np.array_equal(read.images, read_set(tmp_path / "same.npz").images)
    assert np.array_equal(read.labels, drawn.labels[:40])
    path.write_text(text[: len(text) // 2])
    with pytest.raises(InputError, match=r"ends within an image|no label"):
        read_set(path)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("nothing.data", None),
        ("text.data", b"1 2 three\n"),
        ("short.data", b"0 1 0 1\n"),
        ("bytes.data", bytes(range(256))),
        ("empty.data", b""),
        ("broken.npz", b"PK\x03\x04"),
    ],
)
def test_what_is_no_set_is_refused_in_one_line(
    tmp_path: Path, run: Run, name: str, content: bytes | None
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    result = run("benchmarks", "hands", path, "--output", tmp_path)
    assert result.returncode == 2
    assert name in one_line_error(result)


@pytest.mark.parametrize(
    ("pixels", "labels", "message"),
    [
        (np.zeros((4, 20)), np.zeros(4), "images are"),
        (np.zeros((4, 20, 20)), np.zeros(4), "no ink"),
        (np.full((4, 20, 20), np.nan), np.zeros(4), "0 to 255"),
        (np.ones((4, 20, 20), object), np.zeros(4), "unpickled"),
        (np.eye(20)[None].repeat(4, 0), np.full(4, 11), "0 to 9"),
        (np.eye(20)[None].repeat(4, 0), np.zeros(3), "3 labels for 4 images"),
    ],
)
def test_an_npz_of_other_things_is_told(
    tmp_path: Path, pixels: AnyArray, labels: AnyArray, message: str
) -> None:
    np.savez(tmp_path / "bad.npz", x=pixels, y=labels)
    with pytest.raises(InputError, match=message):
        read_set(tmp_path / "bad.npz")


def test_the_score_counts_what_it_says(tmp_path: Path, bitmaps: UInt8Array, drawn: Images) -> None:
    read = read_set(save_npz(tmp_path, bitmaps, drawn))
    said = np.eye(10, dtype=np.float32)[read.labels]
    said[:3] = np.eye(10, dtype=np.float32)[(read.labels[:3] + 1) % 10]
    sure = np.ones(40, np.float32)
    sure[-2:] = 0.4
    result = score(read, Prediction(said, sure))
    assert (result.right, result.refused) == (37, 2)
    assert sum(count for *_, count in result.confusions) == 3
    assert all((label + 1) % 10 == answer for label, answer, _ in result.confusions)
    assert score(read, Prediction(said, None)).refused is None
    assert HandScore("a", 40, 40, 0, ()).accuracy == 1.0


@needs_tensorflow  # the picture needs matplotlib, which comes with the full environment
def test_the_command_writes_a_table_and_a_picture(
    tmp_path: Path, run: Run, bitmaps: UInt8Array, drawn: Images
) -> None:
    wrong = (drawn.labels[:40] + 1) % 10
    np.savez(tmp_path / "others.npz", x=bitmaps, y=wrong)
    result = run("benchmarks", "hands", tmp_path / "others.npz", "--output", tmp_path, "--json")
    assert result.returncode == 0, result.stderr
    (only,) = json.loads(result.stdout)["sets"]
    assert only["images"] == 40
    assert only["accuracy"] <= 0.1
    assert (tmp_path / "hands-others.png").read_bytes().startswith(b"\x89PNG")
    assert "others.npz" in (tmp_path / "hands.md").read_text()


def test_nothing_to_read_is_told(run: Run) -> None:
    result = run("benchmarks", "hands")
    assert result.returncode == 2
    assert "--european" in one_line_error(result)


SHORT_OF = pytest.mark.xfail(
    reason="379 of the first 400 are read, one short of 95 %; 952 of 1,000",
    raises=AssertionError,
    strict=True,
)


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=SHORT_OF if name == "flagged-1" else ()) for name in EUROPEAN],
)
def test_european_forms_are_read(name: str) -> None:
    label, forms = EUROPEAN[name]
    assert set(forms) < set(DIGITS[label])
    read = draw_european(name, 400)
    assert np.array_equal(read.images, draw_european(name, 400).images)
    assert len({image.tobytes() for image in read.images}) == 400
    assert score(read, open_session().run(read.images)).accuracy >= 0.95


@needs_tensorflow
def test_the_command_draws_european_forms(tmp_path: Path, run: Run) -> None:
    result = run("benchmarks", "hands", "--european", "--output", tmp_path, "--json")
    assert result.returncode == 0, result.stderr
    sets = json.loads(result.stdout)["sets"]
    assert [one["name"] for one in sets] == list(EUROPEAN)
    assert {one["images"] for one in sets} == {1000}


def test_labels_in_another_order_are_put_in_that_of_the_digits(drawn: Images) -> None:
    session = open_session()
    said = session.run(drawn.images)
    reversed_labels = replace(session.artifact, labels=tuple("9876543210"))
    turned = Prediction(said.probabilities[:, ::-1], said.is_digit)
    assert np.array_equal(by_digit(turned, reversed_labels).labels, said.labels)
    assert np.array_equal(by_digit(said, session.artifact).probabilities, said.probabilities)


def test_a_model_of_other_labels_is_told(drawn: Images) -> None:
    session = open_session()
    letters = replace(session.artifact, labels=tuple("abcdefghij"))
    with pytest.raises(InputError, match="ten digits"):
        by_digit(session.run(drawn.images[:1]), letters)


@needs_tensorflow
def test_sets_of_one_stem_have_pictures_of_their_own(
    tmp_path: Path, run: Run, bitmaps: UInt8Array, drawn: Images
) -> None:
    paths = [tmp_path / folder / "set.npz" for folder in ("a", "b")]
    for path in paths:
        path.parent.mkdir()
        np.savez(path, x=bitmaps, y=(drawn.labels[:40] + 1) % 10)
    result = run("benchmarks", "hands", *paths, "--output", tmp_path)
    assert result.returncode == 0, result.stderr
    assert {path.name for path in tmp_path.glob("*.png")} == {"hands-set.png", "hands-set-2.png"}
