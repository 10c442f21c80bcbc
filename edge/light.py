"""The light on a page is divided out; what remains is what a pen left.

Ink is where a pixel is darker than the paper around it, in any colour channel: blue ink
on yellow paper shows in red.
"""

from __future__ import annotations

import cv2
import numpy as np

from edge.arrays import UInt8Array
from edge.colour import Channel, brightness, telling_channels
from edge.halving import Reduced
from edge.paper import paper_of
from edge.strength import Strength, divided


def flatten(frame: UInt8Array, grey: Reduced | None = None) -> Strength:
    """The strength of dark ink, 1 - value / paper, its largest value over the channels.

    Args:
        frame: (h, w, 3) BGR or (h, w) grey uint8.
        grey: its brightness, where that is known.
    """
    if frame.ndim == 2:
        return _of(grey or Reduced.of(frame))
    channels = telling_channels(frame)
    if channels == (Channel.BRIGHTNESS,):
        return _of(grey or Reduced.of(brightness(frame)))
    planes = (np.asarray(cv2.extractChannel(frame, one), np.uint8) for one in channels)
    return _of(*(Reduced.of(plane) for plane in planes))


def _of(*planes: Reduced) -> Strength:
    """The strength of ink in some channels."""
    return divided(planes, [paper_of(one.quarter) for one in planes])
