"""The reader's times as Markdown: each frame, each stage, each goal."""

from __future__ import annotations

import numpy as np

from benchmarks.host import HostFacts
from benchmarks.speed.measure import Ratio, Speed, Timing
from benchmarks.table import markdown_cells

_RATIOS = {
    "classic": "our whole reading, to the classic on the same frames",
    "digits": "a frame of 100 digits, to one of 10",
    "pixels": "a photo of 12 megapixels, to 640 x 480",
}


def to_markdown(speed: Speed, host: HostFacts, model: str, command: str) -> str:
    """Three tables and their circumstances."""
    edge = [one for one in speed.timings if one.stages_us]
    stages = list(edge[0].stages_us)
    said = (
        f"{model} on one thread; medians over {len(edge[0].rounds_us)} rounds in which everything "
        "took its turn. The classic: adaptive threshold, contours, deskewed gradient histograms "
        f"and a support vector machine ({speed.machine}), as in OpenCV's own sample."
    )
    parts = [
        "# How long reading takes",
        said,
        markdown_cells(
            ("reader and frame", "digits found", "ms a frame"),
            [_timing(one) for one in speed.timings],
            words=1,
        ),
        markdown_cells(
            ("stage, ms", *(one.subject for one in edge)),
            [(name, *(_ms(one.stages_us[name]) for one in edge)) for name in stages],
            words=1,
        ),
        markdown_cells(
            ("ratio", "median", "half of the rounds", "goal", "reached"),
            [_ratio(one) for one in speed.ratios],
            words=1,
        ),
        f"{host.cpu}, {host.cores} cores, Python {host.python}."
        + (" Other work ran on this machine: only the ratios say much." if host.is_busy else ""),
        f"Again: `{command}`; speed.json beside this page has every round.",
    ]
    return "\n\n".join(parts) + "\n"


def _timing(one: Timing) -> tuple[str, ...]:
    return f"{one.reader}, {one.subject}", str(one.digits), f"{one.p50_us / 1000:.2f}"


def _ratio(one: Ratio) -> tuple[str, ...]:
    return (
        _RATIOS[one.name],
        f"{one.median:.2f}",
        f"{one.low:.2f}-{one.high:.2f}",
        f"{one.goal:g}",
        "yes" if one.reached else "no",
    )


def _ms(values_us: list[float]) -> str:
    return f"{float(np.median(values_us)) / 1000:.2f}"
