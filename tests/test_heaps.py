"""Threads that come and go leave no heap behind each."""

from __future__ import annotations

import os
import platform
import subprocess
import sys

import pytest

from edge.heaps import MOST_HEAPS
from tests.support import ROOT

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or platform.libc_ver()[0] != "glibc" or sys.maxsize < 2**32,
    reason="heaps of threads are glibc's, and told apart by their place on 64 bits only",
)

PROGRAM = """
import sys, threading
{first}
together, held = threading.Barrier(13), threading.Barrier(13)

def work():
    together.wait()
    mine = [bytearray(50_000) for _ in range(40)]
    held.wait()

threads = [threading.Thread(target=work) for _ in range(12)]
for thread in threads: thread.start()
together.wait(); held.wait()
for thread in threads: thread.join()
fields = [line.replace("-", " ", 1).split() for line in open("/proc/self/maps")]
places = [(int(one[0], 16), int(one[1], 16), one[2]) for one in fields]
# A heap begins at a multiple of 64 MB, and what it may still grow into is reserved behind it.
print(sum(
    start % (64 << 20) == 0 and rights == "rw-p" and after[0] == end and after[2] == "---p"
    for (start, end, rights), after in zip(places, places[1:])
))
"""
SHARED = "from edge.heaps import share_heaps; share_heaps()"


def heaps_left(first: str, **extra: str) -> int:
    """How many heaps beside the main one a process has after twelve threads."""
    environment = {k: v for k, v in os.environ.items() if k != "MALLOC_ARENA_MAX"} | extra
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(first=first)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return int(result.stdout)


def test_threads_share_their_heaps() -> None:
    assert heaps_left("") >= 4, "there is nothing to share"
    assert heaps_left(SHARED) < MOST_HEAPS


def test_what_the_user_sets_is_obeyed() -> None:
    assert heaps_left(SHARED, MALLOC_ARENA_MAX="8") >= 4


def test_the_live_loop_shares_them() -> None:
    loop = """
from edge.webcam import main
main(["--source", "docs/page-read.png", "--no-window", "--quiet"])
"""
    assert heaps_left(loop) < MOST_HEAPS
