"""The few shapes that the charts need, as SVG text whose colours follow the page's."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 640, 320
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 14, 42
ABOVE = 26
"""Where the upper end of a vertical axis lies: below the axis' name."""
COLORS = 6
"""How many series the style sheet gives colours: c0 to c5."""


@dataclass(frozen=True, slots=True)
class Axis:
    """From values to pixels.

    Attributes:
        low: the value at the beginning.
        high: the value at the end, another than `low`.
        begin: the pixel of `low`.
        end: the pixel of `high`.
        log: whether equal steps are equal factors; both ends are positive then.
    """

    low: float
    high: float
    begin: float
    end: float
    log: bool = False

    def at(self, value: float) -> float:
        """The pixel of a value, within a tenth of a pixel; values outside are clipped."""
        value = min(max(value, self.low), self.high)
        if self.log:
            share = math.log(value / self.low) / math.log(self.high / self.low)
        else:
            share = (value - self.low) / (self.high - self.low)
        return round(self.begin + share * (self.end - self.begin), 1)

    def ticks(self) -> list[float]:
        """Round values, four to eight of them where the range allows."""
        if self.log:
            powers = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
            values = [step * 10.0**power for power in powers for step in (1, 2, 5)]
            inside = [one for one in values if self.low <= one <= self.high]
            return inside if len(inside) <= 8 else [one for one in inside if str(one)[0] == "1"]
        span = self.high - self.low
        step = 10.0 ** math.floor(math.log10(span / 4))
        step *= next(k for k in (1, 2, 5, 10) if span / (step * k) <= 7)
        first = math.ceil(self.low / step - 1e-9)
        return [number * step for number in range(first, math.floor(self.high / step + 1e-9) + 1)]


def padded(values: Sequence[float], share: float = 0.08) -> tuple[float, float]:
    """Both ends of an axis around values, never equal."""
    low, high = min(values), max(values)
    room = (high - low) * share or abs(high) * share or 1.0
    return low - room, high + room


def chart(title: str, body: Sequence[str], *, height: int = HEIGHT) -> str:
    """One picture with its name for who cannot see it."""
    said = html.escape(title)
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{said}">'
        f"<title>{said}</title>{''.join(body)}</svg>"
    )


def text(x: float, y: float, words: str, *, anchor: str = "start", kind: str = "") -> str:
    """A label."""
    style = f' class="{kind}"' if kind else ""
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}"{style}>{html.escape(words)}</text>'


def line(x1: float, y1: float, x2: float, y2: float, kind: str = "grid") -> str:
    """A straight line."""
    return f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" class="{kind}"/>'


def dot(x: float, y: float, kind: str, hint: str, radius: float = 6) -> str:
    """A point that tells its numbers when it is pointed at."""
    said = html.escape(hint)
    place = f'cx="{x:g}" cy="{y:g}" r="{radius:g}"'
    return f'<circle {place} class="{kind}"><title>{said}</title></circle>'


def bar(x: float, y: float, width: float, height: float, kind: str, hint: str = "") -> str:
    """A filled rectangle."""
    said = f"<title>{html.escape(hint)}</title>" if hint else ""
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{max(width, 0):g}" height="{max(height, 0):g}" '
        f'class="{kind}">{said}</rect>'
    )


def path(points: Sequence[tuple[float, float]], kind: str) -> str:
    """A polyline."""
    joined = " ".join(f"{x:g},{y:g}" for x, y in points)
    return f'<polyline points="{joined}" class="{kind}"/>'


def frame(x: Axis, y: Axis, x_name: str, y_name: str, y_format: str = "g") -> list[str]:
    """Grid lines, values and names of both axes; `y` begins at the bottom."""
    parts = []
    for value in x.ticks():
        parts.append(line(x.at(value), y.end, x.at(value), y.begin))
        parts.append(text(x.at(value), y.begin + 16, f"{value:g}", anchor="middle"))
    for value in y.ticks():
        parts.append(line(x.begin, y.at(value), x.end, y.at(value)))
        parts.append(text(x.begin - 6, y.at(value) + 4, format(value, y_format), anchor="end"))
    parts.append(text((x.begin + x.end) / 2, y.begin + 34, x_name, anchor="middle", kind="name"))
    parts.append(text(4, y.end - 12, y_name, kind="name"))
    return parts
