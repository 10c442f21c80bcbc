"""Images that a user brings in an .npz: what is in it, checked, in the project's types."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Collection
from pathlib import Path

import numpy as np

from edge.arrays import AnyArray, Int64Array, UInt8Array
from edge.errors import InputError
from edge.normalize import FIELD
from edge.untrusted import first_line

_LAYOUTS = (("x_train", "y_train"), ("x", "y"), ("images", "labels"))
_TEST = ("x_test", "y_test")

_WANTED = (
    "needed are x_train (n, 28, 28) and y_train (n,), with x_test and y_test or without; "
    "or x and y; or images and labels"
)

Part = tuple[UInt8Array, Int64Array]
"""Images (n, 28, 28) uint8, not yet under the contract, and their labels (n,)."""


def read_npz(path: Path) -> tuple[Part, Part | None]:
    """The training part and, where the file holds one, the test part.

    Args:
        path: an .npz of arrays. Pixels are whole numbers 0 to 255, or numbers 0 to 1.

    Raises:
        InputError: it cannot be read, lacks an array, or holds what is no image or label.
    """
    arrays = load_arrays(path, {key for keys in (*_LAYOUTS, _TEST) for key in keys}, _WANTED)
    layout = next((keys for keys in _LAYOUTS if arrays.keys() >= set(keys)), None)
    if layout is None:
        raise InputError(f"{path} holds {_listed(arrays)}; {_WANTED}")
    train = _part(path, arrays, layout)
    if not set(_TEST) & arrays.keys():
        return train, None
    if not arrays.keys() >= set(_TEST) or layout != _LAYOUTS[0]:
        raise InputError(f"{path} holds {_listed(arrays)}: half a test part; {_WANTED}")
    return train, _part(path, arrays, _TEST)


def load_arrays(path: Path, known: Collection[str], wanted: str) -> dict[str, AnyArray]:
    """Those arrays of an .npz whose names are `known`; nothing is unpickled.

    Raises:
        InputError: it cannot be read; the text ends with what is `wanted` instead.
    """
    try:
        with path.open("rb") as stream:  # NumPy would leave a broken file open
            loaded = np.load(stream, allow_pickle=False)
            if not isinstance(loaded, np.lib.npyio.NpzFile):
                raise InputError(f"{path} holds one array without a name, not an .npz; {wanted}")
            return {key: loaded[key] for key in loaded.files if key in known}
    except (
        OSError,
        ValueError,
        EOFError,
        zipfile.BadZipFile,
        zlib.error,
        KeyError,
        MemoryError,
    ) as error:
        reason = first_line(error)
        if "pickle" in reason.lower():
            reason = "it is no .npz, or holds Python objects, which are never unpickled here"
        raise InputError(f"cannot read {path} as an .npz of images: {reason}; {wanted}") from error


def _listed(arrays: dict[str, AnyArray]) -> str:
    return ", ".join(sorted(arrays)) or "none of the arrays"


def _part(path: Path, arrays: dict[str, AnyArray], keys: tuple[str, str]) -> Part:
    images, labels = (arrays[key] for key in keys)
    pixels = check_pixels(images, f"{path}: {keys[0]}")
    return pixels, check_labels(labels, len(pixels), f"{path}: {keys[1]}")


def check_pixels(images: AnyArray, what: str) -> UInt8Array:
    """Images as (n, 28, 28) uint8.

    Raises:
        InputError: another shape, no numbers, NaN or infinite, or out of 0 to 255.
    """
    if images.ndim == 4 and images.shape[-1] == 1:
        images = images[..., 0]
    if images.ndim != 3 or images.shape[1:] != (FIELD, FIELD):
        raise InputError(
            f"{what} has the shape {images.shape}; images are (n, 28, 28) or (n, 28, 28, 1). "
            "Pictures of other sizes are read from a folder with one subfolder a label"
        )
    if not len(images):
        raise InputError(f"{what} holds no image")
    if images.dtype.kind not in "biuf":
        raise InputError(f"{what} holds {images.dtype}; pixels are numbers from 0 to 255 or 0 to 1")
    numbers = images.astype(np.float32)
    strange = ~np.isfinite(numbers).all(axis=(1, 2))
    if strange.any():
        raise InputError(
            f"{what}: {np.count_nonzero(strange)} images hold NaN or infinity, the first in row "
            f"{int(strange.argmax())}; leave them out"
        )
    if numbers.min() < 0 or numbers.max() > 255:
        raise InputError(
            f"{what} holds pixels from {numbers.min():g} to {numbers.max():g}; they must lie "
            "in 0 to 255 or in 0 to 1"
        )
    if numbers.max() <= 1:
        numbers = numbers * np.float32(255)
    return np.rint(numbers).astype(np.uint8)


def check_labels(labels: AnyArray, count: int, what: str) -> Int64Array:
    """Labels as (count,) int64 from 0 to 9.

    Raises:
        InputError: another number or shape, no whole numbers, or out of 0 to 9.
    """
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if labels.ndim != 1:
        hint = "; turn one-hot rows into numbers with argmax(axis=1)" if labels.ndim == 2 else ""
        raise InputError(f"{what} has the shape {labels.shape}; labels are (n,){hint}")
    if len(labels) != count:
        raise InputError(f"{what} holds {len(labels)} labels for {count} images")
    if labels.dtype.kind not in "iuf":
        raise InputError(f"{what} holds {labels.dtype}; labels are whole numbers from 0 to 9")
    numbers = labels.astype(np.float64)
    with np.errstate(invalid="ignore"):
        wrong = ~np.isin(numbers, np.arange(10))  # NaN is in nothing
    if wrong.any():
        row = int(wrong.argmax())
        raise InputError(
            f"{what}: {np.count_nonzero(wrong)} labels are no whole number from 0 to 9, the "
            f"first in row {row}: {labels[row]}"
        )
    return labels.astype(np.int64)
