"""What a soak showed: whether anything grew, and what was lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from benchmarks.soak.process import Sample

WARM_UP_S = 60.0
"""Caches fill and threads start within; what comes after should stay."""

LEAST_SAMPLES = 6

MOST_GROWTH_BYTES = 4 << 20
"""Of memory between the first and the last third: an allocator's own unrest is below."""

MOST_MORE = 2
"""Handles or threads more in the last third than in the first: a client may be connected."""


@dataclass(slots=True)
class Record:
    """All that was counted in one soak.

    Attributes:
        minutes: how long it ran.
        samples: of memory, handles and threads.
        exit_code: of the loop; 0 is a loop that was stopped.
        frames_sent: pictures that the source gave, None where only the loop knows.
        frames_read: lines that the loop printed.
        frames_skipped: numbers missing between two lines: frames that came while it was busy.
        broken_lines: lines that were no JSON.
        changes: readings that were news, so had to reach the broker.
        changes_missing: of them, those that never arrived.
        messages: that arrived, twice delivered ones too.
        pages: times that the page and its picture were fetched; `pages_failed` in vain, and
            `pages_starved` in vain while other programs kept the loop from the processor.
        recorded: pictures in the video; `recorded_due` what its length should be, within
            `recorded_slack`: the loop may end between recording a frame and printing it.
        tracebacks: in what the loop said.
        faults: how often each was inflicted.
        recovery_s: of each fault, the longest time from its end to the next line.
    """

    minutes: float
    samples: list[Sample]
    exit_code: int
    frames_sent: int | None
    frames_read: int
    frames_skipped: int
    broken_lines: int
    changes: int
    changes_missing: int
    messages: int
    pages: int
    pages_failed: int
    pages_starved: int
    recorded: int
    recorded_due: int
    recorded_slack: int
    tracebacks: int
    faults: dict[str, int] = field(default_factory=dict)
    recovery_s: dict[str, float] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """A JSON object."""
        return asdict(self)


def growth(samples: Sequence[Sample]) -> dict[str, float]:
    """Median of the last third less that of the first, after warming up, by name.

    Zero for a run too short to tell.
    """
    names = ("rss_bytes", "handles", "threads")
    steady = [one for one in samples if one.at_s >= WARM_UP_S]
    if len(steady) < LEAST_SAMPLES:
        return dict.fromkeys(names, 0.0)
    third = len(steady) // 3
    grown = {}
    for name in names:
        values = [getattr(one, name) for one in steady]
        grown[name] = float(np.median(values[-third:]) - np.median(values[:third]))
    return grown


def complaints(record: Record) -> list[str]:
    """What is wrong, in words; empty when nothing is."""
    grown = growth(record.samples)
    wrong = {
        f"the loop ended with exit code {record.exit_code}": record.exit_code != 0,
        f"it said {record.tracebacks} tracebacks": record.tracebacks,
        f"{record.broken_lines} lines were no JSON": record.broken_lines,
        f"{record.changes_missing} of {record.changes} readings never reached the broker": (
            record.changes_missing
        ),
        f"{record.frames_skipped} frames were not read: the loop was slower than its source; "
        "stop other programs, or lower --fps": record.frames_skipped and not record.faults,
        f"{record.pages_failed} pages were not served": record.pages_failed and not record.faults,
        f"the recording has {record.recorded} frames, not {record.recorded_due}": (
            abs(record.recorded - record.recorded_due) > record.recorded_slack
        ),
        f"memory grew by {grown['rss_bytes'] / 2**20:.1f} MB": (
            grown["rss_bytes"] > MOST_GROWTH_BYTES
        ),
        f"{grown['handles']:.0f} handles more": grown["handles"] > MOST_MORE,
        f"{grown['threads']:.0f} threads more": grown["threads"] > MOST_MORE,
    }
    return [words for words, is_wrong in wrong.items() if is_wrong]


def to_markdown(record: Record) -> str:
    """The table for people."""
    grown = growth(record.samples)
    last = record.samples[-1]
    sent = "" if record.frames_sent is None else f" of {record.frames_sent:,} sent"
    rows = [
        ("ran", f"{record.minutes:.1f} minutes"),
        ("frames read", f"{record.frames_read:,}{sent}, {record.frames_skipped} skipped"),
        ("readings to MQTT", f"{record.changes:,}, {record.changes_missing} lost"),
        ("pages served", f"{record.pages:,}, {record.pages_failed} refused or late"),
        ("pages late for want of a processor", f"{record.pages_starved}"),
        ("frames recorded", f"{record.recorded:,} of {record.recorded_due:,}"),
        ("memory", f"{last.rss_bytes / 2**20:.1f} MB, {grown['rss_bytes'] / 2**20:+.2f} MB"),
        ("handles", f"{last.handles}, {grown['handles']:+.0f}"),
        ("threads", f"{last.threads}, {grown['threads']:+.0f}"),
        ("tracebacks", str(record.tracebacks)),
    ]
    lines = ["| what | how it went |", "|---|---|", *(f"| {a} | {b} |" for a, b in rows)]
    if record.faults:
        lines += ["", "| fault | times | longest until the next frame |", "|---|---|---|"]
        lines += [
            f"| {name} | {times} | {record.recovery_s.get(name, 0):.1f} s |"
            for name, times in record.faults.items()
        ]
    wrong = complaints(record)
    lines += [
        "",
        *(
            [f"wrong: {one}" for one in wrong]
            or ["nothing that was promised is lost, nothing grew"]
        ),
    ]
    return "\n".join(lines) + "\n"
