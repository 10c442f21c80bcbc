"""The official metadata buffer of a .tflite file, which MediaPipe and Netron read.

No kept library writes it beside TensorFlow: tflite-support ended with a protobuf that
TensorFlow refuses, and mediapipe brings a second OpenCV. The buffer is a flatbuffer of a
dozen tables, so it is written here. Source: metadata_schema.fbs 1.5.0 of MediaPipe.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from edge.artifact import ModelArtifact
from edge.embedded import LABELS_NAME
from edge.tensors import TensorSpec
from edge.tflite_schema import import_schema
from export.tflite_names import short_names

BUFFER_NAME = b"TFLITE_METADATA"

_IDENTIFIER = b"M001"
_PARSER = "1.0.0"
"""The oldest parser that knows everything written here."""

_FEATURE, _IMAGE = 1, 2
_RGB, _GRAYSCALE = 1, 2
_NORMALIZATION = 1
_AXIS_LABELS = 2


def add_metadata(content: bytes, artifact: ModelArtifact) -> bytes:
    """The same model with the metadata buffer and short names for what was fused.

    Its operators and weights stay as they are, and so do its inputs' and outputs' names.

    Args:
        content: a .tflite file without an archive behind it.
        artifact: what it is.
    """
    import numpy as np

    flatbuffers, schema = import_schema()
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(content, 0))
    graph = model.subgraphs[0]
    names = [tensor.name.decode() for tensor in graph.tensors]
    order = [names[index] for index in graph.outputs]
    for tensor, name in zip(graph.tensors, short_names(names), strict=True):
        tensor.name = name.encode()
    buffer = schema.BufferT()
    buffer.data = np.frombuffer(_metadata(artifact, order), np.uint8)
    model.buffers.append(buffer)
    entry = schema.MetadataT()
    entry.name, entry.buffer = BUFFER_NAME, len(model.buffers) - 1
    model.metadata = [*(model.metadata or []), entry]
    builder = flatbuffers.Builder(len(content) + 4096)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def _metadata(artifact: ModelArtifact, outputs: Sequence[str]) -> bytes:
    """The ModelMetadata table; tensors are described in the order of the graph's outputs."""
    writer = _Writer()
    contract = artifact.preprocessing.contract
    specs = {artifact.probabilities.name: _labelled(writer, artifact.probabilities)}
    if artifact.is_digit is not None:
        text = "how surely the image shows a digit, from 0 to 1"
        specs[artifact.is_digit.name] = writer.tensor("is_digit", text, _FEATURE, writer.table(0))
    graph = writer.table(
        9,
        {
            2: writer.vector([_image(writer, artifact, contract)]),
            3: writer.vector([specs[name] for name in outputs if name in specs]),
        },
    )
    calibration = artifact.provenance.get("calibration") or {}
    facts = [
        f"{artifact.scheme} image classifier",
        f"parent sha256 {artifact.parent_sha256}",
        f"calibrated on {calibration['count']} images of {calibration['dataset']}"
        if calibration
        else "not calibrated",
        contract,
    ]
    root = writer.table(
        8,
        {
            0: writer.string(artifact.path.stem),
            1: writer.string("; ".join(facts)),
            3: writer.vector([graph]),
            4: writer.string("edge-digits"),
            7: writer.string(_PARSER),
        },
    )
    return writer.finish(root)


def _image(writer: _Writer, artifact: ModelArtifact, contract: str) -> Any:
    """The input's TensorMetadata: an image, normalized by (pixel - mean) / std."""
    pre, shape = artifact.preprocessing, artifact.input.shape
    colour = _RGB if len(shape) == 4 and shape[3] == 3 else _GRAYSCALE
    properties = writer.table(2, small={0: colour})
    options = writer.table(
        2,
        {0: writer.floats([-pre.offset / pre.scale]), 1: writer.floats([1 / pre.scale])},
    )
    unit = writer.table(2, {1: options}, small={0: _NORMALIZATION})
    return writer.tensor("image", contract, _IMAGE, properties, {4: writer.vector([unit])})


def _labelled(writer: _Writer, spec: TensorSpec) -> Any:
    """The probabilities' TensorMetadata, with the file of their labels."""
    labels = writer.table(
        5,
        {0: writer.string(LABELS_NAME), 1: writer.string("one label a line")},
        small={2: _AXIS_LABELS},
    )
    text = f"one probability a label, {spec.shape[-1]} of them"
    more = {6: writer.vector([labels])}
    return writer.tensor("probabilities", text, _FEATURE, writer.table(0), more)


class _Writer:
    """Tables, strings and vectors of one flatbuffer, children before parents."""

    def __init__(self) -> None:
        self._builder: Any = import_schema()[0].Builder(1024)

    def string(self, text: str) -> Any:
        return self._builder.CreateString(text)

    def vector(self, offsets: Sequence[Any]) -> Any:
        self._builder.StartVector(4, len(offsets), 4)
        for offset in reversed(offsets):
            self._builder.PrependUOffsetTRelative(offset)
        return self._builder.EndVector()

    def floats(self, values: Sequence[float]) -> Any:
        self._builder.StartVector(4, len(values), 4)
        for value in reversed(values):
            self._builder.PrependFloat32(value)
        return self._builder.EndVector()

    def table(
        self,
        fields: int,
        offsets: Mapping[int, Any] | None = None,
        small: Mapping[int, int] | None = None,
    ) -> Any:
        """A table of so many fields: offsets to others, and one-byte numbers."""
        self._builder.StartObject(fields)
        for slot, offset in (offsets or {}).items():
            self._builder.PrependUOffsetTRelativeSlot(slot, offset, 0)
        for slot, value in (small or {}).items():
            self._builder.PrependInt8Slot(slot, value, 0)
        return self._builder.EndObject()

    def tensor(
        self,
        name: str,
        text: str,
        kind: int,
        properties: Any,
        more: Mapping[int, Any] | None = None,
    ) -> Any:
        """A TensorMetadata with its content's properties."""
        content = self.table(3, {1: properties}, small={0: kind})
        strings = {0: self.string(name), 1: self.string(text)}
        return self.table(7, {**strings, 3: content, **(more or {})})

    def finish(self, root: Any) -> bytes:
        self._builder.Finish(root, _IDENTIFIER)
        return bytes(self._builder.Output())
