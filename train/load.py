"""Loads a Keras model from wherever its weights lie."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from edge.errors import InputError
from train.quiet import quiet_tensorflow
from train.weights import load_shipped


def load_model(path: Path) -> Any:
    """A keras.Model from a .keras file, or the `edge` network from its weights alone.

    Raises:
        InputError: there is no such file, or Keras cannot load it.
    """
    if not path.is_file():
        raise InputError(f"no Keras model at {path}; train one with: python -m train")
    if path.name.endswith(".weights.h5"):
        return load_shipped(path)
    from train.backend import keras

    try:
        with quiet_tensorflow():
            return keras.models.load_model(path, compile=False, safe_mode=True)
    except Exception as error:  # Keras raises whatever its deserializer meets
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise InputError(
            f"Keras {keras.__version__} cannot load {path}: {reason[:200]}; a file saved by "
            "another Keras may need that version, or weights loaded into a model built from code"
        ) from error
