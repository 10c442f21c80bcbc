"""Photos with a known truth: how a folder of them is labelled, and how it is read.

`labels.jsonl` holds one JSON object a line, one line a photo:

    {"file": "kitchen/list.jpg", "digits": ["314 15", "92"],
     "boxes": [[120, 80, 31, 52, "3"], [160, 82, 12, 50, "1"]]}

    file           the photo, relative to the folder
    digits         one string for each written line, in reading order, a space between
                   numbers; [] or [""] where the photo holds no digit
    boxes          [x, y, width, height, label] of each digit, in pixels of the picture as
                   OpenCV loads it (turned as its camera recorded it); the label "?" marks a
                   place that counts neither way; [] leaves the photo to its lines alone

and where it is known:

    nondigit_boxes the same form, of letters, signs and other things that are no digits
    crop           "full frame" for a photo of a page; anything else is a cut-out
    touching       true where digits touch, so that their lines are not compared
    repo           where the photo comes from; anything else is ignored
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge.errors import InputError
from edge.segment import Box

FULL_FRAME = "full frame"
_ANYTHING = "?"


@dataclass(frozen=True, slots=True)
class LabelledPhoto:
    """One photo and what stands in it.

    Attributes:
        name: its path relative to the folder, as the labels spell it.
        path: where it lies.
        lines: its text, a space between numbers.
        digits: label and box of each digit, in pixels of the photo.
        nondigits: boxes of what is none.
        ignored: boxes that count neither way.
        full_frame: whether it shows a page, and not one digit cut out.
        touching: whether digits touch.
    """

    name: str
    path: Path
    lines: tuple[str, ...]
    digits: tuple[tuple[str, Box], ...]
    nondigits: tuple[Box, ...] = ()
    ignored: tuple[Box, ...] = ()
    full_frame: bool = True
    touching: bool = False

    @property
    def has_boxes(self) -> bool:
        """Whether what is found can be judged: digits have boxes, or there are none."""
        return bool(self.digits) or (not self.ignored and not "".join(self.lines))


def load_labels(path: Path, folder: Path) -> list[LabelledPhoto]:
    """Reads a labels.jsonl.

    Args:
        path: the labels.
        folder: what the photos' names are relative to.

    Raises:
        InputError: the file cannot be read, a line is no label, or a photo is missing.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read {path} ({error}); name it with --labels FILE") from error
    photos = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            photo = _photo(json.loads(line), folder)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise InputError(
                f"{path}, line {number}: no label ({type(error).__name__}: {error}); a line is "
                'like {"file": "a.jpg", "digits": ["31"], "boxes": [[x, y, w, h, "3"], ...]}'
            ) from error
        if not photo.path.is_file():
            raise InputError(f"{path}, line {number}: there is no {photo.path}")
        photos.append(photo)
    if not photos:
        raise InputError(f"{path} labels no photo; write one JSON object a line")
    return photos


def _photo(entry: Mapping[str, Any], folder: Path) -> LabelledPhoto:
    name, lines = entry["file"], entry["digits"]
    if not isinstance(name, str) or not isinstance(lines, list):
        raise ValueError("file is a string and digits a list of strings")
    digits = [_box(one) for one in entry.get("boxes") or []]
    others = [_box(one) for one in entry.get("nondigit_boxes") or []]
    return LabelledPhoto(
        name=name,
        path=folder / name,
        lines=tuple(str(one) for one in lines),
        digits=tuple((label, box) for label, box in digits if label != _ANYTHING),
        nondigits=tuple(box for label, box in others if label != _ANYTHING),
        ignored=tuple(box for label, box in [*digits, *others] if label == _ANYTHING),
        full_frame=entry.get("crop", FULL_FRAME) == FULL_FRAME,
        touching=bool(entry.get("touching")),
    )


def _box(entry: Sequence[Any]) -> tuple[str, Box]:
    x, y, width, height, label = entry
    box = int(x), int(y), int(width), int(height)
    if min(box[2:]) < 1:
        raise ValueError(f"a box of {width} x {height} pixels")
    return str(label), box
