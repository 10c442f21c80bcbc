"""Where the loop leaves its newest frame and the page's clients find it.

The loop only puts a reference there; whatever costs time (drawing, JPEG, medians) is done
by the clients' threads, once a frame however many look.
"""

from __future__ import annotations

import base64
import threading
import time
from collections import deque
from collections.abc import Mapping
from typing import Any

import cv2
import numpy as np

from edge.arrays import UInt8Array
from edge.draw import draw_reading
from edge.frames import Frame
from edge.normalize import FIELD
from edge.reading import Reading

LONGEST_SIDE = 1280
"""Larger pictures are reduced to this many pixels for the page; a snapshot is not."""

MOST_INPUTS = 40
"""Digits whose network input is sent; a phone's screen holds no more."""

_HISTORY = 200  # frames behind the medians
_QUALITY = 80


class Board:
    """The newest frame with its reading."""

    def __init__(self, source: str) -> None:
        """Takes the source's name."""
        self._source = source
        self._changed = threading.Condition()
        self._encoding = threading.Lock()
        self._newest: tuple[Frame, Reading, float] | None = None
        self._version = 0
        self._closed = False
        self._stages: deque[Mapping[str, float]] = deque(maxlen=_HISTORY)
        self._latencies_s: deque[float] = deque(maxlen=_HISTORY)
        self._jpeg: tuple[int, bytes] = (0, b"")

    def put(self, frame: Frame, reading: Reading, fps: float) -> None:
        """Places a frame; costs the loop some microseconds."""
        latency_s = time.monotonic() - frame.captured_s
        with self._changed:
            self._newest = (frame, reading, fps)
            self._version += 1
            self._latencies_s.append(latency_s)
            if len(reading.stages_us) > 1:  # a still scene is compared only
                self._stages.append(reading.stages_us)
            self._changed.notify_all()

    def close(self) -> None:
        """Lets go of whoever waits."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def jpeg_after(self, version: int, timeout_s: float) -> tuple[int, bytes] | None:
        """The newest frame, annotated, as JPEG with its version.

        Args:
            version: that the client has; waits for a newer one.
            timeout_s: how long to wait.

        Returns:
            None when no newer one came.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._version > version, timeout_s)
            if self._closed or self._version <= version or self._newest is None:
                return None
        with self._encoding:  # one client encodes, the others find it done
            with self._changed:
                now, (frame, reading, _) = self._version, self._newest
            if self._jpeg[0] != now:
                self._jpeg = (now, _encode(_fitted(draw_reading(frame.image, reading))))
            return self._jpeg

    def snapshot(self) -> tuple[int, bytes] | None:
        """The newest frame at full size, annotated, as (frame number, JPEG)."""
        with self._changed:
            newest = self._newest
        if newest is None:
            return None
        return newest[0].index, _encode(draw_reading(newest[0].image, newest[1]))

    def state(self) -> dict[str, Any]:
        """What the page shows beside the picture."""
        with self._changed:
            newest, version = self._newest, self._version
            stages, latencies_s = list(self._stages), list(self._latencies_s)
        if newest is None:
            frame, reading, fps = None, Reading(), 0.0
        else:
            frame, reading, fps = newest
        shown = reading.detections[:MOST_INPUTS]
        return {
            "source": self._source,
            "version": version,
            "frame": frame.index if frame else None,
            "lines": list(reading.lines),
            "numbers": [one.text for one in reading.numbers],
            "digits": [
                {"digit": one.digit, "confidence": round(one.confidence, 3)} for one in shown
            ],
            "inputs": _strip([one.image for one in shown]),
            "fps": round(fps, 2),
            "still": len(reading.stages_us) == 1,
            "stages_us": _medians(stages),
            "latency_ms": _percentiles_ms(latencies_s),
        }


def _medians(stages: list[Mapping[str, float]]) -> dict[str, float]:
    names = list(stages[-1]) if stages else []
    return {
        name: round(float(np.median([one[name] for one in stages if name in one])), 1)
        for name in names
    }


def _percentiles_ms(latencies_s: list[float]) -> dict[str, float] | None:
    if not latencies_s:
        return None
    p50, p95 = np.percentile(latencies_s, [50, 95]) * 1000
    return {"p50": round(float(p50), 2), "p95": round(float(p95), 2)}


def _fitted(picture: UInt8Array) -> UInt8Array:
    scale = LONGEST_SIDE / max(picture.shape[:2])
    if scale >= 1:
        return picture
    size = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def _encode(picture: UInt8Array) -> bytes:
    return cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1].tobytes()


def _strip(images: list[UInt8Array]) -> str:
    """The network's inputs side by side, (28, 28 n), as a PNG in a data URL, "" for none."""
    if not images:
        return ""
    strip = np.hstack([image.reshape(FIELD, FIELD) for image in images])
    content = cv2.imencode(".png", strip)[1].tobytes()
    return "data:image/png;base64," + base64.b64encode(content).decode("ascii")
