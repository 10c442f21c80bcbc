"""Builds and converts the published recipes' networks in this process, which has TensorFlow.

Their weights are untrained: how long a network takes does not depend on them, and nothing
is said of their accuracy.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.fresh import answer_job
from edge.artifact import ModelArtifact, ModelFormat, record_artifact
from edge.command import command
from edge.files import sha256_of, write_bytes
from edge.quantization import QuantizationScheme

MODULE = "benchmarks.peer_worker"
PEAK = "peak"
"""Name of the model that does nothing but multiply matrices, to see what the machine can."""

_PEAK_SIDE, _PEAK_CHANNELS = 32, 128
_CALIBRATION = 50


@dataclass(frozen=True, slots=True)
class PeerJob:
    """Where the files go."""

    folder: Path

    @classmethod
    def from_json(cls, entry: Mapping[str, Any]) -> PeerJob:
        """Reads {"folder": ...}; KeyError, TypeError where it is something else."""
        return cls(Path(entry["folder"]))


def build_peers(job: PeerJob) -> Mapping[str, Any]:
    """Writes NAME-float32.tflite and NAME-int8.tflite of every recipe, and the peak's int8."""
    from train.quiet import quiet_tensorflow
    from train.recipes import RECIPES, build_model
    from train.strokes import draw_digits

    images, _ = draw_digits(_CALIBRATION, np.random.default_rng(0))
    with quiet_tensorflow():
        for recipe in RECIPES.values():
            if recipe.augmentation is not None:  # ours: measured with its real weights
                continue
            model = _fixed(build_model(recipe))
            for scheme in (QuantizationScheme.NONE, QuantizationScheme.INT8):
                _convert(job.folder, recipe.name, model, scheme, images[..., None] / 255)
        rng = np.random.default_rng(0)
        shape = (_CALIBRATION, _PEAK_SIDE, _PEAK_SIDE, _PEAK_CHANNELS)
        _convert(job.folder, PEAK, _peak_model(), QuantizationScheme.INT8, rng.random(shape))
    return {"peers": [recipe.name for recipe in RECIPES.values() if recipe.augmentation is None]}


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
