"""Photos to digits: `python -m edge.read PHOTO... [--json] [--save DIR]`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from edge.command import command
from edge.startup import collector_held


@command
def main(argv: Sequence[str] | None = None) -> int:
    """Reads photos."""
    with collector_held():
        from edge.photos import run
    return run(argv)


if __name__ == "__main__":
    sys.exit(main())
