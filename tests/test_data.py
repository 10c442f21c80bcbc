"""Where images come from, and that nobody's handwriting is on both sides."""

from __future__ import annotations

import socket
from pathlib import Path

import numpy as np
import pytest

from edge.errors import InputError
from tests.support import ROOT, Run, needs_tensorflow, one_line_error
from train.data import (
    Dataset,
    Images,
    load_dataset,
    main,
    not_split,
    split_by_writer,
    split_last,
)


def dataset(writers: np.ndarray | None = None) -> Dataset:
    rng = np.random.default_rng(5)
    images = Images(rng.integers(0, 256, (600, 28, 28), np.uint8), np.arange(600) % 10)
    return Dataset("mnist", images, images.take(np.arange(10)), "0" * 64, writers)


def rows_of(part: Images, whole: Images) -> set[int]:
    index = {image.tobytes(): row for row, image in enumerate(whole.images)}
    return {index[image.tobytes()] for image in part.images}


def test_a_split_is_disjoint_and_loses_nothing() -> None:
    whole = dataset()
    split = split_by_writer(whole, share=0.1, seed=1)
    train, validation = rows_of(split.train, whole.train), rows_of(split.validation, whole.train)
    assert train | validation == set(range(600))
    assert not train & validation
    assert len(validation) == 60


def test_known_writers_are_on_one_side_only() -> None:
    writers = np.repeat(np.arange(30, dtype=np.int32), 20)
    whole = dataset(writers)
    split = split_by_writer(whole, share=0.1, seed=1)
    sides = [set(writers[list(rows_of(p, whole.train))]) for p in (split.train, split.validation)]
    assert not sides[0] & sides[1]
    assert sides[0] | sides[1] == set(range(30))
    assert 0.05 <= len(split.validation) / 600 <= 0.2


def test_the_whole_is_learnt_from_and_the_words_say_so() -> None:
    whole = dataset()
    split = split_by_writer(whole, share=0.1, seed=1)
    last = not_split(split)
    assert rows_of(last.train, whole.train) == set(range(600))
    assert len(last.train) == 600
    assert rows_of(last.validation, whole.train) == rows_of(split.validation, whole.train)
    assert last.how == "learnt from too: seeded draw of images, seed 1"


def test_the_published_split_takes_the_last_images() -> None:
    whole = dataset()
    split = split_last(whole, 0.3)
    assert rows_of(split.validation, whole.train) == set(range(420, 600))


@pytest.mark.parametrize(
    ("images", "labels"),
    [
        pytest.param(np.zeros((2, 28, 28), np.float32), np.zeros(2, np.int64), id="float"),
        pytest.param(np.zeros((2, 28), np.uint8), np.zeros(2, np.int64), id="flat"),
        pytest.param(np.zeros((2, 28, 28), np.uint8), np.zeros(3, np.int64), id="counts"),
        pytest.param(np.zeros((2, 28, 28), np.uint8), np.array([0, 10]), id="label-10"),
    ],
)
def test_broken_images_are_refused(images: np.ndarray, labels: np.ndarray) -> None:
    with pytest.raises(InputError):
        Images(images, labels)


def test_mnist_is_found_and_checked(mnist_path: Path) -> None:
    whole = load_dataset(str(mnist_path))
    assert (len(whole.train), len(whole.test)) == (60_000, 10_000)
    assert whole.test.labels[:5].tolist() == [7, 2, 1, 0, 4]


def test_another_file_is_not_mnist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "mnist.npz"
    np.savez(path, x_train=np.zeros((1, 28, 28), np.uint8))
    monkeypatch.setenv("MNIST_NPZ", str(path))
    with pytest.raises(InputError, match="is not MNIST"):
        load_dataset("mnist")


def test_no_file_at_all_names_the_ways_to_mnist(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no MNIST at .*no such file(.|\n)*--data drawn"):
        load_dataset(str(tmp_path / "none.npz"))


def test_drawn_digits_need_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("train.data.DRAWN_TRAIN", 400)
    monkeypatch.setattr("train.data.DRAWN_TEST", 100)
    one, other = load_dataset("drawn", seed=1), load_dataset("drawn", seed=1)
    assert one.name == "drawn"
    assert one.sha256 == other.sha256
    assert not rows_of(one.test.take(np.arange(50)), one.test) - set(range(50))


def test_without_mnist_and_internet_one_line_says_what_takes_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def no_internet(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    for name in ("MNIST_NPZ", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setattr("socket.create_connection", no_internet)
    monkeypatch.setattr("train.data.DRAWN_TRAIN", 20)
    monkeypatch.setattr("train.data.DRAWN_TEST", 10)
    assert load_dataset("mnist-or-drawn").name == "drawn"
    told = capfd.readouterr().err
    assert told.count("\n") == 1
    assert told.startswith(
        "MNIST could not be downloaded: storage.googleapis.com cannot be reached"
    )
    assert "(Name or service not known): going on with digits that this project draws" in told
    # Which is looked for once where several commands follow: `make demo`.
    assert main([]) == 0
    assert capfd.readouterr() == ("drawn\n", told)
    with pytest.raises(InputError, match=r"cannot be reached(.|\n)*--data drawn"):
        load_dataset("mnist")


def test_with_mnist_nothing_is_said_and_it_is_named(
    mnist_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MNIST_NPZ", str(mnist_path))
    assert main([]) == 0
    assert capfd.readouterr() == ("mnist\n", "")


def test_the_demo_looks_for_mnist_once() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    steps = makefile.partition("\ndemo:")[2].partition("\n\n")[0]
    assert steps.count("--data $(IMAGES)") == 3
    assert "$(shell $(FULL) -m train.data)" in makefile


def test_writers_of_another_set_are_refused(mnist_path: Path, tmp_path: Path) -> None:
    path = tmp_path / "writers.npz"
    np.savez(path, train=np.arange(5))
    with pytest.raises(InputError, match="60000"):
        load_dataset(str(mnist_path), writers=path)


@needs_tensorflow
def test_training_without_mnist_names_the_ways_to_get_it(run: Run, tmp_path: Path) -> None:
    env = {"KERAS_HOME": str(tmp_path), "MNIST_NPZ": str(tmp_path / "none.npz")}
    result = run("train", "--epochs", "1", "--output", tmp_path / "out", **env)
    assert result.returncode == 2
    one_line_error(result)
    for way in ("--data PATH/mnist.npz", "MNIST_NPZ", "internet", "--data drawn"):
        assert way in result.stderr
    assert not (tmp_path / "out").exists()


def test_mnist_npz_comes_before_the_cache(mnist_path: Path, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setenv("MNIST_NPZ", str(mnist_path))
    assert load_dataset("mnist").name == "mnist"
    monkeypatch.delenv("MNIST_NPZ")
    (tmp_path / "datasets").mkdir()
    (tmp_path / "datasets" / "mnist.npz").symlink_to(mnist_path)
    assert load_dataset("mnist").name == "mnist"
