"""The tensors that a runtime finds in a file, held against what the manifest says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from edge.artifact import ModelArtifact
from edge.errors import InputError
from edge.quantization import QuantizationParams


class FoundTensor(NamedTuple):
    """A tensor as a runtime describes it; `params` is None where the runtime tells none."""

    name: str
    shape: tuple[int, ...]
    dtype: str
    params: QuantizationParams | None = None


def check_tensors(
    artifact: ModelArtifact, inputs: Sequence[FoundTensor], outputs: Sequence[FoundTensor]
) -> None:
    """Compares the tensors that a runtime found in a file with what the manifest says.

    The quantization is compared where the runtime tells it.

    Raises:
        InputError: a tensor is missing or differs, or there are inputs that nobody would feed.
    """
    if len(inputs) != 1:
        raise InputError(
            f"{artifact.path} takes {len(inputs)} inputs; a classifier takes one image"
        )
    wanted = [(artifact.input, inputs), (artifact.probabilities, outputs)]
    if artifact.is_digit is not None:
        wanted.append((artifact.is_digit, outputs))
    for spec, found in wanted:
        other = next((one for one in found if one.name == spec.name), None)
        if other is None:
            raise InputError(
                f"{artifact.path} has no tensor {spec.shown}, which its manifest lists"
            )
        if (other.shape, other.dtype) != (spec.shape, spec.dtype):
            raise InputError(
                f"{artifact.path}: {spec.shown} is {other.shape} {other.dtype}, "
                f"its manifest says {spec.shape} {spec.dtype}"
            )
        if other.params and other.params != spec.params:
            raise InputError(
                f"{artifact.path}: {spec.shown} has {other.params}, its manifest says {spec.params}"
            )
