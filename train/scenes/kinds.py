"""What makes a page hard to read: one difficulty a kind, so that a score tells which."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

Color = tuple[int, int, int]
"""Blue, green, red, 0 to 255."""


class SceneKind(StrEnum):
    """Kinds of pages; each is the plain page with one difficulty."""

    PLAIN = "plain"
    """Numbers on white paper in a good light."""
    RULED = "ruled"
    """Paper with printed lines, here and there under the digits."""
    SQUARED = "squared"
    """Paper with printed squares, smaller than a digit."""
    COLOURED_PAPER = "coloured paper"
    """Yellow, pink, green or brown paper."""
    SHADOW = "shadow"
    """The edge of a shadow, of a hand or the camera, lies across the page."""
    GLARE = "glare"
    """A lamp shines back from the paper."""
    VIGNETTE = "vignette"
    """Corners far darker than the middle."""
    LOW_CONTRAST = "low contrast"
    """A hard pencil: little darker than the paper, and grainy."""
    NOISE = "noise"
    """Too little light: the sensor's noise is strong, in blotches as wide as a stroke."""
    BLUR = "blur"
    """Out of focus, or moved."""
    PERSPECTIVE = "perspective"
    """Seen from the side, the far lines smaller."""
    COLOURED_INK = "coloured ink"
    """Red, green, blue or violet, also on yellow paper."""
    THIN_PEN = "thin pen"
    """Strokes a fortieth of a digit's height and thinner."""
    MARKER = "marker"
    """Strokes a fifth of a digit's height."""
    DARK_BOARD = "dark board"
    """Light on dark: chalk on a board, or a bright pen on black paper."""
    OPERATORS = "operators"
    """Sums: digits between operators, letters and brackets."""
    PRINT = "print"
    """Printed words above, below and beside the digits."""
    TOUCHING = "touching"
    """Digits that touch their neighbour."""
    SLANTED = "slanted lines"
    """Lines that climb or fall, each a little differently."""
    CLUTTER = "clutter"
    """The whole sheet on a desk, things around it."""
    FOLDED = "folded"
    """Paper that was folded and smoothed."""
    BLEED_THROUGH = "bleed-through"
    """What is written on the back shines through, mirrored."""
    NO_DIGITS = "no digits"
    """Words, print and signs: nothing to read."""


@dataclass(frozen=True, slots=True)
class Look:
    """How pages of one kind are drawn; the defaults are the plain page.

    Attributes:
        papers: colours of the paper, one is drawn.
        pens: colours of the pen, one is drawn.
        pen: width of the stroke as a share of a digit's canvas, or None for the hand's own.
        opacity: of the ink, the least and the most.
        grain: how unevenly the ink covers, in [0, 1].
        rules: printed on the paper: "", "lines" or "squares".
        light: brightness lost from the middle to the darkest side by slanting light, and to
            the corners by the lens.
        noise: standard deviation of the sensor's noise in grey values, at most.
        blotches: side of the noise's grains in pixels; 0 is a grain a pixel.
        blur: of the lens in pixels, the least and the most.
        perspective: how far corners wander, as a share of the frame.
        climb_deg: steepest line of writing.
        plain: the bare page as tests have always drawn it, without texture or compression.
        adds: what else: "shadow", "glare", "print", "desk", "folds", "bleed", "touching",
            "operators", "words", "motion".
    """

    papers: tuple[Color, ...] = ((226, 232, 236),)
    pens: tuple[Color, ...] = ((38, 30, 28), (110, 45, 25), (40, 35, 120), (60, 60, 60))
    pen: tuple[float, float] | None = None
    opacity: tuple[float, float] = (0.8, 1.0)
    grain: float = 0.0
    rules: str = ""
    light: tuple[float, float] = (0.16, 0.12)
    noise: float = 2.5
    blotches: float = 0.0
    blur: tuple[float, float] = (0.7, 0.7)
    perspective: float = 0.0
    climb_deg: float = 0.0
    plain: bool = False
    adds: frozenset[str] = frozenset()


_YELLOW, _PINK, _GREEN, _BROWN = (150, 225, 245), (205, 190, 240), (190, 230, 200), (120, 165, 195)

LOOKS: dict[SceneKind, Look] = {
    SceneKind.PLAIN: Look(plain=True),
    SceneKind.RULED: Look(rules="lines"),
    SceneKind.SQUARED: Look(rules="squares"),
    SceneKind.COLOURED_PAPER: Look(papers=(_YELLOW, _PINK, _GREEN, _BROWN)),
    SceneKind.SHADOW: Look(adds=frozenset({"shadow"})),
    SceneKind.GLARE: Look(light=(0.2, 0.15), adds=frozenset({"glare"})),
    SceneKind.VIGNETTE: Look(light=(0.1, 0.36)),
    SceneKind.LOW_CONTRAST: Look(pens=((120, 120, 122),), opacity=(0.5, 0.75), grain=0.5),
    SceneKind.NOISE: Look(light=(0.3, 0.2), noise=20.0, blotches=1.6),
    SceneKind.BLUR: Look(blur=(2.0, 4.0), adds=frozenset({"motion"})),
    SceneKind.PERSPECTIVE: Look(perspective=0.16),
    SceneKind.COLOURED_INK: Look(
        papers=((226, 232, 236), (226, 232, 236), _YELLOW),
        pens=((40, 40, 200), (60, 130, 40), (190, 90, 30), (150, 50, 120), (160, 120, 30)),
    ),
    SceneKind.THIN_PEN: Look(pen=(0.012, 0.022)),
    SceneKind.MARKER: Look(pen=(0.125, 0.15), opacity=(0.9, 1.0)),
    SceneKind.DARK_BOARD: Look(
        papers=((62, 72, 52), (48, 46, 44), (78, 62, 46), (30, 28, 28)),
        pens=((235, 240, 240), (205, 235, 245), (225, 205, 190)),
        opacity=(0.75, 1.0),
        grain=0.35,
        adds=frozenset({"smears"}),
    ),
    SceneKind.OPERATORS: Look(adds=frozenset({"operators"})),
    SceneKind.PRINT: Look(adds=frozenset({"print"})),
    SceneKind.TOUCHING: Look(adds=frozenset({"touching"})),
    SceneKind.SLANTED: Look(climb_deg=14.0),
    SceneKind.CLUTTER: Look(perspective=0.05, adds=frozenset({"desk"})),
    SceneKind.FOLDED: Look(adds=frozenset({"folds"})),
    SceneKind.BLEED_THROUGH: Look(adds=frozenset({"bleed"})),
    SceneKind.NO_DIGITS: Look(adds=frozenset({"print", "words"})),
}
"""The look of each kind."""
