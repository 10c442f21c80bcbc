"""Fuzzes the sizes of pictures: `python -m tests.fuzz.pictures CORPUS -max_total_time=600`.

What OpenCV decodes must be as large as was read from its head: else a picture could claim
little and take much.
"""

from __future__ import annotations

import atheris
import cv2
import numpy as np

with atheris.instrument_imports(include=["edge"]):
    from edge.picture_size import picture_size

from tests.fuzz.common import fuzz

MOST = 1 << 20


def one_input(data: bytes) -> None:
    size = picture_size(data)
    assert size is None or min(size) >= 0
    if size is None or not 0 < size[0] * size[1] <= MOST:
        return
    try:
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error:
        return
    if image is not None:
        pixels = image.shape[0] * image.shape[1]
        assert pixels <= size[0] * size[1], (image.shape, size)


def seeds() -> list[bytes]:
    picture = np.random.default_rng(1).integers(0, 256, (7, 5, 3), np.uint8)
    found = []
    for suffix in (".png", ".jpg", ".bmp", ".webp", ".tiff", ".pgm", ".ppm", ".gif"):
        if cv2.haveImageWriter(f"a{suffix}"):
            there, code = cv2.imencode(suffix, picture[..., 0] if suffix == ".pgm" else picture)
            found += [code.tobytes()] if there else []
    return found


if __name__ == "__main__":
    cv2.setLogLevel(0) if hasattr(cv2, "setLogLevel") else None
    fuzz(one_input, seeds())
