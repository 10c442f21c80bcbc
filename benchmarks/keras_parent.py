"""The Keras model that the files were converted from: what they should say, and its own speed."""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.latency import LatencyRun, LatencyScope
from edge.arrays import Float32Array, UInt8Array
from edge.artifact import ModelArtifact
from edge.errors import InputError
from edge.files import sha256_of
from edge.prediction import Prediction
from train.encode import to_input
from train.load import load_model
from train.output import MODEL_NAME
from train.predict import keras_predict
from train.weights import SHIPPED_WEIGHTS


@dataclass(frozen=True, slots=True)
class KerasParent:
    """A loaded Keras model.

    Attributes:
        model: the keras.Model.
        path: the file of its weights.
        sha256: of that file.
    """

    model: Any
    path: Path
    sha256: str

    def predict(self, images: UInt8Array) -> Prediction:
        """What it says of (n, 28, 28) uint8 images.

        Raises:
            InputError: the model is no classifier of such images.
        """
        try:
            said = keras_predict(self.model, images)
        except Exception as error:  # Keras raises whatever its layers meet
            raise InputError(f"{self.path} cannot run digits: {_reason(error)}") from error
        if said.probabilities.shape != (len(images), 10):
            raise InputError(
                f"{self.path} answers {said.probabilities.shape}, needed are ten probabilities "
                "an image"
            )
        return said

    def time(
        self, images: UInt8Array, *, calls: int, warmup: int, scope: LatencyScope
    ) -> LatencyRun:
        """Times `model(x)` or `model.predict(x)`, batch 1, on one image after the other."""
        encoded, taken = to_input(images), []
        call = self._predict if scope is LatencyScope.KERAS_PREDICT else self._call
        for step in range(warmup + calls):
            at = step % len(encoded)
            one = encoded[at : at + 1]
            begun = time.perf_counter_ns()
            call(one)
            taken.append(time.perf_counter_ns() - begun)
        done = tuple(taken)
        return LatencyRun(self.path.name, "keras", scope, 0, done[:warmup], done[warmup:])

    def _call(self, one: Float32Array) -> None:
        answers = self.model(one, training=False)
        for head in answers.values() if isinstance(answers, Mapping) else [answers]:
            head.numpy()  # the call has ended only when its numbers are here

    def _predict(self, one: Float32Array) -> None:
        self.model.predict(one, verbose=0)


def find_parent(
    named: Path | None, folder: Path, artifacts: Sequence[ModelArtifact]
) -> tuple[KerasParent | None, str]:
    """The Keras model of a folder's files.

    Args:
        named: the file that the user named, or None to look for the parent.
        folder: the models' folder; its model.keras is looked at first, then what ships.
        artifacts: the models; they know their parent by its hash.

    Returns:
        The parent, and its name with how it was found; or None, and why.

    Raises:
        InputError: the named file does not exist, or what was found cannot be loaded.
        ModuleNotFoundError: a file was named, and Keras is not installed.
    """
    if named is not None:
        return _load(named), f"{named.name}, named by --keras"
    wanted = {artifact.parent_sha256 for artifact in artifacts}
    for path in (folder / MODEL_NAME, SHIPPED_WEIGHTS):
        if path.is_file() and sha256_of(path) in wanted:
            if not _keras_is_installed():
                return None, f"Keras is not installed here, so {path.name} did not run"
            return _load(path), f"{path.name}, found by its sha256"
    return None, (
        f"the Keras parent was not found: neither {MODEL_NAME} beside the models nor the "
        "shipped weights have its sha256; name it with --keras FILE"
    )


def _keras_is_installed() -> bool:
    return all(importlib.util.find_spec(name) for name in ("keras", "tensorflow"))


def _load(path: Path) -> KerasParent:
    return KerasParent(load_model(path), path, sha256_of(path))


def _reason(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
