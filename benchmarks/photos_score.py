"""How well a labelled photo was read: boxes matched, digits compared, mistakes named."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass

import numpy as np

from benchmarks.photos_labels import LabelledPhoto
from edge.arrays import Float64Array
from edge.reading import Reading
from edge.segment import Box

OVERLAP = 0.5
"""Intersection over union from which on two boxes are the same place."""

NEAR, ALIKE = 0.3, 1.5
"""A 1 is a few pixels wide, its overlap a matter of luck: centres nearer than NEAR of the
label's longer side, and longer sides that differ by no more than a factor ALIKE, do as well."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts over photos; tallies add up.

    Attributes:
        photos: photos read.
        boxed: photos whose findings can be judged.
        perfect: of these, read without any mistake.
        full: pages (not cut-outs) among those judged.
        full_perfect: of these, read without any mistake.
        digits: labelled digits.
        found: labelled digits with a reading at their place.
        right: of these, with the right digit.
        false: readings where no digit is labelled.
        nondigits: labelled things that are no digits.
        nondigits_accepted: of these, read as digits.
        transcribed: photos whose lines can be compared.
        lines_right: of these, with every line right.
    """

    photos: int = 0
    boxed: int = 0
    perfect: int = 0
    full: int = 0
    full_perfect: int = 0
    digits: int = 0
    found: int = 0
    right: int = 0
    false: int = 0
    nondigits: int = 0
    nondigits_accepted: int = 0
    transcribed: int = 0
    lines_right: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))

    @property
    def recall(self) -> float:
        """Share of the written digits read as what they are, at their place."""
        return self.right / max(1, self.digits)

    @property
    def precision(self) -> float:
        """Share of the readings that are a digit at its place, read as what it is."""
        return self.right / max(1, self.found + self.false)

    @property
    def f1(self) -> float:
        """Harmonic mean of recall and precision; 1 where nothing is written and nothing read."""
        if self.digits == self.found + self.false == 0:
            return 1.0
        return 2 * self.right / (self.digits + self.found + self.false)


@dataclass(frozen=True, slots=True)
class Judgement:
    """One photo's counts, and each mistake in words."""

    tally: Tally
    mistakes: tuple[str, ...]


def judge_photo(photo: LabelledPhoto, reading: Reading) -> Judgement:
    """Compares a reading with a photo's labels, both in pixels of the same picture."""
    counts = {"photos": 1}
    mistakes: list[str] = []
    if photo.has_boxes:
        counts |= _judge_boxes(photo, reading, mistakes)
    if not photo.ignored and not photo.touching:
        want, have = (_without_spaces(lines) for lines in (photo.lines, reading.lines))
        counts |= {"transcribed": 1, "lines_right": int(want == have)}
        if want != have and not mistakes:
            mistakes.append(f"lines {want} read as {have}")
    return Judgement(Tally(**counts), tuple(mistakes))


def _judge_boxes(photo: LabelledPhoto, reading: Reading, mistakes: list[str]) -> dict[str, int]:
    found = reading.detections
    boxes = [one.box for one in found]
    pairs = match(affinities([box for _, box in photo.digits], boxes))
    ignored = _fits_any(photo.ignored, boxes)
    others = _fits_any(photo.nondigits, boxes)
    rest = [i for i in range(len(boxes)) if i not in set(pairs.values()) and not ignored[i]]
    right = 0
    for place, (label, box) in enumerate(photo.digits):
        if place not in pairs:
            mistakes.append(f"{label} missed at {list(box)}")
        elif found[pairs[place]].digit == label:
            right += 1
        else:
            mistakes.append(f"{label} read as {found[pairs[place]].digit} at {list(box)}")
    mistakes += [f"{found[i].digit} read at {list(boxes[i])} where there is none" for i in rest]
    perfect = int(right == len(photo.digits) and not rest)
    return {
        "boxed": 1,
        "perfect": perfect,
        "full": int(photo.full_frame),
        "full_perfect": perfect * int(photo.full_frame),
        "digits": len(photo.digits),
        "found": len(pairs),
        "right": right,
        "false": len(rest),
        "nondigits": len(photo.nondigits),
        "nondigits_accepted": sum(others[i] for i in rest),
    }


def affinities(truths: Sequence[Box], boxes: Sequence[Box]) -> Float64Array:
    """How well boxes fit labelled ones.

    Returns:
        (truths, boxes) in [0, 1]: the overlap, -1 where the two are not the same place.
    """
    if not truths or not boxes:
        return np.full((len(truths), len(boxes)), -1.0)
    a = np.array(truths, np.float64)[:, None]
    b = np.array(boxes, np.float64)[None]
    shared = np.maximum(
        0, np.minimum(a[..., :2] + a[..., 2:], b[..., :2] + b[..., 2:]) - np.maximum(a, b)[..., :2]
    ).prod(axis=-1)
    overlap = shared / (a[..., 2:].prod(axis=-1) + b[..., 2:].prod(axis=-1) - shared)
    apart = np.hypot(*np.moveaxis(a[..., :2] + a[..., 2:] / 2 - b[..., :2] - b[..., 2:] / 2, -1, 0))
    side, other = a[..., 2:].max(axis=-1), b[..., 2:].max(axis=-1)
    alike = (other <= ALIKE * side) & (side <= ALIKE * other)
    return np.where((overlap >= OVERLAP) | ((apart < NEAR * side) & alike), overlap, -1.0)


def match(fit: Float64Array) -> dict[int, int]:
    """Pairs labels with boxes, the best fit first, none twice; label index to box index."""
    pairs: dict[int, int] = {}
    # Of equal fits the last ones first: any order would do, but it must be one.
    for place in np.argsort(fit, axis=None, kind="stable")[::-1].tolist():
        truth, box = divmod(place, fit.shape[1])
        if fit[truth, box] < 0:
            break
        if truth not in pairs and box not in pairs.values():
            pairs[truth] = box
    return pairs


def _fits_any(places: Sequence[Box], boxes: Sequence[Box]) -> list[bool]:
    """For each box, whether it lies at one of the places."""
    return [bool(fit.max(initial=-1.0) >= 0) for fit in affinities(places, boxes).T]


def _without_spaces(lines: Iterable[str]) -> list[str]:
    return ["".join(line.split()) for line in lines if line.strip()]
