"""A model that reads no classes, or that no format can hold, is refused by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support import Run, needs_tensorflow, one_line_error

pytestmark = needs_tensorflow


def refused_models(keras: Any) -> dict[str, tuple[Any, str]]:
    """What cannot be exported, by a name, with a part of what is said of it."""
    layers = keras.layers

    def model(shape: tuple[int, ...], *stack: Any) -> Any:
        return keras.Sequential([keras.Input(shape), *stack])

    two = keras.Input((8, 8, 1))
    flat = layers.Flatten()(two)
    heads = {name: layers.Dense(4, activation="softmax")(flat) for name in ("a", "b")}
    return {
        "logits": (model((8, 8, 1), layers.Flatten(), layers.Dense(3)), "end the network"),
        "one-output": (
            model((8, 8, 1), layers.Flatten(), layers.Dense(1, activation="sigmoid")),
            "cannot be read as classes",
        ),
        "a-picture": (model((8, 8, 1), layers.Conv2D(2, 3)), "cannot be read as classes"),
        "two-heads": (keras.Model(two, heads), "cannot be read as classes"),
        "no-weights": (model((8, 8, 1), layers.Flatten(), layers.Softmax()), "no weights"),
        "no-image": (
            model((5,), layers.Dense(3, activation="softmax")), "height, width, 1 or 3 channels",
        ),
        "four-channels": (
            model((8, 8, 4), layers.Flatten(), layers.Dense(3, activation="softmax")),
            "1 or 3 channels",
        ),
        "channels-first": (
            model((3, 8, 8), layers.Flatten(), layers.Dense(3, activation="softmax")),
            "put keras.layers.Permute((3, 1, 2)) before it",
        ),
    }  # fmt: skip


def test_what_reads_no_classes_is_refused(tmp_path: Path) -> None:
    from edge.errors import InputError
    from export.gather import ImageRequest
    from export.job import ExportOptions, prepare
    from export.source import SourceRequest
    from train.backend import keras

    for name, (model, said) in refused_models(keras).items():
        path = tmp_path / f"{name}.keras"
        model.save(path)
        with pytest.raises(InputError) as told:
            prepare(ExportOptions(SourceRequest(path), ImageRequest("drawn"), tmp_path))
        assert said in str(told.value), name
        assert "\n" not in str(told.value), name


@pytest.mark.parametrize("module", ["export.tflite", "export.onnx"])
def test_an_unsupported_layer_is_named(run: Run, tmp_path: Path, module: str) -> None:
    from train.backend import keras

    image = keras.Input((8, 8, 1))
    x = keras.layers.Flatten()(keras.ops.erfinv(keras.ops.clip(image, -0.5, 0.5)))
    answers = keras.layers.Dense(3, activation="softmax")(x)
    keras.Model(image, answers).save(tmp_path / "odd.keras")
    result = run(module, "--model", tmp_path / "odd.keras", "--output", tmp_path / "out")
    assert result.returncode == 2
    assert "no operator for Erfinv" in one_line_error(result)
    assert not list((tmp_path / "out").glob("*")) or not (tmp_path / "out").exists()


def test_weights_alone_are_no_model_but_an_old_whole_file_is(tmp_path: Path) -> None:
    from edge.errors import InputError
    from export.load import load_any
    from train.backend import keras

    layers = [keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(3)]
    model = keras.Sequential(layers)
    weights, whole = tmp_path / "my.weights.h5", tmp_path / "my.h5"
    model.save_weights(weights)
    with pytest.raises(InputError, match=r"holds no network.*save yours whole: model\.save"):
        load_any(weights, None)
    model.save(whole)
    assert load_any(whole, None).output_shape == (None, 3)
