"""Images that a user brings in a folder: one subfolder a label, named 0 to 9."""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import numpy as np

from edge.arrays import Int64Array, UInt8Array
from edge.errors import InputError
from edge.normalize import FIELD
from edge.pictures import load_picture
from train.one_digit import FOUND, UNTOUCHED, is_contract, to_contract

_LABELS = tuple("0123456789")
_LITTER = frozenset({"thumbs.db", "desktop.ini"})
_WANTED = "needed are the subfolders 0 to 9, each with pictures of that digit"


def is_parted(folder: Path) -> bool:
    """Whether the folder holds `train` and `test`, each with a subfolder a label."""
    return (folder / "train").is_dir() and (folder / "test").is_dir()


def read_folder(folder: Path) -> tuple[UInt8Array, Int64Array, str]:
    """Reads every picture of a folder.

    Args:
        folder: with one subfolder a label. Hidden files are passed over.

    Returns:
        Images (n, 28, 28) uint8 under the input contract, labels (n,) int64, both in the
        order of the files' names, and what was done to the images, in words.

    Raises:
        InputError: a subfolder is missing, empty or no label, a file in it is no picture, or
            a picture shows nothing.
    """
    files = _files(folder)
    print(f"reading {len(files):,} pictures in {folder} ...", file=sys.stderr)
    pictures = [_grey_where_it_is(load_picture(path)) for path, _ in files]
    labels = np.array([label for _, label in files], np.int64)
    if all(one.shape == (FIELD, FIELD) for one in pictures) and is_contract(np.stack(pictures)):
        return np.stack(pictures), labels, UNTOUCHED
    images = np.stack([to_contract(one) for one in pictures])
    empty = np.flatnonzero(~images.any(axis=(1, 2)))
    if len(empty):
        raise InputError(
            f"{files[int(empty[0])][0]} shows nothing that differs from its edge"
            + (f" (and {len(empty) - 1} more)" if len(empty) > 1 else "")
            + "; each picture shows one digit on even paper"
        )
    return images, labels, FOUND


def _files(folder: Path) -> list[tuple[Path, int]]:
    subfolders = {one.name for one in folder.iterdir() if one.is_dir() and _counts(one)}
    strangers = sorted(subfolders - set(_LABELS))
    if strangers:
        raise InputError(f"{folder / strangers[0]} is named after no label; {_WANTED}")
    files: list[tuple[Path, int]] = []
    for label in _LABELS:
        if label in subfolders:
            inside = sorted(one for one in (folder / label).iterdir() if _counts(one))
            files += [(path, int(label)) for path in inside]
    if not files:
        raise InputError(f"{folder} holds no pictures; {_WANTED}")
    return files


def _counts(path: Path) -> bool:
    """Not what file managers and archives leave behind."""
    return not path.name.startswith((".", "__")) and path.name.lower() not in _LITTER


def _grey_where_it_is(picture: UInt8Array) -> UInt8Array:
    """(h, w) where the three channels say the same: a grey picture, decoded as colour."""
    first = picture[..., :1]
    if (picture == first).all():
        return np.ascontiguousarray(first[..., 0])
    if picture.shape[:2] == (FIELD, FIELD):
        return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8)
    return picture
