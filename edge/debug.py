"""Each stage of a reading as a picture: what to look at when a page is not read."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from edge.acceptance import Verdict
from edge.arrays import UInt8Array
from edge.draw import draw_reading, write_text
from edge.examination import Examination
from edge.normalize import FIELD
from edge.pictures import save_picture
from edge.reading import Reading

STAGES = ("1-light", "2-ink", "3-candidates", "4-inputs", "5-result")
"""What the pictures' names end with, in the order of the stages."""

_LEGIBLE = 640
"""Long side, in pixels, of a picture that has room for words."""

_CELL = 3 * FIELD
_PER_ROW = 12
_LINE, _MARGIN, _ROOM = 28, 8, 12
"""Pixels from line to line of text, beside it, and for a character of it at most."""

_GROUND = 40  # of `write_text`
_ACCEPTED, _REFUSED = (60, 170, 40), (50, 50, 220)  # BGR


def write_stages(
    examination: Examination, frame: UInt8Array, folder: Path, stem: str
) -> list[Path]:
    """Writes five pictures: light divided out, ink, candidates, the network's inputs, the result.

    Candidates carry the reason for which they were refused; inputs are the 28x28 images
    as the network saw them, under each what it said; the result is as in `draw_result`.

    Args:
        examination: what every stage made of the frame.
        frame: (h, w, 3) BGR or (h, w) grey uint8, as it was given to the reader.
        folder: where to write; made where it is not there.
        stem: what the files' names begin with.

    Returns:
        The files, in the order of the stages.

    Raises:
        InputError: they cannot be written.
    """
    pictures = (
        255 - examination.ink.strength,
        255 - examination.ink.mask,
        draw_candidates(examination),
        draw_inputs(examination),
        draw_result(frame, examination.reading),
    )
    written = []
    for name, picture in zip(STAGES, pictures, strict=True):
        path = folder / f"{stem}-{name}.png"
        save_picture(path, np.asarray(picture, np.uint8))
        written.append(path)
    return written


def draw_candidates(examination: Examination) -> UInt8Array:
    """The page with every candidate, green or red with its reason.

    Returns:
        (n h, n w, 3) uint8 for a page of (h, w); a small one is enlarged n times, so that the
        reasons can be read.
    """
    page = examination.page
    color = cv2.cvtColor(page, cv2.COLOR_GRAY2BGR) if page.ndim == 2 else page
    times = max(1, _LEGIBLE // max(page.shape[:2]))
    canvas = np.array(color, np.uint8).repeat(times, axis=0).repeat(times, axis=1)
    for candidate, verdict in zip(examination.candidates, examination.verdicts, strict=True):
        x, y, w, h = (times * side for side in candidate.box)
        accepted = verdict is Verdict.ACCEPTED
        shade = _ACCEPTED if accepted else _REFUSED
        cv2.rectangle(canvas, (x, y), (x + w, y + h), shade, 1)
        if not accepted:
            cv2.putText(
                canvas,
                verdict.value,
                (x, max(8, y - 2)),
                cv2.FONT_HERSHEY_SIMPLEX,
                0.32,
                shade,
                1,
                cv2.LINE_AA,
            )
    return canvas


def draw_inputs(examination: Examination) -> UInt8Array:
    """(rows, columns, 3) uint8: what the network saw, accepted ones first, and what it said."""
    order = sorted(
        range(len(examination.candidates)),
        key=lambda row: (examination.verdicts[row] is not Verdict.ACCEPTED, row),
    )
    rows = max(1, -(-len(order) // _PER_ROW))
    sheet = np.full((rows * (_CELL + 30), _PER_ROW * (_CELL + 6), 3), 255, np.uint8)
    for place, row in enumerate(order):
        top, left = place // _PER_ROW * (_CELL + 30), place % _PER_ROW * (_CELL + 6)
        cell = cv2.resize(examination.images[row], (_CELL, _CELL), interpolation=cv2.INTER_NEAREST)
        sheet[top : top + _CELL, left : left + _CELL] = cell[..., None]
        accepted = examination.verdicts[row] is Verdict.ACCEPTED
        for line, text in enumerate(_said(examination, row)):
            cv2.putText(
                sheet,
                text,
                (left, top + _CELL + 12 + 13 * line),
                cv2.FONT_HERSHEY_SIMPLEX,
                0.36,
                _ACCEPTED if accepted else _REFUSED,
                1,
                cv2.LINE_AA,
            )
    return sheet


def draw_result(frame: UInt8Array, reading: Reading) -> UInt8Array:
    """The frame with every digit boxed and named, below it the text of each line.

    Args:
        frame: (h, w, 3) BGR or (h, w) grey uint8, as it was given to the reader.
        reading: what was read in it.

    Returns:
        (h + 28 n, width, 3) uint8 for n lines of text, one where nothing was read; as wide as
        the frame, or as the text where that is wider.
    """
    page = draw_reading(frame, reading)
    texts = reading.lines or ("nothing was read",)
    width = max(page.shape[1], _ROOM * max(map(len, texts)) + 2 * _MARGIN)
    canvas = np.full((page.shape[0] + _LINE * len(texts), width, 3), _GROUND, np.uint8)
    canvas[: page.shape[0], : page.shape[1]] = page
    for place, text in enumerate(texts):
        write_text(canvas, text, (_MARGIN, page.shape[0] + _LINE * (place + 1) - 9))
    return canvas


def _said(examination: Examination, row: int) -> tuple[str, str]:
    probabilities = examination.prediction.probabilities[row]
    best = int(probabilities.argmax())
    first = f"{best} {probabilities[best]:.0%}"
    if examination.prediction.is_digit is not None:
        first += f", digit {examination.prediction.is_digit[row]:.0%}"
    verdict = examination.verdicts[row]
    return first, "" if verdict is Verdict.ACCEPTED else verdict.value
