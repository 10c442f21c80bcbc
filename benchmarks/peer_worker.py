"""Builds and converts the published recipes' networks in this process, which has TensorFlow.

Where the user has trained a recipe its weights are taken. Untrained ones change no time, and
nothing is said of their accuracy.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.fresh import answer_job, load_images
from edge.artifact import ModelArtifact, ModelFormat
from edge.command import command
from edge.errors import InputError
from edge.files import sha256_of, write_bytes
from edge.manifest import record_artifact
from edge.quantization import QuantizationScheme

MODULE = "benchmarks.peer_worker"
PEAK = "peak"
"""Name of the model that does nothing but multiply matrices, to see what the machine can."""

_PEAK_SIDE, _PEAK_CHANNELS = 32, 128
_CALIBRATION = 50
"""Drawn digits that untrained networks are calibrated with."""


@dataclass(frozen=True, slots=True)
class PeerJob:
    """What is converted, and where the files go.

    Attributes:
        folder: for the files.
        recipes: names of the recipes.
        trained: .keras files of those that are trained.
        calibration: a .npy of (n, 28, 28) uint8 training images for these.
    """

    folder: Path
    recipes: tuple[str, ...]
    trained: Mapping[str, Path]
    calibration: Path

    def to_json(self) -> dict[str, Any]:
        """A JSON object; `from_json` reads it back."""
        return {
            "folder": str(self.folder),
            "recipes": list(self.recipes),
            "trained": {name: str(path) for name, path in self.trained.items()},
            "calibration": str(self.calibration),
        }

    @classmethod
    def from_json(cls, entry: Mapping[str, Any]) -> PeerJob:
        """Reads what `to_json` wrote; KeyError, TypeError, AttributeError where it did not."""
        return cls(
            Path(entry["folder"]),
            tuple(str(name) for name in entry["recipes"]),
            {str(name): Path(path) for name, path in entry["trained"].items()},
            Path(entry["calibration"]),
        )


def build_peers(job: PeerJob) -> Mapping[str, Any]:
    """Writes NAME-float32.tflite and NAME-int8.tflite of every recipe, and the peak's int8.

    Returns:
        "refused": by the name of a trained recipe why its file could not be taken.
    """
    from train.quiet import quiet_tensorflow
    from train.recipes import build_model, get_recipe
    from train.strokes import draw_digits

    drawn, _ = draw_digits(_CALIBRATION, np.random.default_rng(0))
    refused: dict[str, str] = {}
    with quiet_tensorflow():
        for recipe in map(get_recipe, job.recipes):
            network, images = build_model(recipe), drawn
            if recipe.name in job.trained:
                try:
                    network = _trained(job.trained[recipe.name], network)
                    images = load_images(job.calibration)
                except InputError as error:
                    refused[recipe.name] = str(error)
            model = _fixed(network)
            for scheme in (QuantizationScheme.NONE, QuantizationScheme.INT8):
                _convert(job.folder, recipe.name, model, scheme, images[..., None] / 255)
        rng = np.random.default_rng(0)
        shape = (_CALIBRATION, _PEAK_SIDE, _PEAK_SIDE, _PEAK_CHANNELS)
        _convert(job.folder, PEAK, _peak_model(), QuantizationScheme.INT8, rng.random(shape))
    return {"refused": refused}


def _trained(path: Path, network: Any) -> Any:
    """The trained model in a file; InputError where it is no model, or another network."""
    from train.load import load_model

    model = load_model(path)

    def looks(one: Any) -> tuple[Any, ...]:
        return one.input_shape, one.output_shape, [tuple(w.shape) for w in one.weights]

    if looks(model) != looks(network):
        raise InputError(f"{path} is not the network of its recipe")
    return model


def _fixed(model: Any) -> Any:
    """The model with a batch of 1, which every runtime runs faster."""
    from train.backend import keras

    image = keras.Input(batch_shape=(1, *model.input_shape[1:]), name="image")
    return keras.Model(image, model(image))


def _peak_model() -> Any:
    """One product of a (1024, 128) matrix with a (128, 128) one, as a 1x1 convolution."""
    from train.backend import keras

    image = keras.Input(batch_shape=(1, _PEAK_SIDE, _PEAK_SIDE, _PEAK_CHANNELS), name="image")
    product = keras.layers.Conv2D(_PEAK_CHANNELS, 1, use_bias=False)(image)
    # A short answer: fetching the whole product would take as long as making it.
    return keras.Model(image, keras.layers.GlobalAveragePooling2D()(product))


def _convert(folder: Path, name: str, model: Any, scheme: QuantizationScheme, images: Any) -> None:
    import tensorflow as tf

    from edge.runtimes.tflite import read_tensors

    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    if scheme is QuantizationScheme.INT8:
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.representative_dataset = lambda: (
            [one[None].astype(np.float32)] for one in images
        )
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        converter.inference_input_type = converter.inference_output_type = tf.int8
    content = converter.convert()
    stem = "float32" if scheme is QuantizationScheme.NONE else scheme.value
    path = folder / f"{name}-{stem}.tflite"
    write_bytes(path, content)
    (image,), (output,) = read_tensors(content)
    record_artifact(
        ModelArtifact(
            path=path,
            format=ModelFormat.TFLITE,
            scheme=scheme,
            input=image,
            probabilities=output,
            is_digit=None,
            sha256=sha256_of(path),
            parent_sha256="0" * 64,
            labels=tuple(map(str, range(output.shape[-1]))),
        )
    )


@command
def main(argv: Sequence[str] | None = None) -> int:
    """Answers one job."""
    return answer_job(MODULE, argv, PeerJob.from_json, build_peers)


if __name__ == "__main__":
    sys.exit(main())
