"""Digits followed from frame to frame, so that what is read is steady.

One frame is one opinion. A track averages the probability vectors of its digit over the
last frames (never the labels: two half-sure frames are worth more than one vote), shows
once it was seen twice, keeps its label until another is clearly more likely, survives two
frames in which it was not found, and is gone with the third.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from edge.arrays import Float64Array
from edge.matching import match_boxes
from edge.reading import Detection, Reading, arrange
from edge.segment import Box

CALM_LEAST = 0.4
"""Least weight of a sighting, in a frame in which nearly all else was lost."""


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
class _Track:
    """One digit on the paper."""

    number: int
    newest: Detection
    box: Box
    probabilities: Float64Array
    is_digit: float
    label: int
    evidence: float
    seen: int = 1
    lost: int = 0
    shown: bool = False


class Tracker:
    """Turns the readings of single frames into steady ones.

    >>> tracker = Tracker(labels="0123456789")
    >>> steady = tracker.update(reader.read(frame.image), frame.timestamp_s)
    """

    def __init__(self, labels: Sequence[str], steadiness: Steadiness | None = None) -> None:
        """Takes the model's labels, one for each probability."""
        self._labels = tuple(labels)
        self._how = steadiness or Steadiness()
        self._tracks: list[_Track] = []
        self._shift = (0.0, 0.0)
        self._last_s: float | None = None
        self._numbers = 0

    @property
    def shown(self) -> dict[int, str]:
        """The digit of each track that shows, by the track's number, which is never reused."""
        return {one.number: self._labels[one.label] for one in self._tracks if one.shown}

    def stay(self, timestamp_s: float) -> None:
        """Takes a frame that shows what the last one did and was not read."""
        self._last_s = timestamp_s

    def update(self, reading: Reading, timestamp_s: float) -> Reading:
        """Takes one frame's reading; returns the steady one.

        Args:
            reading: what the frame alone says.
            timestamp_s: of the frame, in seconds of its source.
        """
        first = self._last_s is None or not (
            0 <= timestamp_s - self._last_s <= self._how.longest_gap_s
        )
        if first:
            self._tracks, self._shift = [], (0.0, 0.0)
        self._last_s = timestamp_s
        found = reading.detections
        pairs, self._shift = match_boxes(
            [one.box for one in self._tracks],
            [one.box for one in found],
            _likeness(self._tracks, found),
            self._shift,
        )
        # Where most of what was known is lost, the sheet moves, and a smeared stroke looks
        # like a 1: what shows up then must prove itself longer.
        calm = len(pairs) / len(self._tracks) if self._tracks else 1.0
        for known, new in pairs.items():
            self._see(self._tracks[known], found[new], max(CALM_LEAST, calm))
        if not pairs and len(found) >= max(1, len(self.shown) / 2):
            self._tracks = []  # another page lies there
        for place, track in enumerate(self._tracks):
            if place not in pairs:
                track.lost += 1
                track.box = _moved(track.box, self._shift)
        # What is lost before it ever showed was noise.
        self._tracks = [
            one for one in self._tracks if one.lost <= (self._how.lost_for if one.shown else 1)
        ]
        taken = set(pairs.values())
        for place, detection in enumerate(found):
            if place not in taken:
                # Nothing speaks against what stands in a first frame.
                self._tracks.append(self._new(detection, shown=first))
        return self._steady(reading)

    def _new(self, detection: Detection, *, shown: bool) -> _Track:
        self._numbers += 1
        probabilities = detection.probabilities.astype(np.float64)
        label = int(probabilities.argmax())
        return _Track(
            self._numbers,
            detection,
            detection.box,
            probabilities,
            _is_digit(detection),
            label,
            detection.confidence,
            shown=shown or detection.confidence >= self._how.show_from,
        )

    def _see(self, track: _Track, detection: Detection, weight: float) -> None:
        track.seen += 1
        track.lost = 0
        track.newest, track.box = detection, detection.box
        # A plain mean while the track is young, then the newest counts 1 / memory.
        share = 1 / min(track.seen, self._how.memory)
        track.probabilities += share * (detection.probabilities - track.probabilities)
        track.is_digit += share * (_is_digit(detection) - track.is_digit)
        best = int(track.probabilities.argmax())
        lead = track.probabilities[best] - track.probabilities[track.label]
        if not track.shown or lead > self._how.margin:
            track.label = best
        track.evidence += weight * detection.confidence
        track.shown = track.shown or track.evidence >= self._how.show_from

    def _steady(self, reading: Reading) -> Reading:
        shown = [self._detection(one) for one in self._tracks if one.shown]
        arranged = arrange(shown)
        return replace(
            reading,
            detections=arranged.detections,
            numbers=arranged.numbers,
            lines=arranged.lines,
        )

    def _detection(self, track: _Track) -> Detection:
        sure = float(track.probabilities[track.label]) * track.is_digit
        return replace(
            track.newest,
            box=track.box,
            digit=self._labels[track.label],
            confidence=min(1.0, sure),
            probabilities=track.probabilities.astype(np.float32),
        )


def _is_digit(detection: Detection) -> float:
    """How surely it is a digit at all: the confidence without the label's probability."""
    best = float(detection.probabilities.max())
    return min(1.0, detection.confidence / best) if best > 0 else 0.0


def _likeness(tracks: Sequence[_Track], found: Sequence[Detection]) -> Float64Array:
    """(tracks, found) how alike their probability vectors are, in [0, 1]."""
    if not tracks or not found:
        return np.zeros((len(tracks), len(found)))
    known = np.array([one.probabilities for one in tracks])
    new = np.array([one.probabilities for one in found], np.float64)
    return np.asarray(np.clip(np.sqrt(known.clip(0)) @ np.sqrt(new.clip(0)).T, 0, 1))


def _moved(box: Box, shift: tuple[float, float]) -> Box:
    x, y, w, h = box
    return max(0, round(x + shift[0])), max(0, round(y + shift[1])), w, h
