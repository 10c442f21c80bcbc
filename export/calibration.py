"""Which images fix the ranges of an integer model: chosen evenly, and never those that prove it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np

from edge.arrays import BoolArray, Int64Array, UInt8Array
from edge.errors import InputError
from export.images import ImageSet
from train.nondigits import draw_nondigits

_DIGITS_A_NONDIGIT = 4
"""One image in five shows no digit. Digits alone never make the "is it a digit" output
negative: its range then leaves out every refusal, and int8 accepts all non-digits."""
SEED_MARK = 0xCA11B
"""Goes into every seed beside the user's: these draws are those of no training."""


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
    rng = np.random.default_rng([seed, SEED_MARK])
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


def calibration_of(pool: ImageSet, chosen: Int64Array, seed: int, part: str) -> CalibrationSet:
    """The chosen images of a pool, and what the manifest says of them."""
    taken = pool.take(chosen)
    facts = {**taken.facts(), "part": part, "seed": seed}
    return CalibrationSet(taken.images, chosen, facts)


def with_nondigits(calibration: CalibrationSet, seed: int) -> CalibrationSet:
    """The same images and, for every four of them, a drawn one that shows no digit."""
    count = -(-len(calibration.images) // _DIGITS_A_NONDIGIT)
    rng = np.random.default_rng([seed, SEED_MARK, 2])
    drawn = draw_nondigits(count, rng, calibration.images)
    images = np.concatenate([calibration.images, drawn])
    facts = {
        **calibration.facts,
        "non_digits": count,
        "images_sha256": hashlib.sha256(images.tobytes()).hexdigest(),
    }
    return CalibrationSet(images, calibration.indices, facts)


def refuse_overlap(calibration: UInt8Array, evaluation: UInt8Array) -> None:
    """Raises InputError when an image is in both sets: a proof on seen images proves less."""
    shared = np.count_nonzero(seen(calibration, evaluation))
    if shared:
        raise InputError(
            f"{shared} of {len(evaluation)} images to prove with are also among those to "
            "calibrate with; keep the two sets apart"
        )


def seen(known: UInt8Array, images: UInt8Array) -> BoolArray:
    """(n,) bool: which of the images are among the known ones, by their hashes."""
    hashes = {hashlib.sha256(one.tobytes()).digest() for one in known}
    return np.array([hashlib.sha256(one.tobytes()).digest() in hashes for one in images], bool)
