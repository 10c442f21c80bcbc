"""Recipes are what their authors published; a training leaves what it promises."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge.errors import InputError
from tests.support import KilledError, Run, needs_tensorflow, one_line_error
from train.images import Images

pytestmark = needs_tensorflow

PARAMETERS = {
    "conv3_dropout": 93_322,
    "conv3_dropout_augmented": 93_322,
    "conv1_sgd": 693_962,
    "conv2": 515_146,
    "conv1_dropout": 607_394,
    "conv3_same": 458_570,
}


@pytest.fixture(scope="session")
def trained(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One epoch of `conv2` on drawn digits."""
    output = tmp_path_factory.mktemp("trained") / "conv2"
    result = run(
        "train", "--recipe", "conv2", "--data", "drawn", "--epochs", "1", "--output", output
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("conv2 on drawn: 9")
    assert "\nconv2d " in result.stderr  # layers are numbered from the beginning
    return output


@pytest.mark.parametrize(("name", "count"), PARAMETERS.items(), ids=PARAMETERS)
def test_a_published_recipe_has_its_published_parameters(name: str, count: int) -> None:
    from train.recipes import build_model, get_recipe

    assert build_model(get_recipe(name)).count_params() == count


def test_edge_is_the_smallest_recipe() -> None:
    from train.recipes import RECIPES, build_model

    assert build_model(RECIPES["edge"]).count_params() < min(PARAMETERS.values())


def test_an_unknown_recipe_lists_the_known(run: Run) -> None:
    result = run("train", "--recipe", "resnet")
    assert result.returncode == 2
    assert "conv3_dropout" in one_line_error(result)


def test_the_list_names_all_six(run: Run) -> None:
    result = run("train", "--list")
    assert result.returncode == 0
    assert all(name in result.stdout for name in (*PARAMETERS, "edge"))


def test_a_training_leaves_model_history_metrics_and_pictures(trained: Path) -> None:
    assert sorted(path.name for path in trained.iterdir()) == [
        "best.weights.h5",
        "confusion.png",
        "curves.png",
        "enlarged.png",
        "history.csv",
        "metrics.json",
        "mistakes.png",
        "model.keras",
        "predictions.png",
        "samples.png",
    ]
    metrics = json.loads((trained / "metrics.json").read_text())
    assert metrics["recipe"] == "conv2"
    assert metrics["dataset"] == "drawn"
    assert metrics["epochs"] == 1
    assert metrics["test"]["images"] == 4000
    assert metrics["test"]["accuracy"] > 0.95
    assert 0 < metrics["test"]["ece"] < 0.1
    assert "label_errors" not in metrics["test"]
    assert metrics["macs"] == 2_921_216
    assert 0 < metrics["seconds_per_epoch"] <= metrics["seconds"]
    assert 0 <= metrics["waiting_share"] < 1
    with (trained / "history.csv").open() as stream:
        assert len(list(csv.DictReader(stream))) == 1
    for path in trained.glob("*.png"):
        assert cv2.imread(str(path)).shape[1] > 800


def test_a_finished_training_is_not_made_again_by_the_same_settings(
    trained: Path, run: Run
) -> None:
    before = (trained / "model.keras").stat().st_mtime_ns
    settings = ("--recipe", "conv2", "--data", "drawn", "--epochs", "1", "--output", trained)
    result = run("train", *settings, "--resume")
    assert result.returncode == 0, result.stderr
    assert "trained by these settings already" in result.stderr
    assert (trained / "model.keras").stat().st_mtime_ns == before


def test_the_summary_adds_up_and_trains_nothing(run: Run, tmp_path: Path) -> None:
    result = run("train", "--recipe", "conv2", "--summary", "--output", tmp_path / "none")
    assert result.returncode == 0, result.stderr
    rows = [line.split() for line in result.stdout.splitlines()]
    assert rows[-1] == ["conv2", "in", "all", "515,146", "2,921,216"]
    assert ["conv2d", "Conv2D", "26", "x", "26", "x", "32", "320", "194,688"] in rows
    assert not (tmp_path / "none").exists()


def test_no_epochs_are_refused(run: Run) -> None:
    result = run("train", "--epochs", "0", "--data", "drawn")
    assert result.returncode == 2
    one_line_error(result)


def test_batches_depend_on_seed_epoch_and_number_alone() -> None:
    from train.augment import Augmentation
    from train.data import Images
    from train.feed import AugmentedBatches, draw_pools
    from train.strokes import draw_digits

    train = Images(*draw_digits(64, np.random.default_rng(0)))
    pools = draw_pools(train, 3, size=30)

    def feed() -> AugmentedBatches:
        return AugmentedBatches(train, pools, Augmentation(), 16, 3, epochs=4)

    one, other = feed(), feed()
    for epoch in (0, 1):
        one.start_at(epoch)
        _ = [one[index] for index in range(len(one))]
    other.start_at(1)
    for index in (2, 0):
        for left, right in zip(one[index], other[index], strict=True):
            assert all(np.array_equal(value, right[name]) for name, value in left.items())
    other.start_at(0)
    assert not np.array_equal(one[0][0]["image"], other[0][0]["image"])


def test_nondigits_count_for_is_digit_only() -> None:
    from train.augment import Augmentation
    from train.data import Images
    from train.feed import AugmentedBatches, draw_pools
    from train.strokes import draw_digits

    train = Images(*draw_digits(64, np.random.default_rng(0)))
    feed = AugmentedBatches(train, draw_pools(train, 0, size=30), Augmentation(), 16, 0, epochs=4)
    shown, targets, weights = feed[0]
    for images in shown.values():
        assert images.dtype == np.float32
        assert images.shape[1:] == (28, 28, 1)
        assert 0 <= images.min() <= images.max() <= 1
    digits = targets["is_digit"][:, 0] == 1
    assert 0 < digits.sum() < len(digits)
    assert np.array_equal(weights["probabilities"] == 1, digits)
    assert (weights["is_digit"] == 1).all()


def test_a_paper_is_what_the_image_was_before_the_camera() -> None:
    from train.augment import Augmentation
    from train.data import Images
    from train.feed import AugmentedBatches, draw_pools
    from train.strokes import draw_digits

    train = Images(*draw_digits(64, np.random.default_rng(0)))
    how = Augmentation(tilted_share=0.0)
    feed = AugmentedBatches(train, draw_pools(train, 0, size=30), how, 64, 0, epochs=4)
    shown, targets, weights = feed[0]
    same = (shown["image"] == shown["paper"]).all(axis=(1, 2, 3))
    digits = targets["is_digit"][:, 0] == 1
    unspoilt = targets["shares"][:, 1] > 0
    assert np.array_equal(same[digits], unspoilt[digits])
    assert 0.3 < unspoilt[digits].mean() < 0.9
    assert 0 < unspoilt[~digits].sum() < (~digits).sum()  # whether it is spoilt is no sign of one
    assert np.array_equal(targets["camera"][digits], targets["pen"][digits])
    known = draw_digits(64, np.random.default_rng(0))[1]
    assert set(targets["pen"][~digits].argmax(axis=1)) <= set(known)  # beside no digit, a digit
    assert (weights["pen"] == 1).all()


@pytest.mark.parametrize(
    ("name", "goes_on"),
    [
        ("edge", False),
        ("edge", True),
        ("conv2", False),
        ("conv3_dropout", False),
        ("conv3_dropout_augmented", False),
    ],
    ids=["edge", "averaged", "conv2", "dropped from", "varied"],
)
def test_a_resumed_training_ends_as_an_uninterrupted_one(
    name: str, goes_on: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import dataclasses

    from train.data import Images, Split
    from train.fit import fit
    from train.progress import EpochLines
    from train.recipes import get_recipe
    from train.strokes import draw_digits
    from train.weights import SHIPPED_WEIGHTS

    rng = np.random.default_rng(0)
    split = Split(Images(*draw_digits(320, rng)), Images(*draw_digits(64, rng)), "test")
    recipe = dataclasses.replace(get_recipe(name), batch=64)
    monkeypatch.setattr("train.fit_both.pool_size", lambda _: 200)
    start = SHIPPED_WEIGHTS if goes_on else None
    whole = fit(recipe, split, tmp_path / "whole", epochs=3, seed=5, start=start)

    def die(self, epoch, logs=None):
        if epoch == 2:
            raise KilledError

    with monkeypatch.context() as broken:
        broken.setattr(EpochLines, "on_epoch_begin", die)
        broken.setattr(EpochLines, "on_train_batch_end", lambda *_, **__: None)
        broken.setattr(EpochLines, "on_epoch_end", lambda *_, **__: None)
        with pytest.raises(KilledError):
            fit(recipe, split, tmp_path / "killed", epochs=3, seed=5, start=start)
    resumed = fit(recipe, split, tmp_path / "killed", epochs=3, seed=5, start=start, resume=True)
    assert (whole.epochs, resumed.epochs) == (3, 3)
    for one, other in zip(whole.model.get_weights(), resumed.model.get_weights(), strict=True):
        assert np.allclose(one, other, atol=1e-5)
    for folder in ("whole", "killed"):
        with (tmp_path / folder / "history.csv").open() as stream:
            assert [row["epoch"] for row in csv.DictReader(stream)] == ["0", "1", "2"]


def test_a_training_goes_on_from_a_trained_network(drawn: Images, tmp_path: Path) -> None:
    from train.data import Split
    from train.fit import fit
    from train.recipes import get_recipe
    from train.weights import SHIPPED_WEIGHTS

    split = Split(drawn.take(np.arange(256)), drawn.take(np.arange(256, 320)), "for the test")
    trained = fit(get_recipe("edge"), split, tmp_path, epochs=1, seed=0, start=SHIPPED_WEIGHTS)
    said = trained.model.predict(drawn.images[..., None] / 255.0, verbose=0)["probabilities"]
    assert (said.argmax(axis=1) == drawn.labels).mean() > 0.9


def test_another_network_is_nothing_to_start_from(drawn: Images, tmp_path: Path) -> None:
    from train.data import Split
    from train.fit import fit
    from train.recipes import get_recipe
    from train.weights import SHIPPED_WEIGHTS

    split = Split(drawn, drawn, "for the test")
    with pytest.raises(InputError, match="another network"):
        fit(get_recipe("conv2"), split, tmp_path, epochs=1, seed=0, start=SHIPPED_WEIGHTS)
