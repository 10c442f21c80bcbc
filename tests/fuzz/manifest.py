"""Fuzzes the manifest's reader: `python -m tests.fuzz.manifest CORPUS -max_total_time=600`."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import atheris
import numpy as np

with atheris.instrument_imports(include=["edge"]):
    from edge.artifact import ModelArtifact
    from edge.errors import InputError
    from edge.manifest import MANIFEST_NAME, load_manifest
    from edge.session import DEFAULT_MODEL

from tests.fuzz.common import check_refusal, fuzz
from tests.mutations import value_replaced

FOLDER = Path(tempfile.mkdtemp(prefix="fuzz-manifest-"))


def one_input(data: bytes) -> None:
    (FOLDER / MANIFEST_NAME).write_bytes(data)
    try:
        models = load_manifest(FOLDER)
    except InputError as error:
        check_refusal(error)
        return
    for model in models:
        # What was read can be written and read again, and its file lies in its folder.
        entry = json.loads(json.dumps(model.entry()))
        assert ModelArtifact.from_json(entry, FOLDER) == model
        assert model.path.parent == FOLDER
        assert model.path.resolve().parent == FOLDER.resolve()


def mutator(data: bytes, most: int, seed: int) -> bytes:
    """JSON stays JSON half of the time: most flipped bits only find json.loads."""
    if seed % 2:
        try:
            return value_replaced(data, np.random.default_rng(seed))[:most]
        except (ValueError, RecursionError, KeyError, AttributeError, TypeError):
            pass
    return atheris.Mutate(data, min(most, len(data) + 100))


def seeds() -> list[bytes]:
    document = json.loads((DEFAULT_MODEL.parent / MANIFEST_NAME).read_bytes())
    models = [one | {"provenance": {}} for one in document["models"]]
    return [json.dumps(document | {"models": [one]}).encode() for one in models]


if __name__ == "__main__":
    fuzz(one_input, seeds(), mutator)
