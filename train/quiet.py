"""TensorFlow and its converters write to stdout and stderr what no user can act on."""

from __future__ import annotations

import contextlib
import logging
import warnings
from collections.abc import Iterator

from edge.quiet import silenced


@contextlib.contextmanager
def quiet_tensorflow() -> Iterator[None]:
    """Keeps TensorFlow's logs and warnings, C++ ones included, off the terminal."""
    logger = logging.getLogger("tensorflow")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with silenced(1, 2), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
