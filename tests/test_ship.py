"""`python -m train.ship`: what was trained becomes what ships, and nothing else does."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.support import needs_tensorflow

pytestmark = needs_tensorflow


def trained(folder: Path, recipe: str = "edge") -> Path:
    """A model of a recipe that nobody trained, with a record of its training."""
    from train.recipes import build_model, get_recipe

    model = folder / "model.keras"
    build_model(get_recipe(recipe)).save(model)
    (folder / "metrics.json").write_text('{"recipe": "mine"}')
    return model


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where it ships to, in place of the checkout."""
    place = tmp_path / "weights" / "edge.weights.h5"
    place.parent.mkdir()
    monkeypatch.setattr("train.ship.SHIPPED_WEIGHTS", place)
    return place


def test_what_was_trained_ships(
    tmp_path: Path, shipped: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import keras

    from train.ship import main
    from train.weights import load_shipped

    model = trained(tmp_path)
    assert main(["--model", str(model)]) == 0
    before, after = keras.models.load_model(model, compile=False), load_shipped(shipped)
    for one, other in zip(before.get_weights(), after.get_weights(), strict=True):
        assert np.array_equal(one, other)
    assert shipped.with_name("metrics.json").read_text() == '{"recipe": "mine"}'
    assert "next: python -m export" in capsys.readouterr().err


@pytest.mark.parametrize("wrong", ["another recipe", "no metrics", "no model"])
def test_what_is_not_ours_does_not_ship(
    wrong: str, tmp_path: Path, shipped: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from train.ship import main

    model = trained(tmp_path, "conv2" if wrong == "another recipe" else "edge")
    if wrong == "no metrics":
        (tmp_path / "metrics.json").unlink()
    if wrong == "no model":
        model.unlink()
    assert main(["--model", str(model)]) == 2
    said = capsys.readouterr().err
    assert [line for line in said.splitlines() if line.startswith("error:")], said
    assert not shipped.exists()
