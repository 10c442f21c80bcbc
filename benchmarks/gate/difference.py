"""What an update of the baseline changes, figure by figure, for a person to approve."""

from __future__ import annotations

import numpy as np

from benchmarks.gate.baseline import Baseline, Entry
from benchmarks.gate.packing import unpack

_SHARES = ("accuracy", "agreement", "is_digit_agreement", "turned_away", "strangers")


def differences(old: Baseline | None, new: Baseline) -> list[str]:
    """One line for everything that changes; empty where nothing does."""
    if old is None:
        return [f"+ {one.name}: {_in_words(one)}" for one in new.entries]
    before = {(one.file, one.runtime): one for one in old.entries}
    after = {(one.file, one.runtime): one for one in new.entries}
    said = []
    if old.probe_sha256 != new.probe_sha256:
        said.append("  the images of the probe are others: no figure can be compared")
    if old.parent_sha256 != new.parent_sha256:
        said.append(f"  parent {old.parent_sha256[:12]} -> {new.parent_sha256[:12]}")
    said += [f"- {one.name}" for key, one in before.items() if key not in after]
    for key, one in after.items():
        if key not in before:
            said.append(f"+ {one.name}: {_in_words(one)}")
        else:
            said += [f"  {one.name}: {change}" for change in _changes(before[key], one)]
    return said


def _changes(old: Entry, new: Entry) -> list[str]:
    found = []
    for name in _SHARES:
        a, b = getattr(old, name), getattr(new, name)
        if a != b:
            found.append(f"{name.replace('_', ' ')} {_percent(a)} -> {_percent(b)}")
    if old.kl_nats != new.kl_nats:
        found.append(f"divergence {_small(old.kl_nats)} -> {_small(new.kl_nats)} nats")
    if old.size_bytes != new.size_bytes:
        found.append(f"size {old.size_bytes:,} -> {new.size_bytes:,} bytes")
    if old.runtime_version != new.runtime_version:
        found.append(f"runtime {old.runtime_version} -> {new.runtime_version}")
    if old.sha256 != new.sha256:
        found.append(f"sha256 {old.sha256[:12]} -> {new.sha256[:12]}")
    if (old.rows, old.reference_rows) != (new.rows, new.reference_rows):
        a, b = unpack(old.rows, "uint32"), unpack(new.rows, "uint32")
        count = f"{int((a != b).sum())} of {len(b)}" if len(a) == len(b) else "all"
        found.append(f"answers: {count} images are answered with other bytes")
    if old.medians_us and new.medians_us:
        a_us, b_us = float(np.median(old.medians_us)), float(np.median(new.medians_us))
        if abs(b_us / a_us - 1) > 0.05:
            found.append(f"latency {a_us:.1f} -> {b_us:.1f} us")
    elif bool(old.medians_us) != bool(new.medians_us):
        found.append("latency " + ("was not measured" if new.medians_us else "not measured now"))
    return found


def _in_words(one: Entry) -> str:
    timed = f", {float(np.median(one.medians_us)):.1f} us" if one.medians_us else ""
    return (
        f"accuracy {_percent(one.accuracy)}, agreement {_percent(one.agreement)}, "
        f"{one.size_bytes:,} bytes{timed}"
    )


def _percent(value: float | None) -> str:
    return "none" if value is None else f"{value:.2%}"


def _small(value: float | None) -> str:
    return "none" if value is None else f"{value:.3g}"
