"""How a 9 is written."""

from __future__ import annotations

from train.forms.stroke import Form, curve, line

_NINE_LOOP = curve((0.84, 0.16), (0.5, 0.0), (0.12, 0.2), (0.34, 0.5), (0.72, 0.42), (0.85, 0.14))
_SMALL_LOOP = curve(
    (0.8, 0.08), (0.5, 0.0), (0.2, 0.2), (0.3, 0.42), (0.6, 0.43), (0.82, 0.24), (0.78, 0.04)
)

NINE: tuple[Form, ...] = (
    (_NINE_LOOP, line((0.85, 0.14), (0.72, 1))),
    (_NINE_LOOP, curve((0.85, 0.14), (0.84, 0.62), (0.5, 1), (0.14, 0.9))),
    (_NINE_LOOP, curve((0.85, 0.14), (0.74, 0.6), (0.4, 1))),
    # The tail swings back under the loop, as far as the loop is wide or farther.
    (_NINE_LOOP, curve((0.85, 0.14), (0.92, 0.64), (0.66, 0.97), (0.02, 0.94))),
    (
        curve(
            (0.82, 0.1),
            (0.4, 0.0),
            (0.14, 0.18),
            (0.36, 0.42),
            (0.74, 0.3),
            (0.82, 0.1),
            (0.86, 0.56),
            (0.7, 0.92),
            (0.04, 0.96),
        ),
    ),
    (_NINE_LOOP, curve((0.85, 0.14), (0.8, 0.5), (0.94, 0.74), (0.6, 1), (0.0, 0.92))),
    # The tail leaves the loop's foot, as the lower half of a 3.
    (_SMALL_LOOP, curve((0.56, 0.44), (0.94, 0.66), (0.66, 0.97), (0.04, 0.94))),
    (_SMALL_LOOP, curve((0.62, 0.42), (0.78, 0.52), (0.9, 0.78), (0.5, 0.98), (0.02, 0.98))),
    # The tail leaves it on the left, as that of a g or the middle of an S.
    (_SMALL_LOOP, curve((0.34, 0.42), (0.62, 0.54), (0.92, 0.78), (0.6, 0.98), (0.0, 0.96))),
    (_NINE_LOOP, curve((0.34, 0.5), (0.7, 0.6), (0.9, 0.82), (0.5, 1), (0.02, 0.98))),
    # The loop open where it meets the stem, or flat, or drawn with corners.
    (
        curve((0.74, 0.06), (0.4, 0.02), (0.1, 0.24), (0.3, 0.46), (0.8, 0.3)),
        line((0.86, 0.06), (0.7, 1)),
    ),
    (line((0.82, 0.06), (0.3, 0.06), (0.12, 0.4), (0.6, 0.4), (0.84, 0.1), (0.6, 1)),),
    (
        curve((0.9, 0.1), (0.46, 0), (0.04, 0.2), (0.24, 0.42), (0.64, 0.34), (0.92, 0.1)),
        line((0.92, 0.1), (0.56, 1)),
    ),
    (  # the loop taller than half
        curve(
            (0.8, 0.16),
            (0.54, 0),
            (0.18, 0.24),
            (0.22, 0.52),
            (0.5, 0.58),
            (0.8, 0.3),
            (0.84, 0.06),
        ),
        line((0.84, 0.06), (0.76, 1)),
    ),
    (  # one stroke that does not come back to its beginning
        curve((0.66, 0.02), (0.24, 0.1), (0.1, 0.36), (0.4, 0.44), (0.8, 0.16)),
        line((0.8, 0.16), (0.62, 1)),
    ),
    # Slanted and narrow; the stem begins above the gap of the loop, or crosses it.
    (
        curve((0.7, 0.1), (0.4, 0.12), (0.14, 0.36), (0.36, 0.46), (0.72, 0.28)),
        line((0.92, 0), (0.48, 1)),
    ),
    (
        curve((0.86, 0.02), (0.36, 0.1), (0.18, 0.34), (0.42, 0.42), (0.9, 0.12)),
        curve((0.86, 0.16), (0.66, 0.56), (0.56, 1)),
    ),
)
