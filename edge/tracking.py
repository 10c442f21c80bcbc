"""Digits followed from frame to frame, so that what is read is steady.

One frame is one opinion. A track averages the probability vectors of its digit over the
last frames (never the labels: two half-sure frames are worth more than one vote), shows
once it was seen twice, keeps its label until another is clearly more likely, survives two
frames in which it was not found, and is gone with the third.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from edge.arrays import Float64Array
from edge.matching import match_boxes
from edge.reading import Detection, Reading, lay_out, relabelled
from edge.smear import Smear
from edge.steady_signs import signs_by_digit, spell_known
from edge.track import Steadiness, Track

CALM_LEAST = 0.4
"""Least weight of a sighting, in a frame in which nearly all else was lost."""


class Tracker:
    """Turns the readings of single frames into steady ones.

    >>> tracker = Tracker(labels="0123456789")
    >>> steady = tracker.update(reader.read(frame.image), frame.timestamp_s)
    """

    def __init__(self, labels: Sequence[str], steadiness: Steadiness | None = None) -> None:
        """Takes the model's labels, one for each probability."""
        self._labels = tuple(labels)
        self._how = steadiness or Steadiness()
        self._tracks: list[Track] = []
        self._shift = (0.0, 0.0)
        self._last_s: float | None = None
        self._smear = Smear()
        self._numbers = 0

    @property
    def shown(self) -> dict[int, str]:
        """The digit of each track that shows, by the track's number, which is never reused."""
        return {one.number: self._labels[one.label] for one in self._tracks if one.shown}

    def forget(self) -> None:
        """Begins anew with the next frame, such as one of another size: its pixels are others."""
        self._last_s = None

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
            self._tracks, self._shift, self._smear = [], (0.0, 0.0), Smear()
        passed_s = timestamp_s - self._last_s if self._last_s is not None else 0.0
        self._last_s = timestamp_s
        found, signs = reading.detections, signs_by_digit(reading)
        pairs, self._shift = match_boxes(
            [one.box for one in self._tracks],
            [one.box for one in found],
            _likeness(self._tracks, found),
            self._shift,
        )
        # Where most of what was known is lost, the sheet moves, and a smeared stroke looks
        # like a 1: what shows up then must prove itself longer.
        calm = len(pairs) / len(self._tracks) if self._tracks else 1.0
        heights = [max(found[new].box[2:]) for new in pairs.values()]
        sharp = self._smear.sharpness(self._shift, heights, passed_s)
        for known, new in pairs.items():
            seen_calmly = max(CALM_LEAST, calm)
            self._tracks[known].see(found[new], signs[new], sharp, seen_calmly, self._how)
        if not pairs and len(found) >= max(1, len(self.shown) / 2):
            self._tracks = []  # another page lies there
        for place, track in enumerate(self._tracks):
            if place not in pairs:
                track.miss(self._shift)
        # What is lost before it ever showed was noise.
        self._tracks = [
            one for one in self._tracks if one.lost <= (self._how.lost_for if one.shown else 1)
        ]
        taken = set(pairs.values())
        for place, detection in enumerate(found):
            if place not in taken:
                self._numbers += 1
                begun = Track.begin(self._numbers, detection, signs[place], sharp, self._how)
                begun.shown = first  # nothing speaks against what stands in a first frame
                self._tracks.append(begun)
        return self._steady(reading)

    def _steady(self, reading: Reading) -> Reading:
        shown = [one for one in self._tracks if one.shown]
        signs = [one.signs.shown(one.box) for one in shown]
        found = {id(one.newest): one for one in shown if not one.lost}
        if len(shown) == len(found) == len(reading.detections) and not (
            any(signs) or reading.signs
        ):
            # All that was read is shown, and nothing else: it is in order already.
            tracks = [found[id(one)] for one in reading.detections]
            return relabelled(reading, [one.detection(self._labels[one.label]) for one in tracks])
        arranged = lay_out(
            [one.detection(self._labels[one.label]) for one in shown],
            lambda boxes, line: spell_known(boxes, line, signs),
        )
        return replace(
            reading,
            detections=arranged.detections,
            numbers=arranged.numbers,
            lines=arranged.lines,
            signs=arranged.signs,
        )


def _likeness(tracks: Sequence[Track], found: Sequence[Detection]) -> Float64Array:
    """(tracks, found) how alike their probability vectors are, in [0, 1]."""
    if not tracks or not found:
        return np.zeros((len(tracks), len(found)))
    known = np.array([one.probabilities for one in tracks])
    new = np.array([one.probabilities for one in found], np.float64)
    return np.asarray(np.clip(np.sqrt(known.clip(0)) @ np.sqrt(new.clip(0)).T, 0, 1))
