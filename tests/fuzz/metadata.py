"""Fuzzes what a file says of itself: `python -m tests.fuzz.metadata CORPUS -max_total_time=600`."""

from __future__ import annotations

import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["edge", "zipfile"]):
    from edge.embedded import read_embedded
    from edge.errors import InputError
    from edge.manifest import load_artifact, load_manifest
    from edge.session import DEFAULT_MODEL

from tests.fuzz.common import check_refusal, fuzz
from tests.mutations import described

FOLDER = Path(tempfile.mkdtemp(prefix="fuzz-metadata-"))


def one_input(data: bytes) -> None:
    found = read_embedded(data)
    if found is not None:
        assert isinstance(found.document, dict)
        assert len(found.body_sha256) == 64
    path = FOLDER / ("a.tflite" if data[4:8] == b"TFL3" else "a.onnx")
    path.write_bytes(data)
    try:
        artifact = load_artifact(path)
    except InputError as error:
        check_refusal(error)
    else:
        assert artifact.self_described
        assert artifact.path == path


def seeds() -> list[bytes]:
    """Short bodies: only what is said of them matters."""
    bodies = {".tflite": b"\x18\0\0\0TFL3" + bytes(24), ".onnx": b"\x08\x08\x12\x02ab"}
    return [described(bodies[one.path.suffix], one) for one in load_manifest(DEFAULT_MODEL.parent)]


if __name__ == "__main__":
    fuzz(one_input, seeds())
