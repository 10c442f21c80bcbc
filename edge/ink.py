"""From a photo to its ink: the light is divided out, the rules are taken off."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from edge.arrays import UInt8Array
from edge.halving import quartered
from edge.light import flatten
from edge.noise import calm
from edge.polarity import is_enough, polarity
from edge.rules import remove_rules
from edge.threshold import threshold


@dataclass(frozen=True, slots=True)
class InkMap:
    """The ink of a frame.

    Attributes:
        strength: (h, w) uint8, 0 for paper to 255 for ink that reflects nothing.
        mask: (h, w) uint8, 255 where there is ink, else 0.
        grey: (h, w) uint8, the frame's brightness, inverted where the writing is light.
        light_on_dark: whether the writing is brighter than its ground (a blackboard).
        doubtful: whether it may as well be the other way round.
    """

    strength: UInt8Array
    mask: UInt8Array
    grey: UInt8Array
    light_on_dark: bool
    doubtful: bool = False


def find_ink(frame: UInt8Array, light_on_dark: bool | None = None) -> InkMap:
    """Separates ink from paper.

    Args:
        frame: (h, w, 3) BGR or (h, w) grey uint8.
        light_on_dark: whether the writing is brighter than its ground; None finds out.
    """
    grey = frame
    if frame.ndim == 3:
        grey = np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), np.uint8)
    small = quartered(grey)
    doubtful = False
    if light_on_dark is None:
        light_on_dark, doubtful = polarity(small if is_enough(small) else grey)
    if light_on_dark:
        frame, grey, small = (
            np.asarray(cv2.bitwise_not(one), np.uint8) for one in (frame, grey, small)
        )
    calmed = calm(frame, grey)
    strength = remove_rules(flatten(calmed, *((grey, small) if calmed is frame else ())))
    return InkMap(strength, threshold(strength), grey, light_on_dark, doubtful)
