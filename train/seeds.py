"""What `--seed` takes: numbers that NumPy's generators and Keras' all start from."""

from __future__ import annotations

from edge.errors import InputError

LARGEST_SEED = 2**32 - 1
"""Keras takes no larger one; NumPy would."""

_SHOWN = 40  # characters of what is none


def read_seed(text: str) -> int:
    """The number that `--seed` was given: the `type` of that option.

    Raises:
        InputError: it is no whole number from 0 to `LARGEST_SEED`, written in plain digits.
    """
    plain = text.isascii() and text.isdecimal() and len(text) <= len(str(LARGEST_SEED))
    if not plain or int(text) > LARGEST_SEED:
        shown = text if len(text) <= _SHOWN and text.isprintable() else repr(text[:_SHOWN])
        raise InputError(
            f"--seed must be a whole number from 0 to {LARGEST_SEED}, not {shown or 'nothing'}"
        )
    return int(text)
