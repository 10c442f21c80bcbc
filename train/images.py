"""Images with what they show: a set, a set in two parts, a data set with its origin."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from edge.arrays import BoolArray, Int32Array, Int64Array, UInt8Array
from edge.errors import InputError


@dataclass(frozen=True, slots=True)
class Images:
    """Images of digits and what they show.

    Attributes:
        images: (n, 28, 28) uint8, ink bright on 0.
        labels: (n,) int64, 0 to 9.
    """

    images: UInt8Array
    labels: Int64Array

    def __post_init__(self) -> None:
        if self.images.ndim != 3 or self.images.dtype != np.uint8:
            raise InputError(
                f"images must be (n, 28, 28) uint8, not {self.images.shape} {self.images.dtype}"
            )
        if self.labels.shape != self.images.shape[:1]:
            raise InputError(f"{len(self.images)} images but labels of shape {self.labels.shape}")
        if len(self.labels) and not 0 <= self.labels.min() <= self.labels.max() <= 9:
            raise InputError("labels must be 0 to 9")

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, rows: Int64Array | BoolArray) -> Images:
        """The images at `rows` (indices or a mask)."""
        return Images(self.images[rows], self.labels[rows])

    @property
    def sha256(self) -> str:
        """Hash over the pixels and the labels, in their order."""
        digest = hashlib.sha256(np.ascontiguousarray(self.images).tobytes())
        digest.update(self.labels.astype(np.int64).tobytes())
        return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Dataset:
    """Training and test images and the facts of their origin.

    Attributes:
        name: "mnist", "drawn", or the file or folder ("NAME/") that a user brought; every
            artifact made from the images records it.
        train: images to learn, validate and calibrate on.
        test: images that are looked at once, at the end.
        sha256: hash of the source: of MNIST's file, of the drawn pixels, or of the images and
            labels that a user brought, in the order of their files.
        train_writers: (n,) who wrote each training image, or None where unknown.
        facts: what else the record of a training says of them, in words.
    """

    name: str
    train: Images
    test: Images
    sha256: str
    train_writers: Int32Array | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Split:
    """Training images in two parts.

    Attributes:
        train: what is learnt from.
        validation: what says how well.
        how: by what they were parted.
        held_out: whether the parts are disjoint; else `train` holds `validation`, too.
    """

    train: Images
    validation: Images
    how: str
    held_out: bool = True
