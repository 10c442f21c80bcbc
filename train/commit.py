"""Which state of the code made a file."""

from __future__ import annotations

import subprocess
from pathlib import Path

_CHECKOUT = Path(__file__).resolve().parents[1]


def commit() -> str | None:
    """The checkout's commit, "+" behind it when it has changes; None outside a checkout."""
    # Without optional locks: looking at a checkout must not write into it.
    git = ["git", "--no-optional-locks", "-C", str(_CHECKOUT)]
    try:
        described = subprocess.run(
            [*git, "describe", "--always", "--dirty=+", "--abbrev=12"],
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return described.stdout.strip() or None
