"""Whether a file and its answers are, byte for byte, those that were approved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmarks.gate.baseline import Entry
from benchmarks.gate.budget import GateBudget
from benchmarks.gate.packing import unpack

_SAME_MACHINE = ("cpu", "architecture", "cores", "features")


def other_machine(now: Mapping[str, Any], before: Mapping[str, Any]) -> str | None:
    """In which facts two hosts differ, in words; None for the same kind of machine."""
    differs = [
        f"{name} {now.get(name)} instead of {before.get(name)}"
        for name in _SAME_MACHINE
        if _plain(now.get(name)) != _plain(before.get(name))
    ]
    return ", ".join(differs) or None


def other_content(entry: Entry, approved: Entry) -> bool:
    """Whether a file of the same parent has another graph or other weights."""
    known = entry.body_sha256 and approved.body_sha256
    same_parent = entry.parent_sha256 == approved.parent_sha256
    return bool(known and same_parent and entry.body_sha256 != approved.body_sha256)


def changed_answers(
    entry: Entry,
    approved: Entry,
    budget: GateBudget,
    host: tuple[Mapping[str, Any], Mapping[str, Any]],
    notes: list[str],
) -> str | None:
    """How many answers are other bytes than approved, where they should be the same.

    What could not be compared, and why, is added to `notes`.
    """
    same_runtime = (entry.runtime, entry.runtime_version) == (
        approved.runtime,
        approved.runtime_version,
    )
    if entry.parent_sha256 != approved.parent_sha256:
        notes.append(
            f"{entry.name} was converted from other weights than the baseline's: its answers may "
            "differ, and only its figures were judged."
        )
        return None
    if not same_runtime:
        notes.append(
            f"{entry.name} {entry.runtime_version} is not the baseline's {approved.runtime} "
            f"{approved.runtime_version}: answers were not compared byte for byte."
        )
        return None
    found = []
    if other_machine(*host):
        if not entry.reference_rows:
            notes.append(
                f"{entry.name}: another processor than the baseline's may round otherwise, so "
                "answers were not compared byte for byte."
            )
    else:
        found.append(("its own kernels", entry.rows, approved.rows))
    if entry.reference_rows and approved.reference_rows:
        found.append(("the reference kernels", entry.reference_rows, approved.reference_rows))
    for kernels, now, before in found:
        ours, theirs = unpack(now, "uint32"), unpack(before, "uint32")
        if len(ours) != len(theirs):
            return f"{len(ours)} answers, the baseline has {len(theirs)}"
        share = float((ours != theirs).mean())
        if share > budget.changed_rows + 1e-9:
            return (
                f"{int((ours != theirs).sum())} of {len(ours)} images are answered with other "
                f"bytes on {kernels}, though the parent is the same"
            )
    return None


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
