"""From a sheet to a photograph: where it lies, what it is made of, the light, the lens."""

from __future__ import annotations

import cv2
import numpy as np

from edge.arrays import Float32Array, Float64Array, UInt8Array
from train.scenes.desk import lay_on_desk
from train.scenes.kinds import Look
from train.scenes.light import glare, shadow, slanting_light, texture
from train.scenes.sheet import Sheet, draw_rules, fold_shading

_JPEG_QUALITY = 88
_RULE_COLORS = ((190, 165, 140), (175, 170, 165), (170, 150, 195), (150, 185, 165))  # BGR


def place_sheet(
    size: tuple[int, int], look: Look, rng: np.random.Generator, tilt_deg: float
) -> Float64Array:
    """(3, 3) homography from pixels of the sheet to those of the photograph."""
    width, height = size
    center = (width / 2, height / 2)
    climb, scale = 0.0, 0.97
    if look.climb_deg:
        climb = float(rng.choice((-1, 1)) * rng.uniform(0.4, 1)) * look.climb_deg
        # The whole page still in view.
        scale = 0.97 / (1 + 0.9 * float(np.tan(np.radians(abs(climb)))))
    if "desk" in look.adds:
        scale = float(rng.uniform(0.7, 0.82))
    turn = np.eye(3)
    angle = float(rng.uniform(-tilt_deg, tilt_deg)) + climb
    turn[:2] = cv2.getRotationMatrix2D(center, angle, scale)
    if not look.perspective:
        return turn
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    # One side of the sheet is farther away than the other, and a little to one side.
    near = int(rng.integers(4))
    far = [(near + 2) % 4, (near + 3) % 4]
    moved = corners.copy()
    wander = look.perspective * float(rng.uniform(0.7, 1))
    for place in far:
        moved[place] += (np.array(center, np.float32) - corners[place]) * 2 * wander
    moved += rng.uniform(-0.1, 0.1, (4, 2)).astype(np.float32) * wander * min(size)
    return np.asarray(cv2.getPerspectiveTransform(corners, moved) @ turn, np.float64)


def warp(layer: UInt8Array, turn: Float64Array) -> UInt8Array:
    """A layer of the sheet as it lies in the photograph; nothing beyond its edge."""
    size = (layer.shape[1], layer.shape[0])
    if np.array_equal(turn[2], (0, 0, 1)):
        return np.asarray(cv2.warpAffine(layer, turn[:2], size, flags=cv2.INTER_LINEAR), np.uint8)
    return np.asarray(cv2.warpPerspective(layer, turn, size, flags=cv2.INTER_LINEAR), np.uint8)


def photograph(
    sheet: Sheet, look: Look, turn: Float64Array, rng: np.random.Generator
) -> UInt8Array:
    """Paper under uneven light, ink of some colour, a lens and a sensor.

    Returns:
        (h, w, 3) uint8 BGR.
    """
    ink = warp(sheet.ink, turn)
    height, width = ink.shape
    pen = np.array(look.pens[int(rng.integers(len(look.pens)))], np.float32)
    which = int(rng.integers(len(look.papers))) if len(look.papers) > 1 else 0
    paper = np.array(look.papers[which], np.float32) * np.float32(rng.uniform(0.82, 1.0))
    opacity = ink.astype(np.float32) / 255 * np.float32(rng.uniform(*look.opacity))
    picture = np.broadcast_to(paper, (height, width, 3))
    if not look.plain:
        picture = _paper(picture, sheet, look, turn, pen, rng)
        opacity *= _grain(opacity.shape, look.grain, rng)
    picture = picture * (1 - opacity[..., None]) + pen * opacity[..., None]
    if "folds" in look.adds:
        folds = fold_shading((width, height), rng)
        picture = picture * cv2.warpPerspective(
            folds, turn, (width, height), borderMode=cv2.BORDER_CONSTANT, borderValue=1.0
        )[..., None].astype(np.float32)
    if "desk" in look.adds:
        picture = lay_on_desk(picture.astype(np.float32), ink, turn, rng)
    picture = picture * slanting_light(height, width, look.light, rng)[..., None]
    if "shadow" in look.adds:
        picture = picture * shadow(height, width, rng)
    if "glare" in look.adds:
        picture = picture + glare(height, width, rng)[..., None]
    picture = _lens(picture.astype(np.float32), look, rng)
    noise = look.noise if look.noise < 10 else look.noise * float(rng.uniform(0.6, 1))
    picture = _sensor(picture, noise, look.blotches, rng)
    return picture if look.plain else _compressed(picture)


def _paper(
    bare: Float32Array,
    sheet: Sheet,
    look: Look,
    turn: Float64Array,
    pen: Float32Array,
    rng: np.random.Generator,
) -> Float32Array:
    """Paper with its fibres, and what was on it before somebody wrote."""
    height, width = bare.shape[:2]
    dark = float(bare[0, 0].mean()) < 128
    picture = bare * texture(height, width, rng, 0.035 if dark else 0.012)[..., None]
    if "smears" in look.adds:  # where a sponge went over old chalk
        cloud = texture(height, width, rng, 1.0, grains=(60.0, 24.0))[..., None]
        picture = picture + np.clip(cloud - 0.7, 0, 1.2) * np.float32(12)
    if look.rules:
        rules = warp(draw_rules((width, height), look.rules, rng), turn)
        color = np.array(_RULE_COLORS[int(rng.integers(len(_RULE_COLORS)))], np.float32)
        # Printed rules let the paper through.
        picture = _over(picture, rules, color * bare[0, 0] / 235, 0.85)
    if "bleed" in look.adds:
        back = cv2.GaussianBlur(cv2.flip(warp(sheet.ink, turn), 1), (0, 0), 2.2)
        back = np.roll(back, int(rng.integers(height // 8, height // 4)), axis=0)
        picture = _over(picture, np.asarray(back, np.uint8), pen, float(rng.uniform(0.1, 0.2)))
    if sheet.print is not None:
        black = np.array((45, 42, 40), np.float32)
        picture = _over(picture, warp(sheet.print, turn), black, 0.9)
    return np.asarray(picture, np.float32)


def _over(
    picture: Float32Array, layer: UInt8Array, color: Float32Array, opacity: float
) -> Float32Array:
    """A layer of one colour over a picture."""
    share = (layer.astype(np.float32) * np.float32(opacity / 255))[..., None]
    return np.asarray(picture * (1 - share) + color * share, np.float32)


def _grain(shape: tuple[int, ...], grain: float, rng: np.random.Generator) -> Float32Array:
    """(h, w) float32 in [0, 1]: how much of the ink the paper's hills took."""
    if not grain:
        return np.ones(shape, np.float32)
    hills = cv2.GaussianBlur(rng.normal(0, 1, shape).astype(np.float32), (0, 0), 1.0) * 3.2
    return np.asarray(np.clip(1 - grain * (0.5 + 0.5 * hills), 0.15, 1), np.float32)


def _lens(picture: Float32Array, look: Look, rng: np.random.Generator) -> Float32Array:
    """Out of focus by `blur` pixels, or moved by about as much."""
    low, high = look.blur
    wide = low if low == high else float(rng.uniform(low, high))
    if "motion" in look.adds and rng.random() < 0.5:
        length = round(3.2 * wide) | 1
        kernel = np.zeros((length, length), np.float32)
        kernel[length // 2] = 1 / length
        middle = (length / 2 - 0.5, length / 2 - 0.5)
        turned = cv2.getRotationMatrix2D(middle, float(rng.uniform(0, 180)), 1)
        kernel = cv2.warpAffine(kernel, turned, (length, length)).astype(np.float32)
        picture = cv2.filter2D(picture, -1, kernel / kernel.sum()).astype(np.float32)
        wide = 0.8
    return cv2.GaussianBlur(picture, (0, 0), wide).astype(np.float32)


def _sensor(
    picture: Float32Array, noise: float, blotches: float, rng: np.random.Generator
) -> UInt8Array:
    """Adds noise, in grains as large as a noise filter leaves them."""
    grains = rng.normal(0, noise, picture.shape).astype(np.float32)
    if blotches:
        soft = cv2.GaussianBlur(grains, (0, 0), blotches).astype(np.float32)
        soft *= np.float32(noise / max(float(soft.std()), 1e-6))
        grains = np.float32(0.7) * soft + np.float32(0.5) * grains
    picture = picture + grains
    return np.clip(picture, 0, 255).astype(np.uint8)


def _compressed(picture: UInt8Array) -> UInt8Array:
    """As a camera stores it."""
    _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)
