"""Keeps what C++ libraries write past Python off the terminal: chatter nobody can act on."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def silenced(*descriptors: int) -> Iterator[None]:
    """Sends what is written to these file descriptors (1 stdout, 2 stderr) nowhere.

    Errors still reach the user: they come as exceptions.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    saved = [(descriptor, os.dup(descriptor)) for descriptor in descriptors]
    try:
        with Path(os.devnull).open("wb") as nowhere:
            for descriptor in descriptors:
                os.dup2(nowhere.fileno(), descriptor)
            yield
    finally:
        for descriptor, copy in saved:
            os.dup2(copy, descriptor)
            os.close(copy)
