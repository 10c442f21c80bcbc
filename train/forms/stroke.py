"""What a form is made of: strokes, and the knots that each runs through.

Points are (x, y) in a unit square, y downwards. A stroke written in one curve is
marked `smooth`: its points are knots of a Catmull-Rom spline. A corner is the end of
one stroke and the start of the next.
"""

from __future__ import annotations

from dataclasses import dataclass

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Stroke:
    """One movement of the pen: its knots in the unit square, and whether it curves."""

    points: tuple[Point, ...]
    smooth: bool = True


Form = tuple[Stroke, ...]
"""One way to write a character: its strokes in the order of writing."""


def curve(*points: Point) -> Stroke:
    """A stroke that bends through its points."""
    return Stroke(points)


def line(*points: Point) -> Stroke:
    """A stroke of straight pieces from point to point."""
    return Stroke(points, smooth=False)
