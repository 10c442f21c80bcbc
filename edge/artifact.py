"""A model file and everything that is known of it; `edge.manifest` keeps it beside the file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from edge.errors import InputError
from edge.quantization import QuantizationScheme
from edge.tensors import TensorSpec
from edge.untrusted import SHOWN, read_within

DIGIT_LABELS = ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9")

_MOST_REAL = 1e6
_LARGEST_MODEL = 1 << 30
_LONGEST_LABEL = 100


class ModelFormat(StrEnum):
    """The container of a model; the value is the file's suffix without the dot."""

    TFLITE = "tflite"
    ONNX = "onnx"


@dataclass(frozen=True, slots=True)
class Preprocessing:
    """How a uint8 pixel becomes the number that the network was trained on.

    real = pixel * scale + offset, after the input contract of `edge.normalize`.
    """

    scale: float = 1 / 255
    offset: float = 0.0
    contract: str = "ink bright on 0, 20x20 box, centre of mass at 14.5, 28x28"

    def __post_init__(self) -> None:
        # Beyond these, 255 pixels overflow float32; NaN fails both comparisons.
        if not (0 < self.scale <= _MOST_REAL and abs(self.offset) <= _MOST_REAL):
            raise InputError(f"preprocessing cannot be scale {self.scale}, offset {self.offset}")


def read_model(path: Path) -> bytes:
    """A model file's content, whatever it is; within bounds.

    Raises:
        InputError: it cannot be read, or is too large.
    """
    try:
        return read_within(path, _LARGEST_MODEL)
    except OSError as error:
        raise InputError(
            f"cannot read {path}: {error.strerror}; make it with: python -m export"
        ) from error


@dataclass(frozen=True, slots=True)
class ModelArtifact:
    """One exported model.

    Attributes:
        path: where the file lies.
        format: its container.
        scheme: what quantization was applied.
        input: the image tensor.
        probabilities: the output with one probability a label.
        is_digit: the output that says whether the image is a digit at all, or None.
        labels: what each probability stands for.
        preprocessing: from pixels to the numbers of the training.
        sha256: of the file.
        parent_sha256: of the Keras weights that it was converted from.
        provenance: how it was made: data, calibration, versions; JSON values.
        self_described: no manifest lists it, only what stands in the file itself. Such a
            file is tried in a process of its own before it is loaded here.
    """

    path: Path
    format: ModelFormat
    scheme: QuantizationScheme
    input: TensorSpec
    probabilities: TensorSpec
    is_digit: TensorSpec | None
    sha256: str
    parent_sha256: str
    labels: tuple[str, ...] = DIGIT_LABELS
    preprocessing: Preprocessing = field(default_factory=Preprocessing)
    provenance: Mapping[str, Any] = field(default_factory=dict)
    self_described: bool = field(default=False, compare=False)

    def __post_init__(self) -> None:
        name, count = self.path.name, len(self.labels)
        if self.probabilities.shape != (1, count):
            raise InputError(
                f"{name} has outputs of {self.probabilities.shape} for {count} labels; "
                f"one probability each is (1, {count})"
            )
        if self.is_digit is not None and self.is_digit.shape != (1, 1):
            raise InputError(f"{name} says in {self.is_digit.shape} values what is a digit, not 1")
        if self.input.shape[0] != 1 or len(self.input.shape) not in (3, 4):
            raise InputError(f"{name} takes {self.input.shape}, which is not one image")
        # What is shown must not move a terminal's cursor.
        bad = [one for one in self.labels if len(one) > _LONGEST_LABEL or not one.isprintable()]
        if bad:
            raise InputError(f"{name}: {bad[0][:_LONGEST_LABEL]!r} is no label")
        for digest in (self.sha256, self.parent_sha256):
            if len(digest) != 64 or set(digest) - set("0123456789abcdef"):
                raise InputError(f"{name}: {digest[:SHOWN]!r} is no sha256")

    @property
    def size_bytes(self) -> int:
        """Size of the file."""
        return self.path.stat().st_size

    def read_bytes(self) -> bytes:
        """The file's content, checked against the hash before anything interprets it.

        Raises:
            InputError: the file cannot be read, or is another than the manifest describes.
        """
        content = read_model(self.path)
        found = hashlib.sha256(content).hexdigest()
        if found != self.sha256:
            raise InputError(
                f"{self.path} is not the file that its manifest describes (sha256 "
                f"{found[:12]}..., expected {self.sha256[:12]}...); "
                "export it again: python -m export"
            )
        return content

    @property
    def rejects(self) -> bool:
        """Whether the model itself says what is no digit."""
        return self.is_digit is not None

    def to_json(self) -> dict[str, Any]:
        """The manifest's entry; the path is left to the file's name."""
        return {**self.entry(), "size_bytes": self.size_bytes}

    def entry(self) -> dict[str, Any]:
        """All of the manifest's entry that needs no file to be there yet."""
        return {
            "file": self.path.name,
            "format": self.format.value,
            "scheme": self.scheme.value,
            "sha256": self.sha256,
            "parent_sha256": self.parent_sha256,
            "labels": list(self.labels),
            "preprocessing": {
                "scale": self.preprocessing.scale,
                "offset": self.preprocessing.offset,
                "contract": self.preprocessing.contract,
            },
            "input": self.input.to_json(),
            "probabilities": self.probabilities.to_json(),
            "is_digit": self.is_digit.to_json() if self.is_digit else None,
            "provenance": dict(self.provenance),
        }

    @classmethod
    def from_json(cls, entry: Mapping[str, Any], folder: Path) -> ModelArtifact:
        """Reads a manifest's entry.

        Raises:
            InputError: it describes no model.
            KeyError, TypeError, ValueError, AttributeError, OverflowError: it is broken.
        """
        pre = entry["preprocessing"]
        is_digit = entry["is_digit"]
        return cls(
            path=folder / Path(str(entry["file"])).name,
            format=ModelFormat(entry["format"]),
            scheme=QuantizationScheme(entry["scheme"]),
            input=TensorSpec.from_json(entry["input"]),
            probabilities=TensorSpec.from_json(entry["probabilities"]),
            is_digit=TensorSpec.from_json(is_digit) if is_digit else None,
            sha256=str(entry["sha256"]),
            parent_sha256=str(entry["parent_sha256"]),
            labels=tuple(str(label) for label in entry["labels"]),
            preprocessing=Preprocessing(
                float(pre["scale"]), float(pre["offset"]), str(pre["contract"])
            ),
            provenance=dict(entry["provenance"]),
        )
