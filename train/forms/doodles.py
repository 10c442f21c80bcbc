"""What people draw beside their numbers: loops, spirals, faces, flowers.

What a hurried hand writes as a digit is left out on purpose: a circle, drawn twice or not, and
a house without eaves are a 0, a bolt is a 4.
"""

from __future__ import annotations

import math

from train.forms.stroke import Form, Point, Stroke, curve, line


def _at(angle: float, radius: float, x: float = 0.5, y: float = 0.5) -> Point:
    """The point at `radius` from (x, y); angle 0 is up, and grows clockwise."""
    return (x + radius * math.sin(angle), y - radius * math.cos(angle))


def _turn(parts: int) -> list[float]:
    """The angles of `parts` equal steps around."""
    return [2 * math.pi * part / parts for part in range(parts)]


def _spiral(turns: float, start: float, end: float) -> Stroke:
    """Around the middle, from radius `start` to `end`, with as many knots a turn as look round."""
    knots = round(9 * turns)
    steps = [knot / knots for knot in range(knots + 1)]
    return curve(*[_at(2 * math.pi * turns * at, start + (end - start) * at) for at in steps])


def _ring(radius: float, x: float = 0.5, y: float = 0.5) -> Stroke:
    return curve(*[_at(angle, radius, x, y) for angle in [*_turn(8), 0.0]])


def _coil(loops: int) -> Stroke:
    """Loops written one after the other, as somebody tries a pen."""
    knots = 8 * loops
    along = [0.15 + 0.7 * knot / knots for knot in range(knots + 1)]
    return curve(*[_at(math.pi * knot / 4, 0.35, x) for knot, x in enumerate(along)])


def _zigzag(corners: int) -> Stroke:
    return line(*[(at / corners, 0.1 if at % 2 else 0.9) for at in range(corners + 1)])


def _flower(petals: int) -> Form:
    return (_ring(0.14), *[_ring(0.18, *_at(angle, 0.32)) for angle in _turn(petals)])


def _sun(rays: int) -> Form:
    return (_ring(0.26), *[line(_at(angle, 0.34), _at(angle, 0.5)) for angle in _turn(rays)])


def _pentagram() -> Form:
    corners = [_at(angle, 0.5) for angle in _turn(5)]
    return (line(*[corners[2 * step % 5] for step in range(6)]),)


_EYES = (line((0.33, 0.34), (0.35, 0.4)), line((0.65, 0.34), (0.67, 0.4)))

DOODLES: dict[str, tuple[Form, ...]] = {
    "spiral": (
        (_spiral(2.0, 0, 0.5),),
        (_spiral(3.0, 0, 0.5),),
        (_spiral(1.75, 0.5, 0.08),),
    ),
    "coil": ((_coil(3),), (_coil(4),), (_coil(5),)),
    "zigzag": ((_zigzag(4),), (_zigzag(5),), (_zigzag(7),), (_zigzag(9),)),
    "face": (
        (_ring(0.5), *_EYES, curve((0.26, 0.62), (0.5, 0.78), (0.74, 0.62))),
        (_ring(0.5), *_EYES, curve((0.28, 0.74), (0.5, 0.62), (0.72, 0.74))),
    ),
    "flower": (_flower(5),),
    "pentagram": (_pentagram(),),
    "house": (
        (line((0.2, 0.4), (0.2, 1), (0.8, 1), (0.8, 0.4)), line((0, 0.5), (0.5, 0), (1, 0.5))),
    ),
    "sun": (_sun(8),),
    "cross in a ring": (
        (_ring(0.5), line((0.16, 0.16), (0.84, 0.84)), line((0.84, 0.16), (0.16, 0.84))),
        (_ring(0.5), line((0.5, 0), (0.5, 1)), line((0, 0.5), (1, 0.5))),
    ),
}
"""Doodles, each with the ways it is drawn."""
