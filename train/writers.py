"""Who wrote which image, so that nobody's handwriting is on both sides of a split."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from edge.arrays import AnyArray, Int32Array
from edge.errors import InputError


def load_writers(path: Path, count: int) -> Int32Array:
    """The writers of `count` training images.

    Args:
        path: an .npz whose `train` holds one integer an image.
        count: how many images there are.

    Returns:
        (count,) int32.

    Raises:
        InputError: it cannot be read, or speaks of other images.
    """
    try:
        with np.load(path, allow_pickle=False) as arrays:
            who: AnyArray = arrays["train"]
    except (OSError, ValueError, KeyError) as error:
        raise InputError(f"cannot read the writers from {path}: {error}") from error
    if who.shape != (count,) or who.dtype.kind not in "iu":
        raise InputError(f"{path}: 'train' must hold {count} integers, not {who.shape} {who.dtype}")
    return who.astype(np.int32)
