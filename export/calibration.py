"""Which images fix the ranges of an integer model, and which prove it: never the same ones."""

from __future__ import annotations

import hashlib
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from edge.arrays import BoolArray, Int64Array, UInt8Array
from edge.errors import InputError
from export.contract import ModelContract
from export.images import ImageSet, load_images, noise
from train.data import DataSource, load_dataset
from train.nondigits import draw_nondigits

DEFAULT_COUNT = 500
_NOISE_COUNT = 100
_PROVING_NONDIGITS = 1000
_DIGITS_A_NONDIGIT = 4
"""One image in five shows no digit. Digits alone never make the "is it a digit" output
negative: its range then leaves out every refusal, and int8 accepts all non-digits."""
_SEED_MARK = 0xCA11B


@dataclass(frozen=True, slots=True)
class ImageRequest:
    """Where the images come from.

    Attributes:
        data: for readers of digits: as in `train.data.load_dataset`.
        calibration: a folder or .npz to calibrate with instead, or None.
        evaluation: a folder or .npz to prove with instead, or None.
        count: how many images calibrate at most.
        seed: seeds their choice.
    """

    data: str = DataSource.MNIST_OR_DRAWN
    calibration: Path | None = None
    evaluation: Path | None = None
    count: int = DEFAULT_COUNT
    seed: int = 0


@dataclass(frozen=True, slots=True)
class CalibrationSet:
    """Images to calibrate on.

    Attributes:
        images: (n, *pixel_shape) uint8, as many of each label where they are known; drawn
            non-digits follow for a model that refuses them.
        indices: (m,) int64, where each that is not drawn stood in its source.
        facts: source, part, count, seed and hashes, for the manifest.
    """

    images: UInt8Array
    indices: Int64Array
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ExportImages:
    """What an export needs of images.

    Attributes:
        calibration: None where there were none to take.
        evaluation: to prove with.
        nondigits: to prove with that the same is refused, for a model that refuses; or None.
    """

    calibration: CalibrationSet | None
    evaluation: ImageSet
    nondigits: ImageSet | None = None


def gather_images(request: ImageRequest, contract: ModelContract) -> ExportImages:
    """Finds the images for a model and parts them.

    A reader of digits calibrates on training images and is proved on test images. Images
    that a user brings are parted by a seeded draw, unless both kinds are named.

    Raises:
        InputError: nothing can be read, there are too few, or both sets share an image.
    """
    if request.calibration is not None:
        pool = load_images(request.calibration, contract)
        part = "a seeded draw of the pictures"
        count = request.count if request.evaluation else min(request.count, _half(pool))
        chosen = balanced_choice(pool, count, request.seed)
        calibration = _calibration(pool, chosen, request.seed, part)
        rest = np.setdiff1d(np.arange(len(pool)), chosen)
        evaluation = pool.take(rest)
    elif contract.reads_digits:
        dataset = load_dataset(request.data)
        if dataset.name == DataSource.DRAWN:
            print(
                "warning: calibrated and proved on drawn digits, not on handwriting; "
                "the manifest says so",
                file=sys.stderr,
            )
        train, test = (
            ImageSet(part.images, part.labels, dataset.name, dataset.sha256)
            for part in (dataset.train, dataset.test)
        )
        if request.count < 10:
            raise InputError(
                f"calibration needs at least 10 images, one of each digit, not {request.count}"
            )
        chosen = balanced_choice(train, request.count, request.seed)
        calibration = _calibration(train, chosen, request.seed, "train")
        evaluation = test
    else:
        calibration, evaluation = None, noise(contract, _NOISE_COUNT, request.seed)
    if request.evaluation is not None:
        evaluation = load_images(request.evaluation, contract)
    elif evaluation.name == "noise":
        print(
            f"warning: proved on {len(evaluation)} random pictures only; name real ones with "
            "--calibration or --evaluation",
            file=sys.stderr,
        )
    if not len(evaluation):
        raise InputError("no images are left to prove with; bring more, or name --evaluation")
    if calibration is not None:
        refuse_overlap(calibration.images, evaluation.images)
    if not (contract.reads_digits and contract.rejects):
        return ExportImages(calibration, evaluation)
    rng = np.random.default_rng([request.seed, _SEED_MARK, 1])
    drawn = draw_nondigits(_PROVING_NONDIGITS, rng, evaluation.images)
    if calibration is not None:
        calibration = with_nondigits(calibration, request.seed)
        drawn = drawn[~_seen(calibration.images, drawn)]  # empty paper is drawn more than once
    digest = hashlib.sha256(drawn.tobytes()).hexdigest()
    return ExportImages(calibration, evaluation, ImageSet(drawn, None, "non-digits", digest))


def balanced_choice(pool: ImageSet, count: int, seed: int) -> Int64Array:
    """Indices of as many images of each label, or of any where labels are unknown.

    Args:
        pool: what to choose from.
        count: how many at most; with labels a multiple of the labels that occur, at least
            one of each.
        seed: seeds the choice.

    Returns:
        (n,) int64, distinct, in random order.

    Raises:
        InputError: there are fewer images of a label than it takes.
    """
    if count < 1:
        raise InputError(f"calibration needs at least 1 image, not {count}")
    rng = np.random.default_rng([seed, _SEED_MARK])
    if pool.labels is None:
        return rng.permutation(len(pool))[:count].astype(np.int64)
    occurring = np.unique(pool.labels)
    each = max(1, count // len(occurring))
    rows = []
    for label in occurring:
        candidates = np.flatnonzero(pool.labels == label)
        if len(candidates) < each:
            raise InputError(
                f"only {len(candidates)} images of label {label} to calibrate with, not {each}; "
                "bring more, or ask for fewer with --calibration-images"
            )
        rows.append(rng.choice(candidates, each, replace=False))
    return rng.permutation(np.concatenate(rows)).astype(np.int64)


def with_nondigits(calibration: CalibrationSet, seed: int) -> CalibrationSet:
    """The same images and, for every four of them, a drawn one that shows no digit."""
    count = -(-len(calibration.images) // _DIGITS_A_NONDIGIT)
    rng = np.random.default_rng([seed, _SEED_MARK, 2])
    drawn = draw_nondigits(count, rng, calibration.images)
    images = np.concatenate([calibration.images, drawn])
    facts = {
        **calibration.facts,
        "non_digits": count,
        "images_sha256": hashlib.sha256(images.tobytes()).hexdigest(),
    }
    return CalibrationSet(images, calibration.indices, facts)


def _half(pool: ImageSet) -> int:
    """How many images may calibrate so that as many, of each label, are left to prove with."""
    if pool.labels is None:
        return max(1, len(pool) // 2)
    counts = np.unique(pool.labels, return_counts=True)[1]
    return len(counts) * max(1, int(counts.min()) // 2)


def refuse_overlap(calibration: UInt8Array, evaluation: UInt8Array) -> None:
    """Raises InputError when an image is in both sets: a proof on seen images proves less."""
    shared = np.count_nonzero(_seen(calibration, evaluation))
    if shared:
        raise InputError(
            f"{shared} of {len(evaluation)} images to prove with are also among those to "
            "calibrate with; keep the two sets apart"
        )


def _seen(known: UInt8Array, images: UInt8Array) -> BoolArray:
    """(n,) which of the images are among the known ones, by their hashes."""
    hashes = {hashlib.sha256(one.tobytes()).digest() for one in known}
    return np.array([hashlib.sha256(one.tobytes()).digest() in hashes for one in images], bool)


def _calibration(pool: ImageSet, chosen: Int64Array, seed: int, part: str) -> CalibrationSet:
    taken = pool.take(chosen)
    facts = {**taken.facts(), "part": part, "seed": seed}
    return CalibrationSet(taken.images, chosen, facts)
