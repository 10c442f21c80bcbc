"""Sets of single digits, as their authors lay them out, under the input contract.

Known are an .npz with `x` and `y` (or `images` and `labels`), a folder with one subfolder a
label, and two sets of the UCI repository as they are downloaded: `semeion.data` (Semeion
Research Center; 16x16, every digit stretched into its square) and `optdigits-orig.*` (Alpaydin
and Kaynak; 32x32 bitmaps).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from edge.arrays import AnyArray, Int64Array, UInt8Array
from edge.errors import InputError
from edge.normalize import normalize
from edge.untrusted import first_line
from train.one_digit import to_contract
from train.own_folder import read_folder
from train.own_npz import check_labels, load_arrays

_LAYOUTS = (("x", "y"), ("images", "labels"), ("x_test", "y_test"))
_SEMEION_SIDE, _OPTDIGITS_SIDE = 16, 32
_BITMAP_ROW = re.compile(rf"[01]{{{_OPTDIGITS_SIDE}}}")
_WANTED = (
    "known are an .npz with x (n, h, w) and y (n,), a folder with the subfolders 0 to 9, "
    "semeion.data and optdigits-orig.*"
)


@dataclass(frozen=True, slots=True)
class HandSet:
    """Digits of one source.

    Attributes:
        name: the file's or folder's.
        images: (n, 28, 28) uint8 under the input contract.
        labels: (n,) int64.
    """

    name: str
    images: UInt8Array
    labels: Int64Array


def read_set(path: Path) -> HandSet:
    """The digits of a file or a folder.

    Raises:
        InputError: it is not there, or none of the layouts, or holds what is no digit.
    """
    if path.is_dir():
        images, labels, _ = read_folder(path)
        return HandSet(path.resolve().name, images, labels)
    if path.suffix == ".npz":
        pixels, labels = _from_npz(path)
    else:
        pixels, labels = _from_text(path)
    return HandSet(path.name, under_contract(pixels, path), labels)


def under_contract(pixels: AnyArray, path: Path) -> UInt8Array:
    """(n, h, w) pictures of one digit each as (n, 28, 28) uint8 under the input contract.

    In a bitmap the ink is the rarer value; a digit may then fill its picture to the edge. In
    a grey picture it is what differs from the paper along the edge.

    Args:
        pixels: bool, whole or real numbers, from 0 to 1 or from 0 to 255.
        path: where they were read, for the error.

    Raises:
        InputError: an image shows no ink.
    """
    values = np.unique(pixels[:1000])
    if len(values) == 2:
        ink = pixels == (values[1] if (pixels == values[1]).mean() < 0.5 else values[0])
        images = [normalize(one) for one in np.where(ink, 255, 0).astype(np.uint8)]
    else:
        numbers = pixels.astype(np.float32) * (255 if pixels.max() <= 1 else 1)
        images = [to_contract(one) for one in np.rint(numbers).astype(np.uint8)]
    empty = [row for row, image in enumerate(images) if not image.any()]
    if empty:
        raise InputError(f"{path}: image {empty[0]} shows no ink ({len(empty)} in all)")
    return np.stack(images)


def _from_npz(path: Path) -> tuple[AnyArray, Int64Array]:
    arrays = load_arrays(path, {key for keys in _LAYOUTS for key in keys}, _WANTED)
    layout = next((keys for keys in _LAYOUTS if arrays.keys() >= set(keys)), None)
    if layout is None:
        held = ", ".join(sorted(arrays)) or "none of the arrays"
        raise InputError(f"{path} holds {held}; {_WANTED}")
    pixels, labels = (arrays[key] for key in layout)
    if pixels.ndim != 3 or not pixels.size or pixels.dtype.kind not in "biuf":
        raise InputError(
            f"{path}: {layout[0]} is {pixels.shape} {pixels.dtype}; images are (n, h, w) numbers"
        )
    if not (np.isfinite(pixels).all() and pixels.min() >= 0 and pixels.max() <= 255):
        raise InputError(f"{path}: {layout[0]} holds pixels outside of 0 to 255")
    return pixels, check_labels(labels, len(pixels), f"{path}: {layout[1]}")


def _from_text(path: Path) -> tuple[AnyArray, Int64Array]:
    try:
        lines = path.read_text(encoding="ascii").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read {path}: {first_line(error)}; {_WANTED}") from error
    return _optdigits(lines, path) if any(map(_is_bitmap, lines)) else _semeion(lines, path)


def _is_bitmap(line: str) -> bool:
    return _BITMAP_ROW.fullmatch(line.strip()) is not None


def _optdigits(lines: list[str], path: Path) -> tuple[AnyArray, Int64Array]:
    """32 rows of 32 characters, then a line with the label; a header goes before them all."""
    rows: list[str] = []
    images, labels = [], []
    for number, line in enumerate(map(str.strip, lines), start=1):
        if _is_bitmap(line):
            rows.append(line)
        elif rows:
            if len(rows) != _OPTDIGITS_SIDE or not (line.isascii() and line.isdigit()):
                raise InputError(f"{path}, line {number}: no label after 32 rows; {_WANTED}")
            images.append([[int(one) for one in row] for row in rows])
            labels.append(int(line))
            rows = []
    if rows:
        raise InputError(f"{path} ends within an image; download it again")
    return np.array(images, np.uint8), check_labels(np.array(labels), len(images), str(path))


def _semeion(lines: list[str], path: Path) -> tuple[AnyArray, Int64Array]:
    """256 pixels and ten marks a line, all 0 or 1."""
    pixels = _SEMEION_SIDE**2
    try:
        table = np.array([[float(one) for one in line.split()] for line in lines if line.strip()])
    except ValueError as error:
        raise InputError(f"{path} is no set of digits: {first_line(error)}; {_WANTED}") from error
    if table.ndim != 2 or table.shape[1] != pixels + 10 or not np.isin(table, (0, 1)).all():
        raise InputError(f"{path} is no set of digits that is known here; {_WANTED}")
    images = table[:, :pixels].reshape(-1, _SEMEION_SIDE, _SEMEION_SIDE).astype(np.uint8)
    return images, table[:, pixels:].argmax(axis=1).astype(np.int64)
