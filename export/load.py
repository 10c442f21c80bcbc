"""Loads what people bring: a .keras file, a SavedModel folder, weights that ship with train/."""

from __future__ import annotations

import importlib.util
import json
import zipfile
from pathlib import Path
from typing import Any

from edge.errors import InputError
from edge.untrusted import first_line
from train.load import load_model
from train.quiet import quiet_tensorflow


def load_any(path: Path, custom: Path | None) -> Any:
    """A model that can be called on images.

    Args:
        path: a .keras or .h5 file, that of the shipped weights, or a SavedModel folder.
        custom: a Python file that registers the model's own classes with Keras, or None.
            It is executed: name only a file that you trust.

    Raises:
        InputError: there is no such model, or it cannot be loaded; the text says what to do.
    """
    if custom is not None:
        _execute(custom)
    if path.is_dir():
        return _load_saved_model(path)
    try:
        return load_model(path)
    except InputError as error:
        if path.is_file() and path.name.endswith(".weights.h5"):
            raise InputError(
                f"{path} holds no network, and its weights are not those of the recipe edge; "
                "save yours whole: model.save('my.keras')"
            ) from error
        written_by = _keras_version(path)
        if written_by is None or error.__cause__ is None:
            raise
        raise InputError(_explain(path, error.__cause__, written_by)) from error


def _explain(path: Path, cause: BaseException, written_by: str) -> str:
    """Why a .keras file does not load, and the way round."""
    from train.backend import keras

    reason = first_line(cause)
    if "Could not locate" in reason:
        return (
            f"cannot load {path}: {reason.split('. ')[0]}; name the Python file that registers "
            "it with Keras: --custom FILE.py"
        )
    return (
        f"cannot load {path}, written by Keras {written_by}, with Keras {keras.__version__}: "
        f"{reason}; the way round: run model.export('saved_model') with the Keras that wrote "
        "it, and name that folder: --model saved_model"
    )


def _load_saved_model(folder: Path) -> Any:
    from train.backend import keras, tf

    if not (folder / "saved_model.pb").is_file():
        raise InputError(f"{folder} is no SavedModel: it has no saved_model.pb")
    try:
        with quiet_tensorflow():
            signatures = tf.saved_model.load(str(folder)).signatures
            name = "serving_default" if "serving_default" in signatures else next(iter(signatures))
            signature = signatures[name]
            inputs = list(signature.structured_input_signature[1].values())
            layer = keras.layers.TFSMLayer(str(folder), call_endpoint=name)
    except StopIteration:
        raise InputError(
            f"{folder} has no signature that could be called; save it with model.export(...)"
        ) from None
    except Exception as error:  # TensorFlow raises whatever it meets in the file
        raise InputError(f"TensorFlow cannot load {folder}: {first_line(error)}") from error
    if len(inputs) != 1:
        raise InputError(f"{folder} takes {len(inputs)} inputs, not one image")
    shape = inputs[0].shape.as_list() if inputs[0].shape.rank is not None else []
    if not shape or None in shape[1:]:
        raise InputError(f"{folder} does not say what size of image it takes: {shape}")
    image = keras.Input(shape[1:], name="image", dtype=inputs[0].dtype.name)
    return keras.Model(image, layer(image), name="saved_model")


def _execute(path: Path) -> None:
    import train.backend  # noqa: F401  # quietly, before the user's file imports it

    try:
        spec = importlib.util.spec_from_file_location("custom_objects", path)
        if spec is None or spec.loader is None:
            raise InputError(f"{path} is no Python file; --custom takes one")
        spec.loader.exec_module(importlib.util.module_from_spec(spec))
    except InputError:
        raise
    except Exception as error:  # it is the user's program
        raise InputError(f"{path} fails: {type(error).__name__}: {first_line(error)}") from error


def _keras_version(path: Path) -> str | None:
    """Which Keras wrote a .keras file; None where the file does not say."""
    try:
        with zipfile.ZipFile(path) as archive:
            return str(json.loads(archive.read("metadata.json"))["keras_version"])
    except (OSError, zipfile.BadZipFile, KeyError, ValueError, TypeError):
        return None
