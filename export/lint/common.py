"""Rules that hold for every format: what is claimed, what ranges waste, what answers sum to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from edge.artifact import ModelArtifact, Preprocessing
from edge.errors import InputError
from edge.manifest import load_artifact
from edge.quantization import QuantizationScheme
from export.lint.findings import Finding, Level

_WASTE = 1.5
"""A range this many times as wide as its values throws away more than half a bit."""
_CLIP = 0.98
"""A range that holds less than this share of its values cuts some off; int8's own last step,
1/256, stays out of it."""
_NEGATIVE_SHARE = 1 / 16

_WHY_DYNAMIC = (
    "its activations are float32: accelerators for integers refuse it, and it runs slower "
    "than its name promises"
)

_NAMES = {
    "float32": QuantizationScheme.NONE,
    "fp32": QuantizationScheme.NONE,
    "float16": QuantizationScheme.FLOAT16,
    "fp16": QuantizationScheme.FLOAT16,
    "dynamic": QuantizationScheme.DYNAMIC,
    "int16x8": QuantizationScheme.INT16X8,
    "int8": QuantizationScheme.INT8,
}


def description_of(path: Path) -> ModelArtifact | None:
    """What the manifest or the file itself says of a model, or None where neither does."""
    try:
        return load_artifact(path)
    except InputError:
        return None


def named_scheme(path: Path) -> QuantizationScheme | None:
    """The scheme that a file's name claims, if any."""
    parts = set(re.split(r"[^a-z0-9]+", path.stem.lower()))
    return next((scheme for word, scheme in _NAMES.items() if word in parts), None)


def check_claims(
    found: str, path: Path, described: ModelArtifact | None
) -> tuple[QuantizationScheme | None, list[Finding]]:
    """A file that is another thing than its description or its name says.

    Returns:
        What it claims, the description before the name, and what is wrong with that.
    """
    named = named_scheme(path)
    claims = {
        "its name says": named,
        "its description says": described.scheme if described else None,
    }
    findings = [
        Finding(
            "scheme",
            Level.ERROR,
            f"{who} {claimed}, its weights and tensors are {found}",
            _WHY_DYNAMIC
            if (found, claimed) == ("dynamic", "int8")
            else "whoever chose the file by that gets something else",
            f"export it again: --quantize {claimed}, or call it what it is",
        )
        for who, claimed in claims.items()
        if claimed is not None and claimed.value != found
    ]
    return (described.scheme if described else named), findings


def check_described(described: ModelArtifact | None) -> list[Finding]:
    """A file that nothing describes."""
    if described is not None:
        return []
    return [
        Finding(
            "no-description",
            Level.NOTE,
            "neither a manifest nor the file says what labels and preprocessing it has",
            "a program must guess what goes in and what comes out",
            "export it with: python -m export",
        )
    ]


def check_open_batch(names: list[str]) -> list[Finding]:
    """Inputs whose batch may change."""
    return [
        Finding(
            "dynamic-batch",
            Level.WARNING,
            f"the batch of input {name!r} is open",
            "shapes are worked out at every call; tflite-runtime is three times slower",
            "fix the batch to 1 before converting, as python -m export does",
        )
        for name in names
    ]


def check_range(
    name: str, held: tuple[float, float], needed: tuple[float, float], *, what: str
) -> list[Finding]:
    """Compares the real values that a quantized tensor can hold with those that it meets.

    Args:
        name: the tensor's.
        held: smallest and largest real value that its integers stand for.
        needed: smallest and largest value that flow through it.
        what: what the needed values are, in words.
    """
    low, high = held
    span, wanted = high - low, needed[1] - needed[0]
    covered = max(0.0, min(high, needed[1]) - max(low, needed[0]))
    if covered < _CLIP * wanted:
        level, verb, why = Level.ERROR, "clips", "values beyond it are cut off, and answers change"
    elif span > _WASTE * wanted:
        level, verb, why = Level.WARNING, "wastes", "steps are coarser than they need be"
    else:
        return []
    return [
        Finding(
            "activation-range",
            level,
            f"{name!r} holds {low:.4g} to {high:.4g} and {verb} {what} "
            f"({needed[0]:.4g} to {needed[1]:.4g})",
            why,
            "calibrate with images that went through the same preprocessing as in use",
        )
    ]


def check_never_negative(name: str, held: tuple[float, float]) -> list[Finding]:
    """A range that keeps room below zero for values that a ReLU has made positive."""
    low, high = held
    if low >= -_NEGATIVE_SHARE * (high - low):
        return []
    return [
        Finding(
            "activation-range",
            Level.WARNING,
            f"{name!r} follows a ReLU and yet holds {low:.4g} to {high:.4g}",
            "the integers below zero are never used, so the others are coarser",
            "quantize asymmetrically (a zero point of its own), as python -m export does",
        )
    ]


def fed_range(pre: Preprocessing) -> tuple[float, float]:
    """What the network is fed for the darkest and the brightest pixel."""
    return pre.offset, 255 * pre.scale + pre.offset


def check_float_edges(edges: Mapping[str, str]) -> list[Finding]:
    """Inputs and outputs of an integer model that are float; `edges` maps name to type."""
    return [
        Finding(
            "float-io",
            Level.WARNING,
            f"{name!r} is {dtype} in an integer model",
            "each call converts it, and integer-only hardware cannot run it",
            "export without --io float32",
        )
        for name, dtype in edges.items()
        if dtype.startswith("float")
    ]


def island(kind: str, name: str) -> Finding:
    """An operator of an integer model that computes in float."""
    return Finding(
        "float-island",
        Level.ERROR,
        f"{kind} computes {name!r} in float inside an integer model",
        "values are converted there and back, and integer-only hardware refuses the file",
        "replace the layer by one with an int8 kernel, or export another scheme",
    )


def per_tensor(kind: str, name: str) -> Finding:
    """A convolution whose channels share one scale."""
    return Finding(
        "per-tensor",
        Level.WARNING,
        f"{kind} has one scale for all channels of its weight {name!r}",
        "the channel with the largest weights makes all others coarse",
        "export with per-channel weights, as python -m export does",
    )


def custom_operator(kind: str, mend: str) -> Finding:
    """An operator that plain runtimes do not have."""
    flex = kind.startswith("Flex")
    return Finding(
        "custom-op",
        Level.ERROR,
        f"{kind} is {'an operator of TensorFlow (Flex)' if flex else 'no built-in operator'}",
        "a runtime without that library cannot load the file",
        mend,
    )


def counts(names: list[str]) -> dict[str, Any]:
    """How often each operator occurs, the most frequent first."""
    found = {name: names.count(name) for name in sorted(set(names))}
    return dict(sorted(found.items(), key=lambda item: -item[1]))
