"""A training that is killed after its last epoch has lost nothing."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.support import KilledError, needs_tensorflow
from train.images import Images

pytestmark = needs_tensorflow
pytest.importorskip("scipy", reason="SciPy is not installed on this machine")

PICTURES = ("samples", "curves", "confusion", "predictions", "mistakes", "enlarged")


def _train(drawn: Images, output: Path, *, resume: bool = False, epochs: int = 2) -> dict[str, Any]:
    from train.data import Dataset
    from train.recipes import get_recipe
    from train.run import train_recipe

    dataset = Dataset("drawn", drawn, drawn.take(np.arange(200)), "0" * 64, None)
    recipe = get_recipe("conv3_dropout_augmented")
    return train_recipe(recipe, dataset, output, epochs=epochs, resume=resume)


@pytest.mark.parametrize("step", ["evaluate", "draw_pictures"])
def test_what_follows_the_epochs_is_made_up_for(
    step: str, drawn: Images, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: Any, **__: Any) -> None:
        raise KilledError

    with monkeypatch.context() as broken:
        broken.setattr(f"train.run.{step}", die)
        with pytest.raises(KilledError):
            _train(drawn, tmp_path)
    history = (tmp_path / "history.csv").read_text()
    metrics = _train(drawn, tmp_path, resume=True)
    assert metrics["epochs"] == 2
    assert (tmp_path / "history.csv").read_text() == history  # no epoch was made again
    assert all((tmp_path / f"{name}.png").is_file() for name in (*PICTURES, "augmentation"))
    assert not (tmp_path / "checkpoint").exists()
    assert not (tmp_path / "unfinished.json").exists()
    assert json.loads((tmp_path / "metrics.json").read_text()) == metrics


def test_what_stopped_early_does_not_go_on(
    drawn: Images, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from train.data import Split
    from train.fit import fit
    from train.recipes import get_recipe

    recipe = dataclasses.replace(get_recipe("conv2"), patience=1)
    # Labels of nothing: validation gets worse as soon as training is learnt by heart.
    rng = np.random.default_rng(0)
    wrong = Images(drawn.images[:300], rng.integers(0, 10, 300))
    split = Split(wrong, drawn.take(np.arange(300, 400)), "for the test")
    whole = fit(recipe, split, tmp_path, epochs=30, seed=0)
    assert whole.epochs < 30
    again = fit(recipe, split, tmp_path, epochs=30, seed=0, resume=True)
    assert again.epochs == whole.epochs
    for one, other in zip(whole.model.get_weights(), again.model.get_weights(), strict=True):
        assert np.allclose(one, other, atol=1e-6)


def test_averaged_weights_end_the_same_when_killed_at_the_end(
    drawn: Images, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from train.data import Split
    from train.fit import fit
    from train.recipes import get_recipe
    from train.weights import SHIPPED_WEIGHTS

    monkeypatch.setattr("train.fit_both.pool_size", lambda _: 200)
    split = Split(drawn.take(np.arange(320)), drawn.take(np.arange(320, 400)), "for the test")
    recipe = dataclasses.replace(get_recipe("edge"), batch=64)

    def train(output: Path, *, resume: bool = False) -> Any:
        return fit(
            recipe, split, output, epochs=2, seed=5, start=SHIPPED_WEIGHTS, resume=resume
        ).model

    def die(*_: Any) -> None:
        raise KilledError

    whole = train(tmp_path / "whole")
    with monkeypatch.context() as broken:
        broken.setattr("train.fit_feed.gather_statistics", die)
        with pytest.raises(KilledError):
            train(tmp_path / "killed")
    resumed = train(tmp_path / "killed", resume=True)
    for one, other in zip(whole.get_weights(), resumed.get_weights(), strict=True):
        assert np.allclose(one, other, atol=1e-5)
