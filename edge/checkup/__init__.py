"""What `edge.doctor` looks at: each check is a function that returns one `Check`.

Nothing heavy is imported here: the doctor must speak where NumPy or OpenCV is missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from edge.errors import InputError


class State(StrEnum):
    """What a check found."""

    FINE = "fine"
    """It is there and works."""
    MISSING = "missing"
    """Something that is needed here is not there, or does not work; a command mends it."""
    UNNEEDED = "not needed"
    """It is not there, and reading works without it."""


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the doctor.

    Attributes:
        name: what was looked at.
        state: what was found.
        text: the finding in a few words.
        command: what to run next; given whenever something is missing.
    """

    name: str
    state: State
    text: str
    command: str | None = None

    def __post_init__(self) -> None:
        if self.state is State.MISSING and not self.command:
            raise InputError(f"{self.name} is missing, and no command says how to mend it")
