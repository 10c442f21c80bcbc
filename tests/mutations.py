"""Damage that files take, and attackers do, drawn from a seed: the same on every machine."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import numpy as np

from edge.artifact import ModelArtifact
from edge.embedded import METADATA_NAME, body_sha256, model_body
from edge.protobuf import fields
from export.embed import describe, embed_in_tflite

_PROPS = 14  # number of `metadata_props` in ONNX' ModelProto

Mutation = Callable[[bytes, np.random.Generator], bytes]


def truncated(content: bytes, rng: np.random.Generator) -> bytes:
    return content[: int(rng.integers(0, len(content)))]


def bits_flipped(content: bytes, rng: np.random.Generator) -> bytes:
    """One to 32 bits, half of the time near the beginning, where the structure stands."""
    changed = bytearray(content)
    reach = len(content) if rng.random() < 0.5 else min(len(content), 4096)
    for at in rng.integers(0, reach, int(2 ** rng.integers(0, 6))):
        changed[at] ^= 1 << int(rng.integers(0, 8))
    return bytes(changed)


def range_zeroed(content: bytes, rng: np.random.Generator) -> bytes:
    begin = int(rng.integers(0, len(content)))
    end = min(len(content), begin + int(2 ** rng.integers(1, 13)))
    return content[:begin] + bytes(end - begin) + content[end:]


def spliced(content: bytes, rng: np.random.Generator) -> bytes:
    """A piece of it where another was, cut out, or put in."""
    begin, at = (int(n) for n in rng.integers(0, len(content), 2))
    piece = content[begin : begin + int(2 ** rng.integers(1, 13))]
    removed = len(piece) if rng.random() < 0.5 else int(2 ** rng.integers(0, 8))
    return content[:at] + piece + content[at + removed :]


def counts_blown_up(content: bytes, rng: np.random.Generator) -> bytes:
    """Four or eight bytes that say a huge number, where an offset or a count may stand."""
    changed = bytearray(content)
    huge = [0xFFFFFFFF, 0x7FFFFFFF, 0x80000000, 0x10000000, 0x00FFFFFF, 0xFFFFFFF0]
    for _ in range(int(rng.integers(1, 5))):
        reach = len(content) if rng.random() < 0.5 else min(len(content), 8192)
        at = int(rng.integers(0, reach)) // 4 * 4
        number = int(huge[int(rng.integers(len(huge)))]).to_bytes(4, "little")
        changed[at : at + 4] = number if rng.random() < 0.8 else number * 2
    return bytes(changed)


DAMAGES: tuple[Mutation, ...] = (
    truncated,
    bits_flipped,
    range_zeroed,
    spliced,
    counts_blown_up,
)

_STRANGE: tuple[Any, ...] = (
    None, True, -1, 0, 0.5, 10**30, -(10**400), 1e308, float("inf"), float("nan"), "", "x" * 10_000,
    "a\nb", "\x1b[2J", "\0", "../../etc/passwd", [], {}, [[]], [1, 28, 28, 2**40], [1] * 100,
    {"scale": 1e-320, "zero_point": 2**70}, ["0"] * 3_000, "int8", "float32",
)  # fmt: skip


def value_replaced(content: bytes, rng: np.random.Generator) -> bytes:
    """A JSON document with one to three of its values replaced, renamed or left out."""
    document = json.loads(content)
    for _ in range(int(rng.integers(1, 4))):
        places = list(_places(document))
        if not places:
            break
        container, key = places[int(rng.integers(len(places)))]
        chance = rng.random()
        if chance < 0.15:
            del container[key]
        elif chance < 0.25 and isinstance(container, dict):
            container[f"{key}s"] = container.pop(key)
        else:
            container[key] = deepcopy(_STRANGE[int(rng.integers(len(_STRANGE)))])
    return json.dumps(document).encode()


def _places(node: Any) -> Any:
    items = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in list(items):
        # What says how a model was made is not interpreted: nothing to learn there.
        if key == "provenance":
            continue
        yield node, key
        if isinstance(value, (dict, list)):
            yield from _places(value)


MANIFEST_DAMAGES: tuple[Mutation, ...] = (*DAMAGES[:4], value_replaced, value_replaced)


def mutants(content: bytes, count: int, damages: tuple[Mutation, ...] = DAMAGES) -> Any:
    """(number, name of the damage, damaged bytes), `count` of them; the same in every run."""
    for number in range(count):
        damage = damages[number % len(damages)]
        changed = damage(content, np.random.default_rng([2026, number]))
        if changed != content:
            yield number, damage.__name__, changed


def bare(artifact: ModelArtifact) -> bytes:
    """A shipped model's bytes without what it says of itself."""
    content = artifact.path.read_bytes()
    if artifact.path.suffix == ".tflite":
        return model_body(content)
    kept = [content[begin:end] for number, begin, _, end in fields(content) if number != _PROPS]
    return b"".join(kept)


def described(content: bytes, artifact: ModelArtifact) -> bytes:
    """Any bytes with a description that fits them: nothing is wrong but the model itself."""
    if artifact.path.suffix == ".tflite":
        # With its identifier gone it is no .tflite to anybody, and nothing could describe it.
        return embed_in_tflite(content, artifact) if content[4:8] == b"TFL3" else content
    try:
        digest = body_sha256(content)
    except (IndexError, ValueError):  # no protobuf any more
        digest = ""
    document = json.dumps(describe(artifact, digest)).encode()
    return content + _field(_PROPS, _field(1, METADATA_NAME.encode()) + _field(2, document))


def _field(number: int, value: bytes) -> bytes:
    """A length-delimited field of a protobuf message."""
    size, length = len(value), b""
    while size > 127:
        length += bytes([size & 127 | 128])
        size >>= 7
    return bytes([number << 3 | 2]) + length + bytes([size]) + value
