"""Keras to TFLite: `python -m export.tflite --quantize none|float16|dynamic|int8|int16x8`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from edge.artifact import ModelArtifact, ModelFormat
from edge.command import command
from edge.quantization import QuantizationScheme
from edge.runtimes.tflite import read_tensors
from export.calibration import CalibrationSet
from export.contract import ModelContract
from export.converted import Converted, refusal, store
from export.cost import Cost
from export.embed import embed_in_tflite
from export.job import EdgeType, ExportJob
from export.lint.tflite_graph import read_graph, weight_of
from export.options import export_main
from export.tflite_metadata import add_metadata
from train.quiet import quiet_tensorflow


def export_tflite(job: ExportJob, scheme: QuantizationScheme) -> ModelArtifact:
    """Converts a model, proves the file and writes it with its manifest entry.

    Raises:
        CheckError: the file breaks its budget.
        InputError: the converter refuses the model, or there are no images to calibrate with.
    """
    cost = Cost()
    calibration = job.calibration_for(scheme)
    with quiet_tensorflow():
        content = convert(job.source.fixed, scheme, job.source.contract, calibration, job.io)
        inputs, outputs = read_tensors(content)
    converted = Converted(
        inputs,
        outputs,
        lambda artifact: embed_in_tflite(add_metadata(content, artifact), artifact),
        [_dynamic_note(content)] if scheme is QuantizationScheme.DYNAMIC else [],
    )
    return store(converted, job, ModelFormat.TFLITE, scheme, cost)


def convert(
    model: Any,
    scheme: QuantizationScheme,
    contract: ModelContract,
    calibration: CalibrationSet | None,
    io: EdgeType = EdgeType.INTEGER,
) -> bytes:
    """A Keras model with a fixed batch to the bytes of a .tflite file.

    Raises:
        InputError: the converter refuses the model.
    """
    from train.backend import tf

    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    if scheme is not QuantizationScheme.NONE:
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if scheme is QuantizationScheme.FLOAT16:
        converter.target_spec.supported_types = [tf.float16]
    if scheme is QuantizationScheme.DYNAMIC:
        # Per-channel dense layers are version 12 of FULLY_CONNECTED; tflite-runtime 2.14 has 10.
        converter._experimental_disable_per_channel_quantization_for_dense_layers = True
    if calibration is not None:
        ops, integer = {
            QuantizationScheme.INT8: (tf.lite.OpsSet.TFLITE_BUILTINS_INT8, tf.int8),
            QuantizationScheme.INT16X8: (
                tf.lite.OpsSet.EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8,
                tf.int16,
            ),
        }[scheme]
        converter.representative_dataset = lambda: _samples(calibration, contract)
        converter.target_spec.supported_ops = [ops]
        if io is EdgeType.INTEGER:
            converter.inference_input_type = integer
            converter.inference_output_type = integer
    try:
        return bytes(converter.convert())
    except Exception as error:  # the converter raises many kinds, all of them about the model
        raise refusal("TFLite", error) from error


def _samples(calibration: CalibrationSet, contract: ModelContract) -> Iterator[list[Any]]:
    for image in contract.encode(calibration.images):
        yield [image[None]]


def _dynamic_note(content: bytes) -> str:
    """How many of the weights a dynamic file really holds as int8."""
    operators = read_graph(content, Path("the converted model")).operators
    weights = [one for one in map(weight_of, operators) if one is not None]
    small = [one for one in weights if one.dtype == "int8"]
    return (
        f"{len(small)} of {len(weights)} weight tensors are int8; "
        "those with fewer than 1024 values stay float32, where int8 gains nothing"
    )


@command
def main(argv: Sequence[str] | None = None) -> int:
    """Exports one TFLite file."""
    return export_main(argv, "python -m export.tflite", ModelFormat.TFLITE, export_tflite)


if __name__ == "__main__":
    sys.exit(main())
