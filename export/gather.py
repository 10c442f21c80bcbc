"""Which images a model is calibrated on, and which prove it: found, and kept apart."""

from __future__ import annotations

import hashlib
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from edge.errors import InputError
from export.calibration import (
    SEED_MARK,
    CalibrationSet,
    balanced_choice,
    calibration_of,
    refuse_overlap,
    seen,
    with_nondigits,
)
from export.contract import ModelContract
from export.images import ImageSet, load_images, noise
from train.data import DataSource, load_dataset
from train.nondigits import draw_nondigits

DEFAULT_COUNT = 500
_NOISE_COUNT = 100
_PROVING_NONDIGITS = 1000


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
    calibration, evaluation = _images(request, contract)
    if not len(evaluation):
        raise InputError("no images are left to prove with; bring more, or name --evaluation")
    if calibration is not None:
        refuse_overlap(calibration.images, evaluation.images)
    if not (contract.reads_digits and contract.rejects):
        return ExportImages(calibration, evaluation)
    return _beside_nondigits(calibration, evaluation, request.seed)


def _images(
    request: ImageRequest, contract: ModelContract
) -> tuple[CalibrationSet | None, ImageSet]:
    """What to calibrate on, or None, and what to prove with."""
    calibration: CalibrationSet | None = None
    if request.calibration is not None:
        calibration, evaluation = _brought(request, request.calibration, contract)
    elif contract.reads_digits:
        calibration, evaluation = _digits(request)
    else:
        evaluation = noise(contract, _NOISE_COUNT, request.seed)
    if request.evaluation is not None:
        return calibration, load_images(request.evaluation, contract)
    if evaluation.name == "noise":
        print(
            f"warning: proved on {len(evaluation)} random pictures only; name real ones with "
            "--calibration or --evaluation",
            file=sys.stderr,
        )
    return calibration, evaluation


def _brought(
    request: ImageRequest, pictures: Path, contract: ModelContract
) -> tuple[CalibrationSet, ImageSet]:
    """A user's own pictures: a seeded draw calibrates, the rest proves."""
    pool = load_images(pictures, contract)
    count = request.count if request.evaluation else min(request.count, _half(pool))
    chosen = balanced_choice(pool, count, request.seed)
    calibration = calibration_of(pool, chosen, request.seed, "a seeded draw of the pictures")
    return calibration, pool.take(np.setdiff1d(np.arange(len(pool)), chosen))


def _digits(request: ImageRequest) -> tuple[CalibrationSet, ImageSet]:
    """Digits: training images calibrate, test images prove."""
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
    return calibration_of(train, chosen, request.seed, "train"), test


def _beside_nondigits(
    calibration: CalibrationSet | None, evaluation: ImageSet, seed: int
) -> ExportImages:
    """For a model that refuses: drawn non-digits to calibrate on, and others to prove with."""
    rng = np.random.default_rng([seed, SEED_MARK, 1])
    drawn = draw_nondigits(_PROVING_NONDIGITS, rng, evaluation.images)
    if calibration is not None:
        calibration = with_nondigits(calibration, seed)
        drawn = drawn[~seen(calibration.images, drawn)]  # empty paper is drawn more than once
    digest = hashlib.sha256(drawn.tobytes()).hexdigest()
    return ExportImages(calibration, evaluation, ImageSet(drawn, None, "non-digits", digest))


def _half(pool: ImageSet) -> int:
    """How many images may calibrate so that as many, of each label, are left to prove with."""
    if pool.labels is None:
        return max(1, len(pool) // 2)
    counts = np.unique(pool.labels, return_counts=True)[1]
    return len(counts) * max(1, int(counts.min()) // 2)
