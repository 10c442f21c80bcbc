"""One look for all pictures of a training, and how they become files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib as mpl

from edge.files import atomic_path

mpl.use("Agg")  # before pyplot: pictures go to files, with or without a display

import matplotlib.pyplot as plt

TRAIN, VALIDATION = "#35629c", "#d9772b"
RIGHT, WRONG = "#2e7d32", "#c62828"
QUIET = "#5f6368"
"""For what explains, as against what is shown."""

PAPER, INK = "#ffffff", "#1f1f1f"

_DPI = 120
_STYLE = {
    "font.size": 9.0,
    "text.color": INK,
    "axes.edgecolor": "#c4c7cc",
    "axes.labelcolor": QUIET,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": False,
    "grid.color": "#e4e6ea",
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "legend.frameon": False,
    "figure.facecolor": PAPER,
    "savefig.facecolor": PAPER,
}


def figure(width: float, height: float, title: str, note: str) -> Any:
    """An empty figure in inches with a title and, beneath it, what is to be seen."""
    mpl.rcParams.update(_STYLE)
    made = plt.figure(figsize=(width, height))
    # In inches from the edges, so that pictures of every size begin alike.
    made.text(0.3 / width, 1 - 0.22 / height, title, fontsize=13, weight="bold", va="top")
    made.text(0.3 / width, 1 - 0.5 / height, note, fontsize=9, color=QUIET, va="top")
    return made


def panel(made: Any, left: float, top: float, width: float, height: float) -> Any:
    """Axes at `left`, `top` inches from the figure's upper left corner."""
    whole_width, whole_height = made.get_size_inches()
    return made.add_axes(
        (
            left / whole_width,
            1 - (top + height) / whole_height,
            width / whole_width,
            height / whole_height,
        )
    )


def digit(axes: Any, image: Any, frame: str | None = None) -> None:
    """A (28, 28) uint8 image, dark on white, with a frame in the colour `frame`."""
    axes.imshow(image, cmap="gray_r", vmin=0, vmax=255, interpolation="nearest")
    axes.set(xticks=[], yticks=[])
    for spine in axes.spines.values():
        spine.set(visible=True, color=frame or "#e0e2e6", linewidth=1.6 if frame else 0.6)


def save(made: Any, output: Path) -> None:
    """Writes the figure atomically and forgets it."""
    with atomic_path(output) as temporary:
        made.savefig(temporary, dpi=_DPI)
    plt.close(made)
