"""Holds what was seen against the baseline and names everything that fell behind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from benchmarks.gate.baseline import Entry
from benchmarks.gate.budget import GateBudget
from benchmarks.gate.probe import NO_DIGIT, Probe
from benchmarks.gate.sameness import changed_answers, other_content
from benchmarks.processes import LEAST_PROCESSES, mann_whitney_p
from benchmarks.proportions import mcnemar_p

_NATS = 1e-4
"""Divergence that is always allowed: at 1e-15 of it, half as much again means nothing."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that fell behind.

    Attributes:
        name: "digits-int8.tflite on ai-edge-litert".
        what: "accuracy", "agreement", "is a digit", "divergence", "digits turned away",
            "non-digits accepted", "answers", "content", "size", "latency", "missing",
            "unusable".
        detail: the numbers, in words.
    """

    name: str
    what: str
    detail: str

    def __str__(self) -> str:
        return f"{self.name}: {self.what}: {self.detail}"


@dataclass(slots=True)
class Verdict:
    """Everything that one look found; `notes` say what could not be judged, and why."""

    failures: list[Failure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether nothing fell behind."""
        return not self.failures


def judge_answers(
    entry: Entry,
    approved: Entry,
    probe: Probe,
    budget: GateBudget,
    host: tuple[Mapping[str, Any], Mapping[str, Any]],
    verdict: Verdict,
) -> None:
    """Everything but latency; adds to `verdict`.

    Args:
        entry: what was seen now, compared with the reference.
        approved: the baseline's entry of the same file.
        probe: the images that both were asked about.
        budget: what is allowed.
        host: `HostFacts` as JSON, of now and of the baseline.
        verdict: collects failures and notes.
    """

    def fail(what: str, detail: str) -> None:
        verdict.failures.append(Failure(entry.name, what, detail))

    for what, words in _worse_figures(entry, approved, probe, budget):
        fail(what, words)
    if entry.size_bytes > approved.size_bytes * (1 + budget.size_growth):
        fail("size", f"{entry.size_bytes:,} bytes, the baseline has {approved.size_bytes:,}")
    if budget.changed_content < 1 and other_content(entry, approved):
        fail(
            "content",
            f"other bytes (sha256 {entry.body_sha256[:12]}...) than the approved file of the same "
            f"parent ({approved.body_sha256[:12]}...); if that is meant: --update",
        )
    if detail := changed_answers(entry, approved, budget, host, verdict.notes):
        fail("answers", detail)


def judge_latency(entry: Entry, approved: Entry, budget: GateBudget) -> Failure | None:
    """Compares medians over processes, each divided by its own process's yardstick.

    A failure needs both: a median beyond the budget, and a rank test that sees it.
    """
    if min(len(entry.medians_us), len(approved.medians_us)) < LEAST_PROCESSES:
        return None
    now, before = _relative(entry), _relative(approved)
    growth = float(np.median(now) / np.median(before)) - 1
    p = mann_whitney_p(now, before)
    if growth <= budget.latency_growth or p >= budget.latency_p:
        return None
    return Failure(
        entry.name,
        "latency",
        f"{float(np.median(entry.medians_us)):.1f} us, the baseline has "
        f"{float(np.median(approved.medians_us)):.1f} us: {growth:+.0%} against the same "
        f"yardstick (Mann-Whitney p {p:.2g} over {len(now)} and {len(before)} processes)",
    )


def _worse_figures(
    entry: Entry, approved: Entry, probe: Probe, budget: GateBudget
) -> Iterator[tuple[str, str]]:
    """Which of the figures fell behind, and by how much."""
    drop = approved.accuracy - entry.accuracy
    if drop > budget.accuracy_drop + 1e-9:
        lost, won = _flips(entry, approved, probe)
        detail = (
            f"{entry.accuracy:.2%}, the baseline has {approved.accuracy:.2%} (lost {lost}, won "
            f"{won}, McNemar p {mcnemar_p(lost, won):.2g}; allowed drop "
            f"{budget.accuracy_drop:.2%})"
        )
        yield "accuracy", detail
    for what, now, before, allowed in (
        ("agreement", entry.agreement, approved.agreement, budget.agreement_drop),
        (
            "is a digit",
            entry.is_digit_agreement,
            approved.is_digit_agreement,
            budget.agreement_drop,
        ),
    ):
        if before is not None and now is not None and before - now > allowed + 1e-9:
            yield what, f"{now:.2%} with the parent, the baseline has {before:.2%}"
    for what, now, before, allowed in (
        (
            "digits turned away",
            entry.turned_away,
            approved.turned_away,
            budget.turned_away_growth,
        ),
        ("non-digits accepted", entry.strangers, approved.strangers, budget.strangers_growth),
    ):
        if before is not None and now is None:
            yield what, "the output that says what is a digit is gone"
        elif before is not None and now is not None and now - before > allowed + 1e-9:
            yield what, f"{now:.2%}, the baseline has {before:.2%}"
    if entry.kl_nats is not None and approved.kl_nats is not None:
        limit = approved.kl_nats * (1 + budget.divergence_growth) + _NATS
        if entry.kl_nats > limit:
            yield "divergence", f"{entry.kl_nats:.3g} nats from the parent, allowed {limit:.3g}"


def _flips(entry: Entry, approved: Entry, probe: Probe) -> tuple[int, int]:
    shown = probe.labels != NO_DIGIT
    labels = np.array(list(map(str, probe.labels)))
    now, before = (np.array(list(one.labels)) == labels for one in (entry, approved))
    return int((before & ~now)[shown].sum()), int((now & ~before)[shown].sum())


def _relative(entry: Entry) -> list[float]:
    pairs = zip(entry.medians_us, entry.yardstick_us, strict=True)
    return [us / stick for us, stick in pairs]
