"""The one look at the test set says all that there is to say."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge.prediction import Prediction
from tests.support import needs_tensorflow
from train.data import Dataset, Images
from train.label_errors import CONTRADICTED, label_errors


def saying(labels: np.ndarray) -> Prediction:
    return Prediction(np.eye(10, dtype=np.float32)[labels], None)


def test_the_contradicted_labels_are_those_that_the_paper_counts(mnist_test: Images) -> None:
    # The labels that its authors list beside the votes, in the order of the images.
    given = [8, 0, 9, 4, 2, 5, 6, 6, 5, 5, 0, 1, 4, 6, 5]
    assert mnist_test.labels[list(CONTRADICTED)].tolist() == given
    assert sum(people is not None for people in CONTRADICTED.values()) == 10


def test_mistakes_on_contradicted_labels_are_counted(mnist_test: Images) -> None:
    said = mnist_test.labels.copy()
    assert label_errors(mnist_test, saying(said)) == {"images": 15, "mistakes": 0, "as_people": 0}
    for place, people in CONTRADICTED.items():
        if people is not None:
            said[place] = people
    said[2654] = 1  # people do not agree on a digit there
    said[0] = 9  # a mistake like any other
    assert label_errors(mnist_test, saying(said)) == {"images": 15, "mistakes": 11, "as_people": 10}


def test_only_mnist_has_them(drawn: Images) -> None:
    assert label_errors(drawn, saying(drawn.labels)) is None


@pytest.fixture
def little(drawn: Images) -> Dataset:
    rows = np.arange(len(drawn))
    return Dataset("little", drawn.take(rows < 700), drawn.take(rows >= 700), drawn.sha256)


@needs_tensorflow
def test_a_training_records_temperature_waiting_and_other_test_images(
    little: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    pytest.importorskip("scipy", reason="SciPy is not installed on this machine")
    from train.recipes import get_recipe
    from train.run import train_recipe

    monkeypatch.setattr("train.fit_both.pool_size", lambda _: 100)
    recipe = dataclasses.replace(get_recipe("edge"), batch=64)
    other = dataclasses.replace(little, name="other", test=little.test.take(np.arange(50)))
    # After two epochs it would guess: what the temperature does to that is chance.
    metrics = train_recipe(recipe, little, tmp_path, epochs=4, also_test=[other])
    assert metrics == json.loads((tmp_path / "metrics.json").read_text())
    assert metrics["temperature"]["value"] > 0
    assert metrics["temperature"]["ece_after"] <= metrics["temperature"]["ece_before"] + 0.05
    assert {"ece", "ece_before", "turned_away"} <= metrics["test"].keys()
    assert metrics["other_test"]["images"] == 50
    assert 0 <= metrics["waiting_share"] <= 1
    assert (tmp_path / "augmentation.png").is_file()
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("edge on little: ")
    assert said[1].startswith("edge on other: ")
    assert any("waiting for images" in line for line in said)


@needs_tensorflow
@pytest.mark.parametrize("wrong", [0, 300], ids=["no mistake", "nothing right"])
def test_pictures_are_drawn_whatever_was_reached(
    wrong: int, little: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from train.pictures import draw_pictures
    from train.recipes import get_recipe

    monkeypatch.delenv("DISPLAY", raising=False)
    test = little.test.take(little.test.labels != 4)  # a digit may be missing
    said = test.labels.copy()
    said[:wrong] = (said[:wrong] + 1) % 10
    columns = "epoch,loss,accuracy,val_loss,val_accuracy"
    (tmp_path / "history.csv").write_text(f"{columns}\n0,0.5,0.9,0.4,0.91\n")
    draw_pictures(
        get_recipe("conv2"),
        little.train,
        dataclasses.replace(little, test=test),
        saying(said),
        tmp_path,
        seed=0,
    )
    names = {"confusion", "curves", "enlarged", "mistakes", "predictions", "samples"}
    assert {path.stem for path in tmp_path.glob("*.png")} == names
    pictures = {name: cv2.imread(str(tmp_path / f"{name}.png")).astype(int) for name in names}
    for picture in pictures.values():
        assert min(picture.shape[:2]) > 200
        assert picture.std() > 5
    blue, green, red = np.moveaxis(pictures["predictions"], 2, 0)
    assert bool(np.any((red > green + 80) & (red > blue + 80))) is (wrong > 0)
    assert bool(np.any((green > red + 40) & (green > blue + 40))) is (wrong < 300)
