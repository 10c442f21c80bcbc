"""The record of a training: what metrics.json says beside what was reached."""

from __future__ import annotations

import importlib.metadata
import json
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from edge.errors import InputError
from edge.files import sha256_of
from train.data import Dataset, Split
from train.output import METRICS_NAME, MODEL_NAME
from train.recipes import Recipe, build_model
from train.summary import model_macs


def describe(
    recipe: Recipe,
    dataset: Dataset,
    split: Split,
    *,
    seed: int,
    epochs: int,
    teacher: Path | None = None,
) -> dict[str, Any]:
    """Where a model comes from, known before it is trained; everything that JSON can hold.

    Raises:
        InputError: there is no such teacher.
    """
    if teacher is not None and not teacher.is_file():
        raise InputError(f"no teacher at {teacher}; name a model: --teacher FILE")
    return {
        "recipe": recipe.name,
        "source": recipe.source,
        "reported": recipe.reported,
        "parameters": recipe.parameters,
        "macs": model_macs(build_model(recipe)),
        "dataset": dataset.name,
        "dataset_sha256": dataset.sha256,
        **dataset.facts,
        "train_images": len(split.train),
        "validation_images": len(split.validation),
        "split": split.how,
        "seed": seed,
        "epochs_asked": epochs,
        "teacher_sha256": None if teacher is None else sha256_of(teacher),
        "commit": commit(),
        "versions": {
            name: importlib.metadata.version(name) for name in ("keras", "tensorflow", "numpy")
        },
    }


def already_trained(
    output: Path, asked: Mapping[str, Any], tests: Sequence[str]
) -> dict[str, Any] | None:
    """The metrics of a finished training by the same settings, or None.

    Args:
        output: the folder of a training.
        asked: what `describe` says of the training that is wanted; its commit and the
            versions may differ.
        tests: further figures that its metrics must hold.
    """
    try:
        found = json.loads((output / METRICS_NAME).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    settings = asked.keys() - {"commit", "versions"}
    same = isinstance(found, dict) and all(found.get(name) == asked[name] for name in settings)
    there = same and (output / MODEL_NAME).is_file() and all(name in found for name in tests)
    return found if there else None


def commit() -> str | None:
    """The checkout's commit, "+" when it has changes; None outside a checkout."""
    try:
        described = subprocess.run(
            ["git", "describe", "--always", "--dirty=+", "--abbrev=12"],
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return described.stdout.strip() or None
