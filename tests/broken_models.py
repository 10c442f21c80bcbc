"""Models broken on purpose: each breaker changes one thing that a tool chain gets wrong."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from edge.embedded import model_body
from edge.manifest import MANIFEST_NAME, load_artifact
from edge.runtimes.tflite import import_interpreter

Change = Callable[[dict[str, Any]], None]


def copy_models(source: Path, target: Path) -> Path:
    """A folder of models of its own."""
    shutil.copytree(source, target)
    return target


def change_manifest(folder: Path, file: str, change: Change) -> None:
    """Lets `change` edit the manifest's entry of one file."""
    manifest = folder / MANIFEST_NAME
    document = json.loads(manifest.read_text("utf-8"))
    for entry in document["models"]:
        if entry["file"] == file:
            change(entry)
    manifest.write_text(json.dumps(document), "utf-8")


def replace_content(
    folder: Path, file: str, content: bytes, *, keep_description: bool = False
) -> None:
    """Another file under the same name, the manifest's hash adapted: nothing looks wrong.

    A description inside the file holds a hash of its own; it goes, unless it is kept.
    """
    if not keep_description and content[4:8] == b"TFL3":
        content = model_body(content)
    (folder / file).write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    change_manifest(folder, file, lambda entry: entry.update(sha256=digest))


def weights_of(path: Path) -> list[tuple[int, np.ndarray]]:
    """Where in a .tflite file its int8 weights lie, and what they are; the largest last."""
    content = path.read_bytes()
    interpreter = import_interpreter()(model_content=content)
    interpreter.allocate_tensors()
    found = []
    for detail in interpreter.get_tensor_details():
        if detail["dtype"] is not np.int8:
            continue
        try:
            values = interpreter.get_tensor(detail["index"])
        except ValueError:  # not a constant
            continue
        at = content.find(values.tobytes())
        if values.size > 30 and at > 0:
            found.append((at, values))
    assert found
    return sorted(found, key=lambda pair: pair[1].size)


def flip_weight(
    folder: Path, file: str, which: int, bit: int, *, keep_description: bool = False
) -> None:
    """One bit of one byte in the middle of one weight tensor."""
    content = bytearray((folder / file).read_bytes())
    at, values = weights_of(folder / file)[which]
    content[at + values.size // 2] ^= 1 << bit
    replace_content(folder, file, bytes(content), keep_description=keep_description)


def transpose_input(folder: Path, file: str) -> None:
    """Rows for columns: every kernel is turned, which is the same as turning the image.

    The network ends in a mean over all places, so that nothing else knows of directions.
    """
    content = bytearray((folder / file).read_bytes())
    for at, values in weights_of(folder / file):
        if values.ndim == 4 and values.shape[1] == values.shape[2] > 1:
            turned = np.ascontiguousarray(values.transpose(0, 2, 1, 3))
            content[at : at + values.size] = turned.tobytes()
    replace_content(folder, file, bytes(content))


def scale_activations(folder: Path, file: str, factor: float) -> None:
    """Another scale for what the first layer hands on."""
    interpreter = import_interpreter()(model_path=str(folder / file))
    interpreter.allocate_tensors()
    ends = {d["index"] for d in interpreter.get_input_details()}
    ends |= {d["index"] for d in interpreter.get_output_details()}
    content = (folder / file).read_bytes()
    for detail in interpreter.get_tensor_details():
        scales = detail["quantization_parameters"]["scales"]
        inner = detail["index"] not in ends and detail["dtype"] is np.int8 and len(scales) == 1
        old = scales.astype("<f4").tobytes() if inner else b""
        if inner and len(detail["shape"]) == 4 and content.count(old) == 1:
            new = (scales * np.float32(factor)).astype("<f4").tobytes()
            replace_content(folder, file, content.replace(old, new))
            return
    raise AssertionError("no activation whose scale stands in the file once")


def shift_zero_point(folder: Path, file: str, which: int) -> None:
    """The zero point of one tensor in the file, -128 as after any ReLU, off by one."""
    vector = (1).to_bytes(4, "little") + (-128).to_bytes(8, "little", signed=True)
    content = bytearray((folder / file).read_bytes())
    places, at = [], content.find(vector)
    while at >= 0:
        places.append(at)
        at = content.find(vector, at + 1)
    content[places[which] + 4] += 1
    replace_content(folder, file, bytes(content))


def convert(folder: Path, file: str, model: Any, images: np.ndarray) -> None:
    """Puts an int8 conversion of `model`, calibrated on (n, 28, 28) uint8, in a file's place."""
    import tensorflow as tf

    from edge.runtimes.tflite import read_tensors
    from train.encode import to_input

    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: ([one[None]] for one in to_input(images))
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = converter.inference_output_type = tf.int8
    content = converter.convert()
    (image,), outputs = read_tensors(content)
    replace_content(folder, file, content)

    def describe(entry: dict[str, Any]) -> None:
        entry["input"] = image.to_json()
        for output in outputs:
            kind = "probabilities" if output.shape[-1] == 10 else "is_digit"
            entry[kind] = output.to_json()

    change_manifest(folder, file, describe)
    load_artifact(folder / file)
