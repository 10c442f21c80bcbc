"""The record of a training: what metrics.json says beside what was reached."""

from __future__ import annotations

import importlib.metadata
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from edge.errors import InputError
from edge.files import sha256_of, write_json
from train.commit import commit
from train.data import Dataset, Split
from train.output import METRICS_NAME, MODEL_NAME, UNFINISHED_NAME
from train.recipes import Recipe

_OF_ANOTHER = (
    "parameters",
    "commit",
    "epochs",
    "seconds",
    "seed",
    "split",
    "validation",
    "learnt_from",
    "taught_by",
    "started_from",
)
"""What is told of the training that another one goes on from or learns from, and of those that
it went on or learnt from in its turn."""


def describe(
    recipe: Recipe,
    macs: int,
    dataset: Dataset,
    split: Split,
    *,
    seed: int,
    epochs: int,
    teachers: Sequence[Path] = (),
    start: Path | None = None,
) -> dict[str, Any]:
    """Where a model comes from, known before it is trained; everything that JSON can hold.

    Args:
        recipe: what is trained.
        macs: multiply-accumulates of one image through its network.
        dataset: the images.
        split: their part to train on, and that to validate on.
        seed: of the weights, the order and every variation of the images.
        epochs: passes at most.
        teachers: files of networks to learn from, if any.
        start: file of a network to go on from, or None.

    Raises:
        InputError: there is no such teacher, or nothing to start from.
    """
    check_networks(teachers, start)
    return {
        "recipe": recipe.name,
        "source": recipe.source,
        "reported": recipe.reported,
        "parameters": recipe.parameters,
        "macs": macs,
        "dataset": dataset.name,
        "dataset_sha256": dataset.sha256,
        **dataset.facts,
        "train_images": len(split.train),
        "validation_images": len(split.validation),
        "split": split.how,
        "seed": seed,
        "epochs_asked": epochs,
        "teachers_sha256": [sha256_of(teacher) for teacher in teachers],
        "taught_by": [_told_of(teacher) for teacher in teachers],
        "start_sha256": None if start is None else sha256_of(start),
        "started_from": None if start is None else _told_of(start),
        "commit": commit(),
        "versions": {
            name: importlib.metadata.version(name) for name in ("keras", "tensorflow", "numpy")
        },
    }


def check_networks(teachers: Sequence[Path], start: Path | None) -> None:
    """Refuses what is not there before anything is trained.

    Raises:
        InputError: there is no such teacher, or nothing to start from.
    """
    for teacher in teachers:
        if not teacher.is_file():
            raise InputError(f"no teacher at {teacher}; name a model: --teacher FILE")
    if start is not None and not start.is_file():
        raise InputError(f"no trained network at {start}; name one: --start FILE")


def _told_of(network: Path) -> dict[str, Any]:
    """How another network was trained, as far as the metrics beside it say."""
    metrics = _read(network.with_name(METRICS_NAME))
    return {name: metrics[name] for name in _OF_ANOTHER if name in metrics}


def already_trained(
    output: Path, asked: Mapping[str, Any], tests: Sequence[str]
) -> dict[str, Any] | None:
    """The metrics of a finished training by the same settings, or None.

    Args:
        output: the folder of a training.
        asked: what `describe` says of the training that is wanted.
        tests: further figures that its metrics must hold.
    """
    if (output / UNFINISHED_NAME).exists():  # its pictures are not drawn
        return None
    found = _read(output / METRICS_NAME)
    same = all(found.get(name) == asked[name] for name in _settings(asked))
    there = same and (output / MODEL_NAME).is_file() and all(name in found for name in tests)
    return found if there else None


def begin(output: Path, asked: Mapping[str, Any], *, resume: bool) -> None:
    """Notes the settings of the training that begins, or goes on, in `output`.

    Raises:
        InputError: what was interrupted there is a training by other settings.
    """
    path = output / UNFINISHED_NAME
    if resume and path.is_file():
        left = _read(path)
        others = sorted(name for name in _settings(asked) if left.get(name) != asked[name])
        if others:
            name = others[0]
            raise InputError(
                f"the training that was interrupted in {output} has {name} {left.get(name)}, "
                f"not {asked[name]}; go on by its settings, or start anew without --resume"
            )
    write_json(path, asked)


def _read(path: Path) -> dict[str, Any]:
    """The JSON object in a file; an empty one where there is none."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _settings(asked: Mapping[str, Any]) -> set[str]:
    """What makes a training another one; its commit and the versions may differ.

    The networks that it starts and learns from are known by their hashes, whatever is told of
    them.
    """
    return set(asked) - {"commit", "versions", "started_from", "taught_by"}
