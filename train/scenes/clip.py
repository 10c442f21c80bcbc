"""A clip: one page under a camera that a hand holds."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from edge.arrays import UInt8Array
from train.scenes.page import Scene


def draw_clip(scene: Scene, frames: int, rng: np.random.Generator) -> Iterator[UInt8Array]:
    """The scene as a hand-held camera sees it: it sways, and its sensor is noisy.

    Yields:
        (h, w, 3) uint8 BGR frames.
    """
    height, width = scene.image.shape[:2]
    phase = rng.uniform(0, 2 * np.pi, 3)
    for index in range(frames):
        t = 2 * np.pi * index / max(frames, 1)
        turn = cv2.getRotationMatrix2D(
            (width / 2, height / 2),
            1.2 * float(np.sin(t + phase[0])),
            1.0 + 0.015 * float(np.sin(t + phase[1])),
        )
        turn[:, 2] += 0.008 * width * np.array([np.sin(t + phase[2]), np.cos(t + phase[0])])
        moved = cv2.warpAffine(scene.image, turn, (width, height), borderMode=cv2.BORDER_REPLICATE)
        noisy = moved + rng.normal(0, 2.0, moved.shape)
        yield np.asarray(np.clip(noisy, 0, 255), np.uint8)
