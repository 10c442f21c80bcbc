"""The manifest beside the models: what it lists is found, read and written here."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

from edge.artifact import ModelArtifact, ModelFormat, read_model
from edge.errors import InputError
from edge.files import write_json
from edge.untrusted import BROKEN, SHOWN, brief, check_file_name, read_within

MANIFEST_NAME = "manifest.json"
MANIFEST_SCHEMA = 1

_LARGEST_MANIFEST = 16 << 20


def load_manifest(folder: Path) -> list[ModelArtifact]:
    """The artifacts that a folder's manifest lists; their files are not looked at.

    Raises:
        InputError: there is no manifest, or it is broken.
    """
    path = folder / MANIFEST_NAME
    try:
        document = json.loads(read_within(path, _LARGEST_MANIFEST).decode("utf-8"))
        if document["schema_version"] != MANIFEST_SCHEMA:
            raise InputError(
                f"{path} has schema version {str(document['schema_version'])[:SHOWN]!r}, this "
                f"program reads {MANIFEST_SCHEMA}; export the models again: python -m export"
            )
        entries = document["models"]
        for entry in entries:
            check_file_name(entry["file"], path)
        return [ModelArtifact.from_json(entry, folder) for entry in entries]
    except OSError as error:
        raise InputError(
            f"no manifest at {path} ({error.strerror}); models that were exported with "
            "python -m export have one beside them"
        ) from error
    except BROKEN as error:
        raise InputError(
            f"{path} is broken ({brief(error)}); export the models again: python -m export"
        ) from error


def load_artifact(path: Path) -> ModelArtifact:
    """Finds a model in the manifest beside it, else in the description inside the file.

    Raises:
        InputError: there is no such file, or nothing that describes it.
    """
    if not path.is_file():
        raise InputError(f"no model at {path}; make one with: python -m export.tflite")
    if path.suffix.lstrip(".") not in {kind.value for kind in ModelFormat}:
        raise InputError(f"{path} is not a model: the name must end in .tflite or .onnx")
    manifest = path.parent / MANIFEST_NAME
    for artifact in load_manifest(path.parent) if manifest.is_file() else []:
        if artifact.path.name == path.name:
            return artifact
    described = _described_by_itself(path)
    if described is None:
        why = f"{manifest} does not list it" if manifest.is_file() else f"no manifest at {manifest}"
        raise InputError(
            f"nothing describes {path.name}: {why}, and the file holds no description of "
            "itself; export it again: python -m export"
        )
    return described


def _described_by_itself(path: Path) -> ModelArtifact | None:
    """The artifact that the file's own metadata describe, or None where it has none."""
    from edge.embedded import MODEL_KEY, read_embedded  # most models have a manifest

    content = read_model(path)
    embedded = read_embedded(content)
    if embedded is None or MODEL_KEY not in embedded.document:
        return None
    entry = embedded.document[MODEL_KEY]
    try:
        if entry["body_sha256"] != embedded.body_sha256:
            raise InputError(
                f"{path} is not the model that its metadata describe; "
                "export it again: python -m export"
            )
        known = {"file": path.name, "sha256": hashlib.sha256(content).hexdigest()}
        artifact = ModelArtifact.from_json({**entry, **known}, path.parent)
    except BROKEN as error:
        raise InputError(
            f"the metadata in {path} are broken ({brief(error)}); export it again: python -m export"
        ) from error
    return replace(artifact, self_described=True)


def record_artifact(artifact: ModelArtifact) -> Path:
    """Writes the artifact's entry into the manifest beside it, replacing an older one.

    Entries of other files stay, unless their files are gone. Returns the manifest's path.
    """
    folder = artifact.path.parent
    manifest = folder / MANIFEST_NAME
    others = load_manifest(folder) if manifest.is_file() else []
    entries = {other.path.name: other for other in others if other.path.is_file()}
    entries[artifact.path.name] = artifact
    models = [entry.to_json() for _, entry in sorted(entries.items())]
    write_json(manifest, {"schema_version": MANIFEST_SCHEMA, "models": models})
    return manifest
