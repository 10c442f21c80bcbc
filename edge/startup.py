"""A start without what nobody waits for."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_held() -> Iterator[None]:
    """Holds the garbage collector back while a program imports what it runs on.

    Modules, their functions and classes stay as long as the process: to search them for
    garbage finds nothing, and took a tenth of the time that importing NumPy, OpenCV and a
    runtime takes. They are taken out of its sight afterwards as well, so that no later
    collection, nor the one at the end of the process, goes through them again.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()
