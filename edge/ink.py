"""From a photo to its ink: the light is divided out, the rules are taken off."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from edge.arrays import UInt8Array
from edge.halving import Reduced
from edge.light import flatten
from edge.noise import calm
from edge.polarity import is_enough, polarity
from edge.rules import without_rules
from edge.threshold import Ink, threshold


@dataclass(frozen=True, slots=True)
class InkMap:
    """The ink of a frame.

    Attributes:
        part: where on the frame there is ink, and how strong it is there.
        grey: (h, w) uint8, the frame's brightness, inverted where the writing is light.
        light_on_dark: whether the writing is brighter than its ground (a blackboard).
        doubtful: whether it may as well be the other way round.
        ruled: whether rules were taken off it.
    """

    part: Ink
    grey: UInt8Array
    light_on_dark: bool
    doubtful: bool = False
    ruled: bool = False

    @property
    def strength(self) -> UInt8Array:
        """(h, w) uint8, 0 for paper to 255 for ink that reflects nothing."""
        return self._on_frame(self.part.strength)

    @property
    def mask(self) -> UInt8Array:
        """(h, w) uint8, 255 where there is ink, else 0."""
        return self._on_frame(self.part.mask)

    def _on_frame(self, part: UInt8Array) -> UInt8Array:
        x, y, w, h = self.part.box
        whole = np.zeros(self.grey.shape, np.uint8)
        whole[y : y + h, x : x + w] = part
        return whole


def find_ink(frame: UInt8Array, light_on_dark: bool | None = None) -> InkMap:
    """Separates ink from paper.

    Args:
        frame: (h, w, 3) BGR or (h, w) grey uint8.
        light_on_dark: whether the writing is brighter than its ground; None finds out.
    """
    grey = frame
    if frame.ndim == 3:
        grey = np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), np.uint8)
    reduced = Reduced.of(grey)
    doubtful = False
    if light_on_dark is None:
        enough = is_enough(reduced.quarter)
        light_on_dark, doubtful = polarity(reduced.quarter if enough else grey)
    if light_on_dark:
        frame, reduced = np.asarray(cv2.bitwise_not(frame), np.uint8), reduced.negative()
    calmed = calm(frame, reduced.whole)
    strength = flatten(calmed, reduced if calmed is frame else None)
    bare = without_rules(strength)
    ruled = bare is not strength
    return InkMap(threshold(bare), reduced.whole, light_on_dark, doubtful, ruled)
