"""A window with the frame, what was read in it, and what the network saw; keys change it."""

from __future__ import annotations

import sys
import time
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import cv2
import numpy as np

from edge.arrays import UInt8Array
from edge.controls import STEP, Controls
from edge.draw import draw_reading, draw_strip, write_text
from edge.errors import InputError
from edge.frames import Frame
from edge.ink import find_ink
from edge.pictures import save_picture
from edge.reading import Reading

TITLE = "edge-digits (q ends, h helps)"

LONGEST_SIDE = 1280
"""Larger frames are reduced to this many pixels to fit a screen."""

HELP = (
    "q, Esc  end",
    "space   hold the picture",
    "s       snapshot",
    "d       what the reader takes for ink",
    "+ -     threshold",
    "h       this help",
)

_END_KEYS = frozenset({ord("q"), ord("Q"), 27})  # 27: Esc
_HELD_MS = 50


class WindowSink:
    """Shows every frame; q, Esc or closing the window asks for the end."""

    def __init__(
        self,
        fps: float | None,
        controls: Controls | None = None,
        snapshots: Path = Path("snapshots"),
    ) -> None:
        """Takes what the window needs.

        Args:
            fps: the rate to show at, None to show each frame as it comes (a live source).
            controls: what the keys change.
            snapshots: folder of the s key.
        """
        self._period_s = 1 / fps if fps else 0.0
        self._live = fps is None
        self._controls = controls or Controls()
        self._snapshots = snapshots
        self._until_s = 0.0
        self._opened = False
        self._held: tuple[Frame, Reading, float] | None = None
        self._holding = self._debug = self._help = False

    def __enter__(self) -> Self:
        """The window opens with its first frame."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Closes the window."""
        if self._opened:
            cv2.destroyAllWindows()

    def show(self, frame: Frame, reading: Reading, fps: float) -> bool:
        """Shows one frame for its time; takes the keys that are pressed meanwhile."""
        if not (self._holding and self._held):
            self._held = (frame, reading, fps)
        goes_on = self._draw_and_listen()
        # A camera goes on while its picture is held; a file waits, and drops nothing.
        while goes_on and self._holding and not self._live:
            goes_on = self._draw_and_listen(_HELD_MS)
        return goes_on

    def press(self, key: int) -> bool:
        """What a key does; False to end."""
        letter = chr(key & 0xFF).lower() if key >= 0 else ""
        if key >= 0 and key & 0xFF in _END_KEYS:
            return False
        if letter == " ":
            self._holding = not self._holding
        elif letter == "d":
            self._debug = not self._debug
        elif letter == "h":
            self._help = not self._help
        elif letter in {"+", "="}:
            self._controls.threshold += STEP
        elif letter in {"-", "_"}:
            self._controls.threshold -= STEP
        elif letter == "s":
            self._snapshot()
        return True

    def _draw_and_listen(self, wait_ms: int | None = None) -> bool:
        if self._held is None:
            return True
        frame, reading, fps = self._held
        image = debug_view(frame.image) if self._debug else frame.image
        picture = compose(image, reading, fps)
        notes = [f"threshold {self._controls.threshold:.2f}"] if self._debug else []
        notes += ["held: space goes on"] if self._holding else []
        if self._debug:
            notes += [f"{name} {us / 1000:.1f} ms" for name, us in reading.stages_us.items()]
        for row, line in enumerate([*notes, *(HELP if self._help else ())]):
            write_text(picture, line, (8, 48 + 20 * row))
        cv2.imshow(TITLE, picture)
        self._opened = True
        there = _signs()
        now = time.monotonic()
        self._until_s = max(self._until_s or now, now - self._period_s) + self._period_s
        key = cv2.waitKey(wait_ms or max(1, round((self._until_s - now) * 1000)))
        closed = any(before and not after for before, after in zip(there, _signs(), strict=True))
        return self.press(key) and not closed

    def _snapshot(self) -> None:
        if self._held is None:
            return
        frame, reading, _ = self._held
        taken = datetime.now().astimezone()
        path = self._snapshots / f"edge-digits-{taken:%Y%m%d-%H%M%S}-{frame.index}.png"
        try:
            save_picture(path, draw_reading(frame.image, reading))
        except InputError as error:  # a full disk is no reason to stop reading
            print(f"no snapshot: {error}", file=sys.stderr)
        else:
            print(f"wrote {path}", file=sys.stderr)


def compose(image: UInt8Array, reading: Reading, fps: float) -> UInt8Array:
    """What the window shows.

    Args:
        image: (h, w, 3) BGR uint8.
        reading: what was read in it.
        fps: frames a second, 0 while unknown.

    Returns:
        (h + 56, w, 3) uint8: the annotated frame, reduced where it is too large for a
        screen, and beneath it the strip of what the network saw.
    """
    picture = draw_reading(image, reading)
    scale = LONGEST_SIDE / max(picture.shape[:2])
    if scale < 1:
        size = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
        reduced = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
        picture = reduced.astype(np.uint8, copy=False)
    if fps:
        write_text(picture, f"{fps:.1f} FPS  {' | '.join(reading.lines)}", (8, 24))
    return np.vstack([picture, draw_strip(reading, picture.shape[1])])


def debug_view(image: UInt8Array) -> UInt8Array:
    """(h, w, 3) uint8: the frame with what the reader takes for ink in red."""
    view = image // 2 + 96
    view[find_ink(image).mask > 0] = (40, 40, 220)
    return np.asarray(view, np.uint8)


def _signs() -> tuple[bool, bool]:
    """Two signs of the window; either, once there, goes when the user closes it.

    Qt hides the window and tells by VISIBLE. GTK destroys it and tells by AUTOSIZE, but
    knows no VISIBLE; Cocoa knows no AUTOSIZE: there one sign is never there, and never goes.
    """
    return _property(cv2.WND_PROP_VISIBLE) >= 1, _property(cv2.WND_PROP_AUTOSIZE) >= 0


def _property(which: int) -> float:
    try:
        return cv2.getWindowProperty(TITLE, which)
    except cv2.error:
        return -1
