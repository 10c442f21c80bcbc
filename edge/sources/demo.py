"""Drawn pages as a live source: something to read where there is no camera.

A hand writes numbers on a sheet, the sheet sways and comes to rest, then it is gone and
the next one begins. What is written at any moment is known: `DemoScene.text`.
"""

from __future__ import annotations

import time
from functools import lru_cache, partial
from typing import Any

import cv2
import numpy as np

from edge.arrays import UInt8Array
from edge.sources.live import LiveSource
from edge.sources.pen import FORMS, draw_stroke

NAME = "demo"
USUAL_SIZE = (640, 480)
USUAL_FPS = 25

PAGES = (("314", "159"), ("2718", "28"), ("60 22", "147"), ("8", "9035"))

_WRITING_S = 0.3  # a digit
_SWAYING_S = 2.0
_RESTING_S = 3.0
_BARE_S = 1.2
_GRAINS = 4  # pictures of a sensor's noise, one after another


class DemoScene:
    """The pages as a function of time; the same at the same time in every run."""

    def __init__(self, size: tuple[int, int] = USUAL_SIZE) -> None:
        """Takes (width, height) of the pictures in pixels."""
        self._size = size
        rng = np.random.default_rng(5)
        width, height = size
        self._grain = [
            np.asarray(rng.normal(0, 2.0, (height, width, 3)).round() + 128, np.uint8)
            for _ in range(_GRAINS)
        ]
        self._page = lru_cache(maxsize=4)(self._draw)

    def text(self, at_s: float) -> tuple[str, ...]:
        """The lines that are wholly written at a moment, in seconds from the start."""
        page, digits, _ = self._moment(at_s)
        left, lines = digits, []
        for line in PAGES[page]:
            written = ""
            for character in line:
                if character != " " and left == 0:
                    break
                written += character
                left -= character != " "
            if written.strip():
                lines.append(written.strip())
        return tuple(lines)

    def picture(self, at_s: float, frame: int) -> UInt8Array:
        """What a camera sees at a moment: (h, w, 3) uint8 BGR, with the noise of `frame`."""
        page, digits, sway = self._moment(at_s)
        image = self._page(page, digits)
        if sway:
            width, height = self._size
            turn = cv2.getRotationMatrix2D(
                (width / 2, height / 2), 1.5 * sway * float(np.sin(3 * at_s)), 1.0
            )
            turn[0, 2] += 0.02 * width * sway * float(np.cos(2.2 * at_s))
            turn[1, 2] += 0.02 * width * sway * float(np.sin(2.7 * at_s))
            image = np.asarray(
                cv2.warpAffine(image, turn, self._size, borderMode=cv2.BORDER_REPLICATE), np.uint8
            )
        # A picture of noise around 128, so that both are bytes.
        noisy = cv2.addWeighted(image, 1.0, self._grain[frame % _GRAINS], 1.0, -128.0)
        return np.asarray(noisy, np.uint8)

    def _moment(self, at_s: float) -> tuple[int, int, float]:
        """Page, digits that stand on it, and how much it sways, in [0, 1]."""
        lengths = [_count(page) * _WRITING_S + _SWAYING_S + _RESTING_S + _BARE_S for page in PAGES]
        left = at_s % sum(lengths)
        page = 0
        while left >= lengths[page]:
            left -= lengths[page]
            page += 1
        count = _count(PAGES[page])
        if left < _BARE_S:
            return page, 0, 0.0
        left -= _BARE_S
        digits = min(count, int(left / _WRITING_S) + 1)
        swaying = left - count * _WRITING_S
        if 0 <= swaying < _SWAYING_S:
            return page, count, float(np.sin(np.pi * swaying / _SWAYING_S))
        return page, digits, 0.0

    def _draw(self, page: int, digits: int) -> UInt8Array:
        """The sheet with its first digits, under an uneven light."""
        width, height = self._size
        x, y = np.meshgrid(np.linspace(-1, 1, width), np.linspace(-1, 1, height))
        light = 0.92 + 0.06 * x - 0.08 * (x**2 + y**2)
        sheet = np.asarray(np.array([228, 236, 238]) * light[..., None], np.uint8)
        rng = np.random.default_rng(page)
        scale = height / len(PAGES[page]) / 16 * 0.42
        left = digits
        for row, line in enumerate(PAGES[page]):
            at = np.array([width * 0.1, height * (row + 0.3) / len(PAGES[page])])
            for character in line:
                if character == " ":
                    at[0] += 9 * scale
                    continue
                form, shift = FORMS[character], rng.normal(0, 0.5, 2)
                if left > 0:
                    for stroke in form:
                        draw_stroke(sheet, (np.array(stroke) + shift) * scale + at, 1.3 * scale)
                left -= 1
                at[0] += 13.5 * scale
        return np.asarray(cv2.GaussianBlur(sheet, (0, 0), 0.8), np.uint8)


class _DemoCapture:
    """Shaped as cv2.VideoCapture is; waits for its next picture as a camera does."""

    def __init__(self, size: tuple[int, int], fps: int) -> None:
        self._scene = DemoScene(size)
        self._period_s = 1 / fps
        self._began_s = time.monotonic()
        self._frame = 0

    def read(self) -> tuple[bool, Any]:
        due_s = self._frame * self._period_s
        time.sleep(max(0.0, self._began_s + due_s - time.monotonic()))
        self._frame += 1
        return True, self._scene.picture(due_s, self._frame)

    def release(self) -> None:
        """Nothing is open."""


def demo_source(size: tuple[int, int] | None = None, fps: int | None = None) -> LiveSource:
    """Drawn pages at a camera's pace."""
    return LiveSource(NAME, partial(_DemoCapture, size or USUAL_SIZE, fps or USUAL_FPS), "")


def _count(page: tuple[str, ...]) -> int:
    return len("".join(page).replace(" ", ""))
