"""Images of one's own train like any other, and what cannot be trained on is told clearly."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.errors import InputError
from tests.support import Run, needs_tensorflow, one_line_error
from train.data import Dataset, Images, load_dataset
from train.one_digit import is_contract, to_contract
from train.strokes import draw_digits


def arrays(per_class: int = 24) -> dict[str, Any]:
    images, labels = draw_digits(10 * per_class, np.random.default_rng(2))
    return {"x_train": images, "y_train": labels}


def write(path: Path, **content: Any) -> Path:
    np.savez(path, **content)
    return path


def folder(root: Path, images: np.ndarray, labels: np.ndarray, suffix: str = ".png") -> Path:
    for row, (image, label) in enumerate(zip(images, labels, strict=True)):
        (root / str(label)).mkdir(parents=True, exist_ok=True)
        assert cv2.imwrite(str(root / str(label) / f"{row:04}{suffix}"), image)
    return root


def pixels(part: Images) -> set[bytes]:
    return {image.tobytes() for image in part.images}


def likeness(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.corrcoef(one.ravel().astype(float), other.ravel().astype(float))[0, 1])


def test_the_layout_of_mnist_keeps_its_test_part(tmp_path: Path) -> None:
    train, test = arrays(), arrays(2)
    path = write(tmp_path / "a.npz", **train, x_test=test["x_train"], y_test=test["y_train"])
    data = load_dataset(str(path))
    assert data.name == "a.npz"
    assert np.array_equal(data.test.images, test["x_train"])
    assert pixels(data.train) == pixels(Images(train["x_train"], train["y_train"]))
    assert data.facts["test_part"] == "its own"
    assert "as they are" in data.facts["preparation"]


@pytest.mark.parametrize("keys", [("x", "y"), ("images", "labels"), ("x_train", "y_train")])
def test_without_a_test_part_one_is_split_off(tmp_path: Path, keys: tuple[str, str]) -> None:
    whole = arrays(30)
    path = write(tmp_path / "a.npz", **dict(zip(keys, whole.values(), strict=True)))
    data, again = load_dataset(str(path)), load_dataset(str(path), seed=9)
    assert np.bincount(data.test.labels).tolist() == [5] * 10
    assert not pixels(data.train) & pixels(data.test)
    assert len(data.train) + len(data.test) == 300
    # Another training seed must not test on what this one trains on.
    assert np.array_equal(data.test.images, again.test.images)
    assert "split off" in data.facts["test_part"]


def same(one: Dataset, other: Dataset) -> bool:
    return pixels(one.train) == pixels(other.train) and pixels(one.test) == pixels(other.test)


def test_scales_types_and_shapes_of_pixels_come_to_the_same(tmp_path: Path) -> None:
    whole = arrays()
    plain = load_dataset(str(write(tmp_path / "a.npz", **whole)))
    images = whole["x_train"]
    for name, told in {
        "unit": (images / 255).astype(np.float32),
        "float": images.astype(np.float64),
        "int": images.astype(np.int32),
        "channel": images[..., None],
    }.items():
        path = write(tmp_path / f"{name}.npz", x=told, y=whole["y_train"].astype(np.float32))
        other = load_dataset(str(path))
        assert same(plain, other)
        assert other.sha256 == plain.sha256


def test_dark_ink_on_bright_paper_is_put_under_the_contract(tmp_path: Path) -> None:
    whole = arrays()
    data = load_dataset(
        str(write(tmp_path / "a.npz", x=255 - whole["x_train"], y=whole["y_train"]))
    )
    plain = load_dataset(str(write(tmp_path / "b.npz", x=whole["x_train"], y=whole["y_train"])))
    assert "contract" in data.facts["preparation"]
    close = [likeness(a, b) for a, b in zip(data.test.images, plain.test.images, strict=True)]
    assert np.median(close) > 0.99
    assert is_contract(data.train.images)


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".bmp", ".webp", ".tif", ".pgm"])
def test_a_folder_of_contract_images_is_taken_as_it_is(tmp_path: Path, suffix: str) -> None:
    whole = arrays(20)
    root = folder(tmp_path / "own", whole["x_train"], whole["y_train"], suffix)
    (root / "3" / ".hidden").write_text("no picture")
    (root / "__MACOSX").mkdir()
    data = load_dataset(str(root))
    assert data.name == "own/"
    assert "as they are" in data.facts["preparation"]
    assert len(data.train) + len(data.test) == 200
    if suffix not in {".jpg", ".webp"}:
        held = pixels(data.train) | pixels(data.test)
        assert held == pixels(Images(whole["x_train"], whole["y_train"]))


def photographed(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Blue ink on yellowish paper, brighter on the right."""
    large = cv2.resize(image, (120, 120), interpolation=cv2.INTER_CUBIC).astype(np.float32) / 255
    ink, paper = np.array([150, 70, 40.0]), np.array([190, 225, 235.0])
    picture = paper + large[..., None] * (ink - paper)
    picture = picture * np.linspace(0.85, 1, 120)[None, :, None] + rng.normal(0, 3, picture.shape)
    return np.clip(picture, 0, 255).astype(np.uint8)


def test_a_folder_of_colour_pictures_is_put_under_the_contract(
    tmp_path: Path, rng: np.random.Generator
) -> None:
    whole = arrays(20)
    pictures = [photographed(image, rng) for image in whole["x_train"]]
    parted = tmp_path / "own"
    folder(parted / "train", pictures, whole["y_train"])
    folder(parted / "test", pictures[:30], whole["y_train"][:30])
    data = load_dataset(str(parted))
    assert "contract" in data.facts["preparation"]
    assert len(data.train) == 200
    order = np.argsort(whole["y_train"][:30], kind="stable")  # a folder is read label by label
    close = [
        likeness(a, b) for a, b in zip(data.test.images, whole["x_train"][:30][order], strict=True)
    ]
    assert np.median(close) > 0.9


def test_twins_in_both_parts_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = arrays()
    some = {"x_test": whole["x_train"][:7], "y_test": whole["y_train"][:7]}
    load_dataset(str(write(tmp_path / "a.npz", **whole, **some)))
    assert "warning: 7 of the 7 test images" in capsys.readouterr().err


def test_writers_follow_their_images(tmp_path: Path) -> None:
    train, test = arrays(), arrays(2)
    path = write(tmp_path / "a.npz", **train, x_test=test["x_train"], y_test=test["y_train"])
    who = write(tmp_path / "who.npz", train=np.arange(240, dtype=np.int32))
    data = load_dataset(str(path), writers=who)
    assert data.train_writers is not None
    assert np.array_equal(train["x_train"][data.train_writers], data.train.images)
    with pytest.raises(InputError, match="no test part of its own"):
        load_dataset(str(write(tmp_path / "b.npz", **train)), writers=who)


IMAGES, LABELS = arrays().values()
HOLED = IMAGES.astype(np.float32) / 255
HOLED[5, 3, 3] = np.nan
OUT = LABELS.copy()
OUT[4] = 10


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param({"x": IMAGES.reshape(240, 784), "y": LABELS}, r"\(240, 784\)", id="flat"),
        pytest.param({"x": IMAGES[:, 1:], "y": LABELS}, r"\(240, 27, 28\)", id="shape"),
        pytest.param({"x": IMAGES[:0], "y": LABELS[:0]}, "no image", id="empty"),
        pytest.param({"x": IMAGES.astype(str), "y": LABELS}, "pixels are numbers", id="text"),
        pytest.param({"x": HOLED, "y": LABELS}, "NaN .* row 5", id="nan"),
        pytest.param({"x": IMAGES.astype(np.int16) - 9, "y": LABELS}, "-9 to 246", id="negative"),
        pytest.param({"x": IMAGES, "y": LABELS[:-3]}, "237 labels for 240", id="lengths"),
        pytest.param({"x": IMAGES, "y": OUT}, "row 4: 10", id="label-10"),
        pytest.param({"x": IMAGES, "y": LABELS - 1}, "row .*: -1", id="label--1"),
        pytest.param({"x": IMAGES, "y": LABELS + 0.5}, "whole number", id="half-labels"),
        pytest.param({"x": IMAGES, "y": LABELS * np.nan}, "row 0: nan", id="nan-labels"),
        pytest.param({"x": IMAGES, "y": LABELS.astype(str)}, "whole numbers", id="text-labels"),
        pytest.param({"x": IMAGES, "y": np.eye(10)[LABELS]}, "argmax", id="one-hot"),
        pytest.param(
            {"x": IMAGES[LABELS != 7], "y": LABELS[LABELS != 7]}, "image of 7", id="missing"
        ),
        pytest.param({"x": IMAGES[:150], "y": LABELS[:150]}, "at least 20", id="too-few"),
        pytest.param({"x": np.zeros_like(IMAGES), "y": LABELS}, "shows nothing", id="blank"),
        pytest.param({"x_train": IMAGES}, "holds x_train; needed", id="no-labels"),
        pytest.param({"other": IMAGES}, "none of the arrays", id="other-names"),
        pytest.param(
            {"x_train": IMAGES, "y_train": LABELS, "x_test": IMAGES}, "half a test", id="half-test"
        ),
        pytest.param(
            {"x": np.array([None, 1], object), "y": LABELS}, "never unpickled", id="pickled"
        ),
    ],
)
def test_what_an_npz_cannot_be_trained_on_for(
    tmp_path: Path, content: dict[str, Any], said: str
) -> None:
    with pytest.raises(InputError, match=said):
        load_dataset(str(write(tmp_path / "own.npz", **content)))


def test_a_file_that_is_no_npz_is_refused(tmp_path: Path) -> None:
    text, single, cut = tmp_path / "a.npz", tmp_path / "b.npy", tmp_path / "c.npz"
    text.write_text("no arrays")
    np.save(single, IMAGES)
    cut.write_bytes(write(tmp_path / "d.npz", **arrays()).read_bytes()[:5000])
    for path in (text, single, cut):
        with pytest.raises(InputError, match=rf"{path.name}.*needed are x_train"):
            load_dataset(str(path))


def test_what_a_folder_cannot_be_trained_on_for(tmp_path: Path) -> None:
    def refused(root: Path, said: str) -> None:
        with pytest.raises(InputError, match=said):
            load_dataset(str(root))

    (tmp_path / "empty").mkdir()
    refused(tmp_path / "empty", "holds no pictures")
    root = folder(tmp_path / "own", IMAGES, LABELS)
    (root / "seven").mkdir()
    refused(root, "seven is named after no label")
    (root / "seven").rmdir()
    (root / "4" / "note.png").write_text("no picture")
    refused(root, r"4/note\.png is not a picture")
    cv2.imwrite(str(root / "4" / "note.png"), np.full((50, 60), 200, np.uint8))
    refused(root, r"4/note\.png shows nothing")
    for path in (root / "4").iterdir():
        path.unlink()
    refused(root, "no training image of 4")


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 9), st.integers(30, 200), st.booleans(), st.integers(0, 2**31))
def test_a_digit_comes_out_the_same_from_any_size_and_polarity(
    label: int, side: int, dark: bool, seed: int
) -> None:
    images, labels = draw_digits(10, np.random.default_rng(seed))
    image = images[labels == label][0]
    large = cv2.resize(image, (side, side), interpolation=cv2.INTER_LINEAR)
    out = to_contract(255 - large if dark else large)
    # A whole pixel's shift is within the contract.
    moved = [np.roll(out, (y, x), (0, 1)) for y in (-1, 0, 1) for x in (-1, 0, 1)]
    assert max(likeness(image, one) for one in moved) > 0.8


@needs_tensorflow
def test_a_training_on_own_images_says_so_in_its_record(run: Run, tmp_path: Path) -> None:
    path = write(tmp_path / "mine.npz", **arrays(40))
    out = tmp_path / "out"
    result = run("train", "--recipe", "conv2", "--epochs", "1", "--data", path, "--output", out)
    assert result.returncode == 0, result.stderr
    assert "your own images, not MNIST" in result.stderr
    metrics = json.loads((out / "metrics.json").read_text())
    assert metrics["dataset"] == "mine.npz"
    assert metrics["dataset_sha256"] == load_dataset(str(path)).sha256
    assert metrics["test"]["images"] == 70
    assert "split off" in metrics["test_part"]
    assert "as they are" in metrics["preparation"]


@needs_tensorflow
def test_a_training_on_broken_images_ends_in_one_line(run: Run, tmp_path: Path) -> None:
    path = write(tmp_path / "mine.npz", x=IMAGES, y=OUT)
    result = run("train", "--data", path, "--output", tmp_path / "out")
    assert result.returncode == 2
    assert "from 0 to 9" in one_line_error(result)
    assert not (tmp_path / "out").exists()
