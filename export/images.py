"""Images to calibrate and to prove with: a folder of pictures, an .npz file, or noise."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from edge.arrays import AnyArray, Int64Array, UInt8Array
from edge.errors import InputError
from edge.files import sha256_of
from edge.pictures import load_picture
from export.contract import ModelContract

_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".webp", ".tif", ".tiff", ".pgm"})
_IMAGE_KEYS = ("images", "x_train", "x", "arr_0")
_LABEL_KEYS = ("labels", "y_train", "y", "arr_1")


@dataclass(frozen=True, slots=True)
class ImageSet:
    """Images with what they show, where that is known.

    Attributes:
        images: (n, h, w) or (n, h, w, 3) RGB, uint8.
        labels: (n,) int64 index of the label, or None where nobody said.
        name: where they come from, for the manifest.
        source_sha256: of the file, or over the pixels where there is no single one.
    """

    images: UInt8Array
    labels: Int64Array | None
    name: str
    source_sha256: str

    def __len__(self) -> int:
        return len(self.images)

    def take(self, rows: Int64Array) -> ImageSet:
        """The images at these indices."""
        labels = None if self.labels is None else self.labels[rows]
        return ImageSet(self.images[rows], labels, self.name, self.source_sha256)

    @property
    def sha256(self) -> str:
        """Hash over the pixels and the labels, in their order."""
        digest = hashlib.sha256(np.ascontiguousarray(self.images).tobytes())
        if self.labels is not None:
            digest.update(self.labels.astype(np.int64).tobytes())
        return digest.hexdigest()

    def facts(self) -> dict[str, Any]:
        """Source, count and hashes, for the manifest."""
        return {
            "dataset": self.name,
            "dataset_sha256": self.source_sha256,
            "count": len(self),
            "images_sha256": self.sha256,
        }


def load_images(path: Path, contract: ModelContract) -> ImageSet:
    """Reads the images that a user brings.

    Args:
        path: a folder of pictures, in one subfolder a label where they are labelled, or an
            .npz with `images` (n, *pixel_shape) uint8 and, where known, `labels` (n,).
        contract: of the model: pictures are resized to its input.

    Raises:
        InputError: nothing there can be read, or it does not fit the model.
    """
    return _from_folder(path, contract) if path.is_dir() else _from_npz(path, contract)


def noise(contract: ModelContract, count: int, seed: int) -> ImageSet:
    """Smooth random pictures: they show whether the arithmetic agrees, and nothing else."""
    rng = np.random.default_rng([seed, 0x2015E])
    height, width = contract.pixel_shape[:2]
    coarse = rng.integers(0, 256, (count, 5, 5, 3), dtype=np.uint8)
    big = [cv2.resize(one, (width, height), interpolation=cv2.INTER_CUBIC) for one in coarse]
    images = np.stack(big).astype(np.uint8)
    chosen = images if contract.is_colour else images[..., 0]
    return ImageSet(chosen, None, "noise", hashlib.sha256(chosen.tobytes()).hexdigest())


def _from_folder(folder: Path, contract: ModelContract) -> ImageSet:
    paths = sorted(one for one in folder.rglob("*") if one.suffix.lower() in _SUFFIXES)
    if not paths:
        raise InputError(f"{folder} holds no pictures ({', '.join(sorted(_SUFFIXES))})")
    height, width = contract.pixel_shape[:2]
    images = np.empty((len(paths), *contract.pixel_shape), np.uint8)
    for row, path in enumerate(paths):
        small = cv2.resize(load_picture(path), (width, height), interpolation=cv2.INTER_AREA)
        code = cv2.COLOR_BGR2RGB if contract.is_colour else cv2.COLOR_BGR2GRAY
        images[row] = cv2.cvtColor(small, code)
    labels = _labels_of([one.parent.name for one in paths], contract.labels)
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"{path.relative_to(folder).as_posix()} {sha256_of(path)}\n".encode())
    return ImageSet(images, labels, folder.name, digest.hexdigest())


def _labels_of(folders: Sequence[str], labels: Sequence[str]) -> Int64Array | None:
    """Indices of the subfolders' names among the labels; None where any is no label."""
    places = {label: index for index, label in enumerate(labels)}
    if not set(folders) <= set(places):
        return None
    return np.array([places[name] for name in folders], np.int64)


def _from_npz(path: Path, contract: ModelContract) -> ImageSet:
    try:
        with np.load(path, allow_pickle=False) as arrays:
            names = set(arrays.files)
            image_key = next((key for key in _IMAGE_KEYS if key in names), None)
            label_key = next((key for key in _LABEL_KEYS if key in names), None)
            images: AnyArray | None = arrays[image_key] if image_key else None
            labels: AnyArray | None = arrays[label_key] if label_key else None
    except (OSError, ValueError, EOFError, AttributeError) as error:
        raise InputError(f"cannot read {path} as an .npz of images: {error}") from error
    if images is None:
        raise InputError(
            f"{path} holds {sorted(names)}; needed: images (n, *{contract.pixel_shape}) uint8"
        )
    if images.ndim == len(contract.pixel_shape) + 2 and images.shape[-1] == 1:
        images = images[..., 0]
    if images.dtype != np.uint8 or images.shape[1:] != contract.pixel_shape or not len(images):
        raise InputError(
            f"{path} holds {images.shape} {images.dtype}; the model needs "
            f"(n, {', '.join(map(str, contract.pixel_shape))}) uint8, pixels from 0 to 255"
        )
    checked = None if labels is None else _check_labels(labels, len(images), contract, path)
    return ImageSet(images.astype(np.uint8), checked, path.name, sha256_of(path))


def _check_labels(labels: AnyArray, count: int, contract: ModelContract, path: Path) -> Int64Array:
    whole = labels.dtype.kind in "iu" and labels.shape == (count,)
    indices = labels.astype(np.int64) if whole else np.full(1, -1)
    if not whole or indices.min() < 0 or indices.max() >= len(contract.labels):
        raise InputError(
            f"{path}: labels must be {count} integers from 0 to {len(contract.labels) - 1}"
        )
    return indices
