"""Digits in a frame as OpenCV's own sample for this job finds and reads them, written anew.

The recipe of samples/python/digits_video.py: an adaptive threshold, outer contours of a
digit's size and share of ink, each drawn into a 20 x 20 field by its moments, deskewed,
described by four gradient histograms under Hellinger's measure, and told by a support
vector machine (`benchmarks.speed.machine`). Nothing is drawn into the frame.
"""

from __future__ import annotations

import cv2
import numpy as np

from benchmarks.speed.machine import Machine, train
from edge.arrays import Float32Array, Int64Array, UInt8Array
from edge.segment import Box

FIELD = 20
"""Side of the image that is described, in pixels."""

_BINS = 16
_HALVES = (slice(0, FIELD // 2), slice(FIELD // 2, FIELD))


def train_machine(images: UInt8Array, labels: Int64Array) -> Machine:
    """Trains on (n, 28, 28) uint8 images under the input contract, labelled 0 to 9."""
    return train(describe_all(images), labels)


def describe_all(images: UInt8Array) -> Float32Array:
    """(n, 64) float32 of (n, 28, 28) uint8 images under the input contract."""
    return np.stack([describe(_deskew(_from_contract(one))) for one in images])


def read_frame(frame: UInt8Array, machine: Machine) -> list[tuple[Box, int]]:
    """Boxes and digits found in a (h, w, 3) uint8 BGR frame."""
    grey = cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY)
    dark = cv2.adaptiveThreshold(
        grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 10
    )
    dark = cv2.medianBlur(dark, 3)
    contours, tree = cv2.findContours(dark, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    found = []
    for contour, relations in zip(contours, tree[0] if tree is not None else (), strict=True):
        x, y, w, h = cv2.boundingRect(contour)
        if relations[3] >= 0 or not 16 <= h <= 64 or w > 1.2 * h:
            continue
        # As wide as tall, the digit in the middle.
        side = max(h - w, 0)
        left = max(x - side // 2, 0)
        piece = np.asarray(dark[y : y + h, left : left + w + side], np.uint8)
        if 0.1 < np.count_nonzero(piece) / piece.size < 0.4:
            field = _deskew(_centered(piece))
            found.append(((x, y, w, h), machine.tell(describe(field))))
    return found


def describe(field: UInt8Array) -> Float32Array:
    """(64,) float32: directions of the gradient in each quarter, by its strength."""
    dx = cv2.Sobel(field, cv2.CV_32F, 1, 0)
    dy = cv2.Sobel(field, cv2.CV_32F, 0, 1)
    strength, angle = cv2.cartToPolar(dx, dy)
    place = (angle * (_BINS / (2 * np.pi))).astype(np.int32) % _BINS
    quarters = [
        np.bincount(place[rows, columns].ravel(), strength[rows, columns].ravel(), _BINS)
        for rows in _HALVES
        for columns in _HALVES
    ]
    histogram = np.concatenate(quarters)
    histogram = np.sqrt(histogram / (histogram.sum() + 1e-7))
    return np.asarray(histogram / (np.linalg.norm(histogram) + 1e-7), np.float32)


def _centered(piece: UInt8Array) -> UInt8Array:
    """A piece of the mask in the field, its centre of mass in the middle."""
    moments = cv2.moments(piece, True)
    mass = moments["m00"]
    center = np.array([moments["m10"], moments["m01"]]) / mass
    scale = 1.5 * piece.shape[0] / FIELD
    shift = center - scale * FIELD / 2
    matrix = np.array([[scale, 0, shift[0]], [0, scale, shift[1]]])
    flags = cv2.WARP_INVERSE_MAP | cv2.INTER_LINEAR
    return np.asarray(cv2.warpAffine(piece, matrix, (FIELD, FIELD), flags=flags), np.uint8)


def _deskew(field: UInt8Array) -> UInt8Array:
    """Sheared until its second moments stand upright."""
    moments = cv2.moments(field)
    if abs(moments["mu02"]) < 1e-2:
        return field
    skew = moments["mu11"] / moments["mu02"]
    matrix = np.array([[1, skew, -0.5 * FIELD * skew], [0, 1, 0]])
    flags = cv2.WARP_INVERSE_MAP | cv2.INTER_LINEAR
    return np.asarray(cv2.warpAffine(field, matrix, (FIELD, FIELD), flags=flags), np.uint8)


def _from_contract(image: UInt8Array) -> UInt8Array:
    """A (28, 28) image as a frame's mask would have shown it."""
    large = cv2.resize(image, (56, 56), interpolation=cv2.INTER_LINEAR)
    _, dark = cv2.threshold(large, 110, 255, cv2.THRESH_BINARY)
    x, y, w, h = cv2.boundingRect(dark)
    side = max(h - w, 0)
    left = max(x - side // 2, 0)
    return _centered(np.asarray(dark[y : y + h, left : left + w + side], np.uint8))
