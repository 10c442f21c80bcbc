"""Light on a page: from one side, with shadows, with a lamp's reflection; and paper's fibres."""

from __future__ import annotations

import cv2
import numpy as np

from edge.arrays import Float32Array


def slanting_light(
    height: int, width: int, loss: tuple[float, float], rng: np.random.Generator
) -> Float32Array:
    """(h, w) float32 factors: brighter on one side, darker in the corners.

    Args:
        height: of the picture.
        width: of the picture.
        loss: of brightness to the darkest side, and half of that to the corners.
        rng: says where the light comes from.
    """
    x, y = np.meshgrid(np.linspace(-1, 1, width), np.linspace(-1, 1, height))
    angle = rng.uniform(0, 2 * np.pi)
    slope = loss[0] * (x * np.cos(angle) + y * np.sin(angle))
    vignette = loss[1] * (x**2 + y**2)
    return np.asarray(0.9 + slope - vignette, np.float32)


def shadow(height: int, width: int, rng: np.random.Generator) -> Float32Array:
    """(h, w, 3) float32 factors: one or two soft-edged shadows, bluer than the light."""
    factors = np.ones((height, width, 3), np.float32)
    side = max(height, width)
    for _ in range(int(rng.integers(1, 3))):
        mask = np.zeros((height, width), np.float32)
        # A hand or a head: a polygon that reaches beyond the frame on one side.
        edge = int(rng.integers(4))
        middle = float(rng.uniform(0.2, 0.8)) * side
        reach = float(rng.uniform(0.35, 0.75)) * min(height, width)
        wide = float(rng.uniform(0.25, 0.5)) * side
        steps = np.linspace(-1, 1, 60)
        waves = sum(np.sin(k * 2.2 * steps + rng.uniform(0, 6.3)) / k for k in (1, 2, 3))
        depth = reach * (1 - 0.7 * steps**2) * (1 + 0.14 * waves)
        points = np.stack([middle + wide * steps, depth], axis=1)
        points = np.vstack([[middle - wide, -side], points, [middle + wide, -side]])
        if edge % 2:
            points = points[:, ::-1]
        if edge >= 2:
            points = np.array([width, height]) - points
        cv2.fillPoly(mask, [np.round(points).astype(np.int32)], 1.0)
        soft = cv2.GaussianBlur(mask, (0, 0), float(rng.uniform(0.004, 0.03)) * side)
        dark = float(rng.uniform(0.35, 0.6))
        factors *= 1 - soft[..., None] * np.array([dark * 0.9, dark, dark], np.float32)
    return factors


def glare(height: int, width: int, rng: np.random.Generator) -> Float32Array:
    """(h, w) float32 grey values that a lamp's reflection adds."""
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    at_x, at_y = rng.uniform(0.12, 0.7) * width, rng.uniform(0.2, 0.8) * height
    wide, tall = rng.uniform(0.1, 0.25, 2) * max(height, width)
    angle = rng.uniform(0, np.pi)
    along = (x - at_x) * np.cos(angle) + (y - at_y) * np.sin(angle)
    across = (y - at_y) * np.cos(angle) - (x - at_x) * np.sin(angle)
    spot = np.exp(-((along / wide) ** 2) - (across / tall) ** 2)
    return np.asarray(float(rng.uniform(70, 120)) * spot, np.float32)


def texture(
    height: int,
    width: int,
    rng: np.random.Generator,
    strength: float,
    grains: tuple[float, ...] = (1.2, 6.0, 40.0),
) -> Float32Array:
    """(h, w) float32 factors around 1, with grains of several sizes in pixels."""
    total = np.zeros((height, width), np.float32)
    for grain in grains:
        # A coarse grain is drawn on a small picture: as good and much quicker.
        step = max(1, int(grain / 2))
        small = rng.normal(0, 1, (height // step + 2, width // step + 2)).astype(np.float32)
        soft = np.asarray(cv2.GaussianBlur(small, (0, 0), grain / step), np.float32)
        soft /= np.float32(max(float(soft.std()), 1e-6))
        total += cv2.resize(soft, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(1 + strength * total / np.sqrt(len(grains)), np.float32)
