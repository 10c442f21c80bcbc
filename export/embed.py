"""Writes into a model file what it is: labels, preprocessing, scheme, parent, calibration.

Each ecosystem looks in its own place. TFLite: files in a zip archive behind the
flatbuffer; runtimes read only the flatbuffer before it. ONNX: `metadata_props`, with the
image keys of the specification. `edge.embedded` reads both.
"""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from edge.artifact import ModelArtifact
from edge.embedded import LABELS_NAME, METADATA_NAME, MODEL_KEY, body_sha256

_SAID_OUTSIDE = ("file", "size_bytes", "sha256")
"""A file cannot hold its own hash; its name and size are seen anyway."""

_TRAINING = ("commit", "dataset", "dataset_sha256", "epochs", "recipe", "seed", "split", "test")
"""What the file itself tells of its training; the manifest has the whole record."""

_EPOCH = (1980, 1, 1, 0, 0, 0)


def describe(artifact: ModelArtifact, body: str) -> dict[str, Any]:
    """The document: our own entry, and beside it the keys that other readers know.

    Args:
        artifact: what to describe; its path need not exist.
        body: the model's hash without any description.
    """
    entry = artifact.entry()
    for name in _SAID_OUTSIDE:
        entry.pop(name, None)
    training = entry["provenance"].get("training")
    if training:
        told = {name: training[name] for name in _TRAINING if name in training}
        entry["provenance"] = {**entry["provenance"], "training": told}
    height, width = artifact.input.shape[1:3]
    return {
        MODEL_KEY: {**entry, "body_sha256": body},
        # The names under which Ultralytics' runners expect these.
        "description": f"{artifact.scheme} image classifier, exported by edge-digits",
        "task": "classify",
        "batch": 1,
        "imgsz": [height, width],
        "stride": 1,
        "names": {str(index): label for index, label in enumerate(artifact.labels)},
    }


def embed_in_tflite(content: bytes, artifact: ModelArtifact) -> bytes:
    """The flatbuffer with metadata.json and labels.txt appended; same in, same out."""
    document = describe(artifact, body_sha256(content))
    target = io.BytesIO(content)
    target.seek(0, io.SEEK_END)
    # MediaPipe refuses a compressed archive.
    with zipfile.ZipFile(target, "a", zipfile.ZIP_STORED) as archive:
        for name, text in (
            (METADATA_NAME, _dense(document)),
            (LABELS_NAME, "\n".join(artifact.labels) + "\n"),
        ):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.create_system, info.external_attr = 3, 0o644 << 16
            archive.writestr(info, text.encode("utf-8"))
    return target.getvalue()


def embed_in_onnx(model: Any, artifact: ModelArtifact) -> bytes:
    """Fills the onnx.ModelProto's metadata_props and returns its bytes."""
    del model.metadata_props[:]
    model.producer_name, model.producer_version = "edge-digits", ""
    for value in model.graph.input:
        value.type.denotation = "IMAGE"
    document = describe(artifact, body_sha256(model.SerializeToString(deterministic=True)))
    colour = artifact.input.shape[-1] == 3
    props = {
        METADATA_NAME: _dense(document),
        "labels": _dense(list(artifact.labels)),
        "names": _dense({int(k): v for k, v in document["names"].items()}),
        "scheme": artifact.scheme.value,
        "parent_sha256": artifact.parent_sha256,
        "preprocessing": _dense(document[MODEL_KEY]["preprocessing"]),
        "calibration": _dense(artifact.provenance.get("calibration")),
        "task": "classify",
        # Keys and values of ONNX' MetadataProps.md. Of colours, it knows no plain RGB name
        # but Rgb8.
        "Image.BitmapPixelFormat": "Rgb8" if colour else "Gray8",
        "Image.ColorSpaceGamma": "SRGB",
        "Image.NominalPixelRange": _pixel_range(artifact),
    }
    for key, text in props.items():
        model.metadata_props.add(key=key, value=text)
    return bytes(model.SerializeToString(deterministic=True))


def _pixel_range(artifact: ModelArtifact) -> str:
    pre = artifact.preprocessing
    low, high = round(pre.offset, 3), round(255 * pre.scale + pre.offset, 3)
    named = {(0.0, 1.0): "Normalized_0_1", (-1.0, 1.0): "Normalized_1_1"}
    named[0.0, 255.0] = "NominalRange_0_255"
    return named.get((low, high), f"{low:g}_{high:g}")


def _dense(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
