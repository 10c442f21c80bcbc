"""Fuzzes the reader with frames: `python -m tests.fuzz.frames CORPUS -max_total_time=600`."""

from __future__ import annotations

import json

import atheris
import cv2
import numpy as np

with atheris.instrument_imports(include=["edge"]):
    from edge.errors import InputError
    from edge.reader import Reader
    from edge.records import reading_to_json

from edge.sources.demo import DemoScene
from tests.fuzz.common import check_refusal, fuzz

READER = Reader()
SIDES = (0, 1, 2, 3, 5, 8, 16, 28, 40, 64, 100, 160)
CHANNELS = (None, 1, 3, 4, 2, 0)
DTYPES = (np.uint8, np.int8, np.uint16, np.float32, np.bool_)


def one_input(data: bytes) -> None:
    """Three bytes say shape and type, one a scale, the others are the pixels, repeated."""
    if len(data) < 5:
        return
    height, width = SIDES[data[0] % len(SIDES)], SIDES[data[1] % len(SIDES)]
    channels = CHANNELS[data[2] % 16 if data[2] % 16 < len(CHANNELS) else 0]
    dtype = DTYPES[data[2] // 16 if data[2] // 16 < len(DTYPES) else 0]
    shape = (height, width) if channels is None else (height, width, channels)
    pixels = np.frombuffer(data[4:], np.uint8)
    frame = np.resize(pixels, shape).astype(dtype)
    times = 1 + data[3] % 8
    if times > 1 and 0 not in shape and dtype is np.uint8 and channels != 2:
        side = (width * times, height * times)
        frame = cv2.resize(frame, side, interpolation=cv2.INTER_CUBIC)
    try:
        reading = READER.read(frame)
    except InputError as error:
        check_refusal(error)
        return
    json.dumps(reading_to_json("fuzz", frame, reading), allow_nan=False)
    for one in reading.detections:
        x, y, w, h = one.box
        assert 0 <= x < x + w <= frame.shape[1], one.box
        assert 0 <= y < y + h <= frame.shape[0], one.box
        assert 0 <= one.confidence <= 1
        assert len(one.digit) == 1


def seeds() -> list[bytes]:
    scene = DemoScene((160, 100))
    found = []
    for at_s in (1.6, 2.6, 4.5, 14.0, 24.0):
        grey = cv2.cvtColor(scene.picture(at_s, 1), cv2.COLOR_BGR2GRAY)
        found.append(bytes([10, 11, 0, 1]) + grey.tobytes())
        small = cv2.resize(grey, (64, 40), interpolation=cv2.INTER_AREA)
        found.append(bytes([8, 9, 0, 3]) + small.tobytes())
    return found


if __name__ == "__main__":
    fuzz(one_input, seeds())
