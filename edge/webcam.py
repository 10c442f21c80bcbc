"""The live loop: `python -m edge.webcam [--source 0] [--json] [--serve HOST:PORT] ...`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from edge.command import command
from edge.heaps import share_heaps
from edge.startup import collector_held


@command
def main(argv: Sequence[str] | None = None) -> int:
    """Reads a camera, a video or pictures until they end or are stopped."""
    share_heaps()  # before NumPy's own threads have taken theirs
    with collector_held():
        from edge.live import run
    return run(argv)


if __name__ == "__main__":
    sys.exit(main())
