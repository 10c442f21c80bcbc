"""What it takes to be read as a digit, and why something was not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from edge.errors import InputError


class Verdict(StrEnum):
    """What became of a candidate; all but the first are reasons to refuse it."""

    ACCEPTED = "accepted"
    NO_DIGIT = "no digit"
    """The network's second output says that it is none."""
    UNSURE = "unsure"
    """No label is probable enough."""
    CUT_OFF = "cut off"
    """A 1 that touches the frame: the edge of a page or a desk is one to the network."""
    EDGE = "edge"
    """Hardly darker than one of its sides: the edge of a sheet."""
    SMALL = "small"
    """Much smaller than the page's typical digit."""
    SIZE = "size"
    """A stroke or a ring much larger or smaller than the page's other digits."""
    FAINT = "faint"
    """Much fainter than the page's typical digit."""
    AROUND = "around"
    """It is drawn around a digit: a ring or a box."""
    SIGN = "sign"
    """A percent sign, or its slash or one of its rings."""
    PRINT = "print"
    """It stands in a line of which most was refused."""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What it takes to be read as a digit; all shares in [0, 1].

    Attributes:
        is_digit: least answer of the network's "is it a digit" output, where it has one.
        probability: least probability of the label, with such an output.
        probability_alone: the same for a model without one.
    """

    is_digit: float = 0.5
    probability: float = 0.5
    probability_alone: float = 0.9

    def __post_init__(self) -> None:
        for value in (self.is_digit, self.probability, self.probability_alone):
            if not 0 <= value <= 1:
                raise InputError(f"a threshold must lie in [0, 1], not {value}")
