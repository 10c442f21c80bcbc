"""Keras to ONNX: `python -m export.onnx --quantize none|float16|dynamic|int8`."""

from __future__ import annotations

import copy
import functools
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from edge.artifact import ModelArtifact, ModelFormat
from edge.command import command
from edge.errors import InputError
from edge.quantization import QuantizationParams, QuantizationScheme
from edge.tensors import TensorSpec
from export.converted import Converted, refusal, store, unsupported
from export.cost import Cost
from export.embed import embed_in_onnx
from export.integer_io import make_integer_io
from export.job import EdgeType, ExportJob
from export.onnx_names import settle_names
from export.onnx_quantize import (
    DEFAULT_METHOD,
    CalibrationMethod,
    dynamic_note,
    quantize_dense,
    quantize_static,
)
from export.options import export_main
from export.source import SourceModel
from train.quiet import quiet_tensorflow

OPSET = 17
"""The newest operator set that tf2onnx writes and every onnxruntime that we name reads."""

INPUT_NAME = "image"


def export_onnx(job: ExportJob, scheme: QuantizationScheme) -> ModelArtifact:
    """Converts a model, proves the file and writes it with its manifest entry.

    Raises:
        CheckError: the file breaks its budget.
        InputError: the converter refuses the model, or there are no images to calibrate with.
    """
    if scheme is QuantizationScheme.INT16X8:
        raise InputError(
            "int16x8 is a scheme of TFLite: onnxruntime has no 16-bit kernels for most layers; "
            "use: python -m export.tflite --quantize int16x8"
        )
    cost = Cost()
    with quiet_tensorflow():
        model, params, notes = convert(job, scheme)
    tensors = {spec.name: spec for spec in read_tensors(model, params)}
    converted = Converted(
        [tensors.pop(INPUT_NAME)],
        list(tensors.values()),
        lambda artifact: embed_in_onnx(model, artifact),
        notes,
    )
    return store(converted, job, ModelFormat.ONNX, scheme, cost)


def convert(
    job: ExportJob, scheme: QuantizationScheme, method: CalibrationMethod = DEFAULT_METHOD
) -> tuple[Any, dict[str, QuantizationParams], list[str]]:
    """The job's model as an onnx.ModelProto.

    Returns:
        The model, the quantization of its integer inputs and outputs by name, and what a
        user should know of it.

    Raises:
        InputError: the converter refuses the model, it has a layer that ONNX has no operator
            for, or there are no images to calibrate with.
        ModuleNotFoundError: tf2onnx, onnx or onnxruntime is not installed.
    """
    calibration = job.calibration_for(scheme)
    try:
        plain = copy.deepcopy(to_onnx(job.source))
        if scheme is QuantizationScheme.FLOAT16:
            from onnxruntime.transformers.float16 import convert_float_to_float16

            return convert_float_to_float16(plain, keep_io_types=True), {}, []
        if scheme is QuantizationScheme.DYNAMIC:
            smaller = quantize_dense(plain)
            return smaller, {}, [dynamic_note(smaller)]
        if calibration is not None:
            integer = quantize_static(plain, job.source.contract.encode(calibration.images), method)
            params = make_integer_io(integer) if job.io is EdgeType.INTEGER else {}
            return integer, params, []
        return plain, {}, []
    except (InputError, ModuleNotFoundError):  # no converter, no refusal
        raise
    except Exception as error:  # converters raise many kinds, all of them about the model
        raise refusal("ONNX", error) from error


def read_tensors(model: Any, params: Mapping[str, QuantizationParams]) -> list[TensorSpec]:
    """The inputs and outputs of an onnx.ModelProto; `params` says how int8 ones are quantized."""
    import onnx

    specs = []
    for value in (*model.graph.input, *model.graph.output):
        tensor = value.type.tensor_type
        dtype = np.dtype(onnx.helper.tensor_dtype_to_np_dtype(tensor.elem_type)).name
        shape = tuple(side.dim_value for side in tensor.shape.dim)
        specs.append(TensorSpec(value.name, shape, dtype, params.get(value.name)))
    return specs


@functools.lru_cache(maxsize=1)
def to_onnx(source: SourceModel) -> Any:
    """The float32 onnx.ModelProto that every scheme begins with; converted once a model.

    Raises:
        InputError: the model has a layer that ONNX has no operator for.
        ModuleNotFoundError: tf2onnx or onnx is not installed.
        Exception: tf2onnx or TensorFlow cannot trace the model; `convert` tells it as InputError.
    """
    import onnx
    import tf2onnx

    from train.backend import tf

    model = source.fixed

    # Keras' Sequential has no output names that tf2onnx could find; a function that returns
    # a dict has.
    @tf.function  # type: ignore[untyped-decorator]
    def classify(image: Any) -> Any:
        return model(image, training=False)

    signature = [tf.TensorSpec(model.inputs[0].shape, tf.float32, name=INPUT_NAME)]
    proto, _ = tf2onnx.convert.from_function(classify, signature, opset=OPSET)
    unknown = {n.op_type for n in proto.graph.node if not onnx.defs.has(n.op_type, n.domain)}
    if unknown:  # tf2onnx logs them and goes on
        raise unsupported("ONNX", ", ".join(sorted(unknown)))
    # tf2onnx names the graph by a counter of everything that TensorFlow has traced so far,
    # which differs between two exports of the same model.
    proto.graph.name, proto.graph.doc_string, proto.doc_string = source.name, "", ""
    settle_names(proto)
    return proto


@command
def main(argv: Sequence[str] | None = None) -> int:
    """Exports one ONNX file."""
    return export_main(argv, "python -m export.onnx", ModelFormat.ONNX, export_onnx)


if __name__ == "__main__":
    sys.exit(main())
