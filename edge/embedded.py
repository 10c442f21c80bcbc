"""What a model file says of itself, read from its bytes: no runtime, no protobuf, no TensorFlow.

A .tflite file carries a zip archive behind its flatbuffer, where Ultralytics, MediaPipe and
Netron look for it; an .onnx file carries text under its `metadata_props`. `export` writes
both with the same document, so that a file that lost its manifest still runs.
"""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import dataclass
from typing import Any

from edge.protobuf import fields

METADATA_NAME = "metadata.json"
"""The document's name in the archive of a .tflite file and its key in an .onnx file."""

LABELS_NAME = "labels.txt"
"""One label a line, in the order of the outputs."""

MODEL_KEY = "edge_digits"
"""Where in the document our own description stands; other programs read the keys beside it."""

_LARGEST_DOCUMENT = 1 << 20
_PROPS_FIELD = 14
"""Number of `metadata_props` in ONNX' ModelProto."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """The description found in a file.

    Attributes:
        document: the JSON object, as it was written.
        body_sha256: hash of everything in the file but the description.
    """

    document: dict[str, Any]
    body_sha256: str


def read_embedded(content: bytes) -> Embedded | None:
    """The description in a .tflite or .onnx file's bytes; None where there is none to read."""
    found = _from_archive(content) if content[4:8] == b"TFL3" else _from_props(content)
    if found is None:
        return None
    text, body = found
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return Embedded(document, body) if isinstance(document, dict) else None


def model_body(content: bytes) -> bytes:
    """A .tflite file's flatbuffer without the archive behind it."""
    return content[: _archive_begin(content)]


def body_sha256(content: bytes) -> str:
    """Hash of a model without its description, 64 hexadecimal digits."""
    if content[4:8] == b"TFL3":
        return hashlib.sha256(model_body(content)).hexdigest()
    digest = hashlib.sha256()
    for number, begin, _, end in fields(content):
        if number != _PROPS_FIELD:
            digest.update(content[begin:end])
    return digest.hexdigest()


def _archive_begin(content: bytes) -> int:
    import zipfile  # here: models with a manifest beside them start without it

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return min((one.header_offset for one in archive.infolist()), default=len(content))
    except (zipfile.BadZipFile, ValueError):
        return len(content)


def _from_archive(content: bytes) -> tuple[bytes, str] | None:
    import zipfile

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if archive.getinfo(METADATA_NAME).file_size > _LARGEST_DOCUMENT:
                return None
            return archive.read(METADATA_NAME), body_sha256(content)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, EOFError, NotImplementedError):
        return None
    except RuntimeError:  # an encrypted archive
        return None


def _from_props(content: bytes) -> tuple[bytes, str] | None:
    try:
        for number, _, value, end in fields(content):
            if number == _PROPS_FIELD and end - value <= _LARGEST_DOCUMENT:
                entry = content[value:end]
                pair = {key: entry[at:stop] for key, _, at, stop in fields(entry)}
                if pair.get(1) == METADATA_NAME.encode():
                    return pair.get(2, b""), body_sha256(content)
    except (IndexError, ValueError):
        pass  # not a protobuf: whoever loads it as a model will say so
    return None
