"""How much memory threads keep."""

from __future__ import annotations

import ctypes
import os
import sys

MOST_HEAPS = 2
"""The loop's own and one for all threads beside it; they seldom ask at the same moment."""

_M_ARENA_MAX = -8  # malloc.h of glibc


def share_heaps() -> None:
    """Has threads share their heaps; where the C library is not glibc, nothing happens.

    glibc gives threads that ask at the same moment a heap each, up to eight a core, and each
    keeps what its largest pictures took. Fifteen browsers that looked in once left a loop at
    twice its memory, for good. MALLOC_ARENA_MAX, where it is set, is obeyed instead.
    """
    if sys.platform != "linux" or "MALLOC_ARENA_MAX" in os.environ:
        return
    try:
        set_option = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):  # musl
        return
    set_option(_M_ARENA_MAX, MOST_HEAPS)
