"""Arrays as text, so that a baseline is one JSON file that a pull request can show."""

from __future__ import annotations

import base64
import zlib

import numpy as np

from edge.arrays import AnyArray, Float32Array
from edge.prediction import Prediction


def pack(values: AnyArray) -> str:
    """Little-endian bytes, compressed, in base64; `unpack` reads them back."""
    plain = np.ascontiguousarray(values, values.dtype.newbyteorder("<"))
    return base64.b64encode(zlib.compress(plain.tobytes(), 9)).decode("ascii")


def unpack(text: str, dtype: str) -> AnyArray:
    """Reads what `pack` wrote.

    Args:
        text: compressed bytes in base64.
        dtype: NumPy's name of the numbers' type, which the text does not tell.

    Returns:
        (n,) of that dtype, little-endian, read-only.

    Raises:
        ValueError: the text was not made by `pack`, or not of whole numbers of that type.
    """
    try:
        content = zlib.decompress(base64.b64decode(text, validate=True))
    except zlib.error as error:
        raise ValueError(f"packed numbers are damaged: {error}") from error
    return np.frombuffer(content, np.dtype(dtype).newbyteorder("<"))


def fingerprints(said: Prediction) -> AnyArray:
    """(n,) uint32, a CRC of each image's answer: equal bytes, equal number."""
    columns: list[Float32Array] = [said.probabilities]
    if said.is_digit is not None:
        columns.append(said.is_digit[:, None])
    rows = np.ascontiguousarray(np.concatenate(columns, axis=1), "<f4")
    return np.array([zlib.crc32(row.tobytes()) for row in rows], np.uint32)


def pack_answers(said: Prediction) -> str:
    """Probabilities and is-a-digit as float16, enough to compare labels and divergences."""
    known = said.is_digit
    columns = [said.probabilities] + ([] if known is None else [known[:, None]])
    return pack(np.concatenate(columns, axis=1).astype(np.float16))


def unpack_answers(text: str, images: int) -> Prediction:
    """Reads what `pack_answers` wrote.

    Args:
        text: as it wrote it.
        images: how many images were answered.

    Raises:
        ValueError: it did not write that, or for another number of images.
    """
    flat = unpack(text, "float16")
    if not images or len(flat) not in (10 * images, 11 * images):
        raise ValueError(f"{len(flat)} numbers for {images} images")
    table = flat.reshape(images, -1).astype(np.float32)
    return Prediction(table[:, :10], table[:, 10] if table.shape[1] > 10 else None)
