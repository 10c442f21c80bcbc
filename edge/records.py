"""Readings as JSON objects: what `--json` prints."""

from __future__ import annotations

from typing import Any

from edge.arrays import UInt8Array
from edge.frames import Frame
from edge.reading import Reading


def reading_to_json(
    source: str, frame: UInt8Array, reading: Reading, *, signed: bool = False
) -> dict[str, Any]:
    """The object that `--json` prints for one photo.

    With `signed` it also holds the numbers and the signs that were read.
    """
    record = {
        "source": source,
        "width": int(frame.shape[1]),
        "height": int(frame.shape[0]),
        "detections": _detections(reading),
        "lines": list(reading.lines),
    }
    if signed:
        record["numbers"] = _numbers(reading)
        record["signs"] = _signs(reading)
    return record


def frame_to_json(frame: Frame, reading: Reading, *, signed: bool = False) -> dict[str, Any]:
    """The object that `--json` prints for one frame; boxes in pixels of the frame.

    With `signed` it also holds the signs that were read.
    """
    record = {
        "frame": frame.index,
        "time_s": round(frame.timestamp_s, 3),
        "detections": _detections(reading),
        "numbers": _numbers(reading),
        "lines": list(reading.lines),
    }
    if signed:
        record["signs"] = _signs(reading)
    return record


def _signs(reading: Reading) -> list[dict[str, Any]]:
    return [{"box": list(one.box), "sign": one.text} for one in reading.signs]


def _detections(reading: Reading) -> list[dict[str, Any]]:
    return [
        {"box": list(one.box), "digit": one.digit, "confidence": round(one.confidence, 4)}
        for one in reading.detections
    ]


def _numbers(reading: Reading) -> list[dict[str, Any]]:
    return [{"box": list(one.box), "text": one.text} for one in reading.numbers]
