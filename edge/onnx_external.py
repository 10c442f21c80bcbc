"""ONNX models that keep weights in other files are refused before a runtime opens those.

A runtime reads whatever path the model names: ../../etc/shadow as well, and a file that no
hash of ours covers in any case. So a model is one file, or it is not loaded.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from edge.errors import InputError
from edge.protobuf import fields, varint
from edge.untrusted import SHOWN, printable

_TENSORS = {
    "model": {7: "graph", 20: "training", 25: "function"},
    "training": {1: "graph", 2: "graph"},
    "function": {7: "node", 11: "attribute"},
    "graph": {1: "node", 5: "tensor", 15: "sparse"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse", 23: "sparse"},
    "sparse": {1: "tensor", 2: "tensor"},
}
"""By which fields of a message of onnx.proto one comes to its tensors."""

_EXTERNAL_DATA, _DATA_LOCATION, _EXTERNAL = 13, 14, 1
_KEY, _VALUE, _LOCATION = 1, 2, b"location"


def check_self_contained(content: bytes, path: Path) -> None:
    """Refuses an ONNX model whose weights lie elsewhere.

    Args:
        content: the model's bytes.
        path: where they are from, for the error.

    Raises:
        InputError: it names another file, or is no message whose fields can be followed.
    """
    try:
        location = next(external_locations(content), None)
    except (ValueError, IndexError, RecursionError) as error:
        raise InputError(
            f"cannot load {path}: it is no ONNX model whose fields can be followed; export it "
            "again: python -m export.onnx"
        ) from error
    if location is None:
        return
    shown = repr(printable(location, SHOWN))
    where = "outside its folder" if _leaves(location) else "beside it"
    raise InputError(
        f"{path} keeps weights in another file, {shown} {where}, which is not read; make one file "
        "of it: onnx.save(onnx.load(FILE), FILE), or python -m export.onnx"
    )


def external_locations(content: bytes) -> Iterator[str]:
    """The other files that a model's tensors name; "" for a tensor that names none.

    Raises:
        ValueError, IndexError, RecursionError: the bytes are no message that can be followed.
    """
    for tensor in _tensors(memoryview(content), "model"):
        said: str | None = None
        for number, _, value, end in fields(tensor):
            if number == _EXTERNAL_DATA:
                entry = tensor[value:end]
                pair = {key: bytes(entry[at:stop]) for key, _, at, stop in fields(entry)}
                if pair.get(_KEY) == _LOCATION:
                    said = pair.get(_VALUE, b"").decode("utf-8", "replace")
                said = said or ""
            elif number == _DATA_LOCATION and varint(tensor, value)[0] == _EXTERNAL:
                said = said or ""
        if said is not None:
            yield said


def _tensors(message: memoryview, kind: str) -> Iterator[memoryview]:
    for number, _, value, end in fields(message):
        inner = _TENSORS[kind].get(number)
        if inner == "tensor":
            yield message[value:end]
        elif inner is not None:
            yield from _tensors(message[value:end], inner)


def _leaves(location: str) -> bool:
    """Whether a path leads out of the folder in which it stands, as any system reads it."""
    parts = PurePosixPath(location.replace("\\", "/"))
    drive = len(location) > 1 and location[1] == ":"
    return parts.is_absolute() or drive or ".." in parts.parts
