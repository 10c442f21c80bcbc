"""The model that is exported, on a batch of one, with what it takes, gives and was trained on."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge.arrays import UInt8Array
from edge.errors import InputError
from edge.files import sha256_of
from edge.prediction import Prediction
from edge.untrusted import first_line
from export.contract import ModelContract, read_labels, read_preprocessing
from export.load import load_any
from train.output import METRICS_NAME
from train.quiet import quiet_tensorflow
from train.weights import SHIPPED_WEIGHTS

TRAINED = Path("artifacts/edge/model.keras")
"""What `python -m train` leaves; exported when no other model is named."""

_PREDICT_BATCH = 256


@dataclass(frozen=True, slots=True)
class SourceRequest:
    """Which model, and what its user says of it.

    Attributes:
        path: a .keras file, the shipped weights or a SavedModel folder; None takes what
            `python -m train` left, else the shipped weights.
        labels: a text file with one label a line, or None for "0", "1", ...
        preprocessing: as `export.contract.read_preprocessing` takes it, or None to look.
        custom: a Python file that registers the model's own classes, or None.
    """

    path: Path | None = None
    labels: Path | None = None
    preprocessing: str | None = None
    custom: Path | None = None


@dataclass(frozen=True, slots=True, eq=False)
class SourceModel:
    """A Keras model with what is known of it.

    Attributes:
        fixed: the network on a batch of exactly 1, its outputs named; this is converted.
        free: the same on any batch; this is the reference of every proof.
        contract: what it takes and gives.
        path: the file or folder of its weights.
        sha256: of that; every export names it as its parent.
        training: what the training recorded (data, seed, metrics), or empty.
    """

    fixed: Any
    free: Any
    contract: ModelContract
    path: Path
    sha256: str
    training: Mapping[str, Any]

    @property
    def name(self) -> str:
        """What its exports are called: "digits" for a reader of digits, else the model's name."""
        if self.contract.reads_digits:
            return "digits"
        return self.path.stem if self.path.suffix else self.path.resolve().name

    def predict(self, images: UInt8Array) -> Prediction:
        """What Keras says of (n, *pixel_shape) uint8 images."""
        with quiet_tensorflow():
            said = self.free.predict(
                self.contract.encode(images), batch_size=_PREDICT_BATCH, verbose=0
            )
        is_digit = said["is_digit"][:, 0] if "is_digit" in said else None
        return Prediction(said["probabilities"], is_digit)


def load_source(request: SourceRequest) -> SourceModel:
    """Loads the model to export.

    Raises:
        InputError: there is no such model, it cannot be loaded, has no weights, or its
            outputs cannot be read as classes.
    """
    path = request.path
    if path is None:
        path = TRAINED if TRAINED.is_file() else SHIPPED_WEIGHTS
    model = load_any(path, request.custom)
    shape = _image_shape(model, path)
    try:
        with quiet_tensorflow():
            fixed, free = (_on_batch(model, shape, batch, path) for batch in (1, None))
    except InputError:
        raise
    except Exception as error:  # Keras raises whatever its layers meet
        raise InputError(f"{path} cannot run images of {shape}: {first_line(error)}") from error
    _check_weights(model, path)
    labels = read_labels(request.labels, int(fixed.output["probabilities"].shape[-1]))
    # A trial contract knows whether these are digits; the real one says what pixels become.
    trial = ModelContract(shape, labels)
    preprocessing = read_preprocessing(
        request.preprocessing or _guess_preprocessing(model),
        digits=trial.reads_digits,
        colour=trial.is_colour,
    )
    contract = ModelContract(shape, labels, preprocessing, "is_digit" in fixed.output)
    return SourceModel(fixed, free, contract, path, _sha256(path), _training_of(path))


def _image_shape(model: Any, path: Path) -> tuple[int, ...]:
    """The shape of one image, as the model or its record of building says."""
    shape = getattr(model, "input_shape", None)
    if shape is None:  # a subclassed model: Keras remembers what it was built on
        config = model.get_build_config() or {}
        shape = config.get("input_shape")
    if not isinstance(shape, tuple | list) or not all(
        isinstance(side, int | None) for side in shape
    ):
        raise InputError(f"{path} takes {shape}, not one image")
    sides = tuple(shape[1:])
    if not sides or None in sides:
        raise InputError(
            f"{path} does not say what size of image it takes: {shape}; build it on one size"
        )
    return sides


def _on_batch(model: Any, shape: tuple[int, ...], batch: int | None, path: Path) -> Any:
    """The same network on a batch of exactly 1, or on any, with named outputs.

    A fixed batch removes SHAPE, STRIDED_SLICE and PACK from the converted graphs, which
    makes float on tflite-runtime three times and int8 on onnxruntime 1.6 times as fast.
    """
    from train.backend import keras

    image = keras.Input(batch_shape=(batch, *shape), name="image")
    heads = _read_heads(model(image), path)
    return keras.Model(image, heads, name="fixed" if batch else "free")


def _read_heads(answers: Any, path: Path) -> dict[str, Any]:
    """The outputs by meaning: "probabilities", and "is_digit" where there is one."""
    if isinstance(answers, list | tuple):
        answers = {str(index): one for index, one in enumerate(answers)}
    heads = dict(answers) if isinstance(answers, Mapping) else {"probabilities": answers}
    found = {name: tuple(one.shape) for name, one in heads.items()}
    is_digit = heads.pop("is_digit", None)
    classes = next(iter(heads.values())) if len(heads) == 1 else None
    readable = classes is not None and len(classes.shape) == 2 and (classes.shape[-1] or 0) >= 2
    if not readable or (is_digit is not None and is_digit.shape[-1] != 1):
        raise InputError(
            f"{path} has the outputs {found}, which cannot be read as classes; needed: one of "
            "(batch, two or more probabilities), and at most one more of (batch, 1) named is_digit"
        )
    return {"probabilities": classes} | ({} if is_digit is None else {"is_digit": is_digit})


def _check_weights(model: Any, path: Path) -> None:
    has_saved_model = any(type(layer).__name__ == "TFSMLayer" for layer in model.layers)
    if not has_saved_model and model.count_params() == 0:
        raise InputError(f"{path} has no weights, so there is nothing to export; train it first")


def _guess_preprocessing(model: Any) -> str:
    """`pixels` for a model that rescales by itself, else `unit`."""
    kinds = {type(layer).__name__ for layer in model._flatten_layers()}
    if kinds & {"Rescaling", "Normalization"}:
        print(
            "the model rescales its input by itself: it is fed pixels from 0 to 255; "
            "say otherwise with --preprocessing",
            file=sys.stderr,
        )
        return "pixels"
    return "unit"


def _sha256(path: Path) -> str:
    """Of a file; of a folder, the hash over the names and hashes of its files."""
    if path.is_file():
        return sha256_of(path)
    files = sorted(one for one in path.rglob("*") if one.is_file())
    listing = "".join(f"{one.relative_to(path).as_posix()} {sha256_of(one)}\n" for one in files)
    return hashlib.sha256(listing.encode()).hexdigest()


def _training_of(path: Path) -> Mapping[str, Any]:
    record = path.with_name(METRICS_NAME)
    try:
        document = json.loads(record.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return document if isinstance(document, dict) else {}
