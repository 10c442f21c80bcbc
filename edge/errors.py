"""Every error that a user can cause or meet, with the exit code that it ends in.

An error's text says what is wrong, which thing it is about, and the next step.
Nothing else may reach a user: a traceback is a bug.
"""

from __future__ import annotations

from typing import ClassVar


class EdgeDigitsError(Exception):
    """Base of all errors that a command answers with one line and an exit code."""

    exit_code: ClassVar[int] = 1


class CheckError(EdgeDigitsError):
    """A gate or a check found what it exists to find (exit code 1)."""

    exit_code = 1


class InputError(EdgeDigitsError):
    """The user's input or usage is wrong: a file, an option, a model (exit code 2)."""

    exit_code = 2


class MachineError(EdgeDigitsError):
    """This machine lacks something; the text says which command installs it (exit code 3)."""

    exit_code = 3
