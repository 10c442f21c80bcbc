"""One digit that is followed: what is believed of it, and how slowly that changes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from edge.arrays import Float64Array
from edge.reading import Detection
from edge.segment import Box
from edge.steady_signs import TrackedSigns


@dataclass(frozen=True, slots=True)
class Steadiness:
    """How slow a track is to believe.

    Attributes:
        memory: frames that the average remembers; the share of the newest is 1 / memory.
        show_from: sum of its sightings' confidences from which on a track shows: two sure
            ones, or three and more that are less so.
        lost_for: frames in a row for which a track is kept without being found.
        margin: by how much another label's averaged probability must lead before a track
            changes its digit.
        longest_gap_s: time between two frames after which nothing is carried over.
    """

    memory: int = 5
    show_from: float = 1.7
    lost_for: int = 2
    margin: float = 0.15
    longest_gap_s: float = 1.0


@dataclass(slots=True)
class Track:
    """One digit on the paper.

    Attributes:
        number: its own, never reused.
        newest: how it was seen last.
        box: where it is now, also while it is lost.
        probabilities: (10,) their average over its sightings.
        is_digit: the same of how surely it is a digit.
        label: index of the digit that is believed.
        weight: of the sightings behind the average, at most `Steadiness.memory`.
        evidence: sum of the sightings' confidences.
        signs: of the number, beside it.
        seen: sightings.
        lost: frames in a row without one.
        shown: whether it was believed once.
    """

    number: int
    newest: Detection
    box: Box
    probabilities: Float64Array
    is_digit: float
    label: int
    weight: float
    evidence: float
    signs: TrackedSigns
    seen: int = 1
    lost: int = 0
    shown: bool = False

    @classmethod
    def begin(
        cls,
        number: int,
        detection: Detection,
        signs: dict[str, Box],
        sharp: float,
        how: Steadiness,
    ) -> Self:
        """A first sighting, which counts `sharp`, in (0, 1]."""
        probabilities = detection.probabilities.astype(np.float64)
        beside = TrackedSigns(how.margin)
        beside.see(detection.box, signs, 1.0)
        return cls(
            number=number,
            newest=detection,
            box=detection.box,
            probabilities=probabilities,
            is_digit=_is_digit(detection),
            label=int(probabilities.argmax()),
            weight=sharp,
            evidence=sharp * detection.confidence,
            signs=beside,
        )

    def see(
        self,
        detection: Detection,
        signs: dict[str, Box],
        sharp: float,
        calm: float,
        how: Steadiness,
    ) -> None:
        """Takes another sighting.

        Args:
            detection: how it is seen.
            signs: beside it.
            sharp: what the sighting counts for the average, in (0, 1].
            calm: the same for showing it at all, if that is less.
            how: how slow it is to believe.
        """
        if self.seen == 1:  # what moves that fast now was as smeared when it first was seen
            self.weight *= sharp
            self.evidence *= sharp
        self.seen += 1
        self.lost = 0
        self.newest, self.box = detection, detection.box
        # A plain mean while the track is young, then the newest counts 1 / memory.
        self.weight = min(self.weight + sharp, how.memory)
        share = sharp / self.weight
        self.probabilities += share * (detection.probabilities - self.probabilities)
        self.is_digit += share * (_is_digit(detection) - self.is_digit)
        self.signs.see(detection.box, signs, share)
        best = int(self.probabilities.argmax())
        lead = self.probabilities[best] - self.probabilities[self.label]
        if not self.shown or lead > how.margin:
            self.label = best
        self.evidence += min(sharp, calm) * detection.confidence
        self.shown = self.shown or self.evidence >= how.show_from

    def miss(self, shift: tuple[float, float]) -> None:
        """Takes a frame in which it is not found; it goes along with the sheet, in pixels."""
        self.lost += 1
        x, y, w, h = self.box
        self.box = max(0, round(x + shift[0])), max(0, round(y + shift[1])), w, h

    def detection(self, label: str) -> Detection:
        """What is believed of it, the label being that of the model."""
        sure = float(self.probabilities[self.label]) * self.is_digit
        return replace(
            self.newest,
            box=self.box,
            digit=label,
            confidence=min(1.0, sure),
            probabilities=self.probabilities.astype(np.float32),
        )


def _is_digit(detection: Detection) -> float:
    """How surely it is a digit at all: the confidence without the label's probability."""
    best = float(detection.probabilities.max())
    return min(1.0, detection.confidence / best) if best > 0 else 0.0
