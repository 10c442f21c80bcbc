"""A reader on labelled photos under every variation: rows, and how each row is measured."""

from __future__ import annotations

import statistics
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from benchmarks.photos_labels import LabelledPhoto
from benchmarks.photos_score import Tally, judge_photo
from benchmarks.photos_variations import (
    SIDE,
    SPOILT,
    Digits,
    Spoil,
    Varied,
    leant,
    measure_digits,
    move_box,
    resized,
    turned,
)
from edge.arrays import UInt8Array
from edge.pictures import load_picture
from edge.reader import Reader

Variation = Callable[[UInt8Array, Digits, np.random.Generator], Varied]
"""A photo, its digits and a source of chance, to the photo as it is to be read."""


@dataclass(frozen=True, slots=True)
class VariationRow:
    """How photos were read under one variation.

    Attributes:
        name: the variation's.
        what: what it does, in words.
        tally: the counts.
        median_ms: median time of a reading, in milliseconds.
        mistakes: photo to its mistakes, in pixels of the varied photo.
    """

    name: str
    what: str
    tally: Tally
    median_ms: float
    mistakes: Mapping[str, Sequence[str]]

    def to_json(self) -> dict[str, Any]:
        """A JSON object."""
        tally = self.tally
        shares = {"f1": tally.f1, "recall": tally.recall, "precision": tally.precision}
        return asdict(self) | {name: round(value, 4) for name, value in shares.items()}


def variations() -> dict[str, tuple[str, Variation]]:
    """What each does, and how, by name, in the order of the table."""
    found: dict[str, tuple[str, Variation]] = {"as is": ("the photos as they are", _as_is)}
    for side in (640, 1280, 4000):
        found[f"{side} px"] = (f"scaled to a long side of {side} pixels", _sized(side))
    found |= {name: (what, _spoilt(spoil)) for name, (what, spoil) in SPOILT.items()}
    for turns in (1, 2, 3):
        what = f"the page lies {90 * turns} degrees clockwise"
        found[f"turned {90 * turns}"] = (what, _turned(turns))
    found["perspective"] = ("taken from aside: corners move by up to 5 %", _leant)
    return found


def measure_row(
    name: str, photos: Sequence[LabelledPhoto], reader: Reader, *, seed: int
) -> VariationRow:
    """Reads every photo under one variation.

    A photo is varied in the same way whichever others are read, and in whatever order.

    Raises:
        InputError: a photo cannot be decoded.
    """
    what, vary = variations()[name]
    tally, times_ms, mistakes = Tally(), [], {}
    for photo in photos:
        rng = np.random.default_rng([seed, _number(name), _number(photo.name)])
        image = load_picture(photo.path)
        digits = measure_digits(image, [box for _, box in photo.digits])
        varied = vary(image, digits, rng)
        begun = time.perf_counter()
        reading = reader.read(varied.image, turns=None)
        times_ms.append((time.perf_counter() - begun) * 1000)
        judgement = judge_photo(moved_photo(photo, varied), reading)
        tally += judgement.tally
        if judgement.mistakes:
            mistakes[photo.name] = judgement.mistakes
    return VariationRow(name, what, tally, statistics.median(times_ms), mistakes)


def moved_photo(photo: LabelledPhoto, varied: Varied) -> LabelledPhoto:
    """The labels of a photo where its variation moved them."""
    return replace(
        photo,
        digits=tuple((label, move_box(box, varied.moved)) for label, box in photo.digits),
        nondigits=tuple(move_box(box, varied.moved) for box in photo.nondigits),
        ignored=tuple(move_box(box, varied.moved) for box in photo.ignored),
    )


def _number(text: str) -> int:
    return zlib.crc32(text.encode())


def _as_is(image: UInt8Array, digits: Digits, rng: np.random.Generator) -> Varied:
    return Varied(image, np.eye(3))


def _sized(side: int) -> Variation:
    return lambda image, digits, rng: resized(image, side)


def _turned(turns: int) -> Variation:
    return lambda image, digits, rng: turned(image, turns)


def _leant(image: UInt8Array, digits: Digits, rng: np.random.Generator) -> Varied:
    return leant(image, rng)


def _spoilt(spoil: Spoil) -> Variation:
    def vary(image: UInt8Array, digits: Digits, rng: np.random.Generator) -> Varied:
        small = resized(image, SIDE, enlarge=False)
        unit = digits.unit * float(small.moved[1, 1])
        return replace(small, image=spoil(small.image, replace(digits, unit=unit), rng))

    return vary
