"""What the gate takes for a failure: each figure against its budget, latency by a yardstick."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.gate.baseline import Entry
from benchmarks.gate.budget import GateBudget, read_budget
from benchmarks.gate.judge import Verdict, judge_answers, judge_latency
from benchmarks.gate.packing import pack
from benchmarks.gate.probe import load_probe
from edge.errors import InputError

TFLITE = "digits-int8.tflite"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{", "no JSON"),
        ("[1]", "accuracy_drop"),
        ('{"accuracy": 1}', "accuracy_drop"),
        ('{"accuracy_drop": "much"}', "no numbers"),
        ('{"accuracy_drop": -1}', "negative"),
        ('{"accuracy_drop": NaN}', "negative"),
    ],
    ids=["broken", "list", "unknown", "text", "negative", "nan"],
)
def test_a_bad_budget_is_told(content: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "budget.json"
    path.write_text(content, "utf-8")
    with pytest.raises(InputError, match=says):
        read_budget(path)


def entry(**changes) -> Entry:
    known = {
        "file": TFLITE,
        "runtime": "ai-edge-litert",
        "runtime_version": "1",
        "scheme": "int8",
        "sha256": "0" * 64,
        "parent_sha256": "1" * 64,
        "size_bytes": 1000,
        "accuracy": 0.99,
        "agreement": 0.99,
        "is_digit_agreement": 0.99,
        "kl_nats": 0.001,
        "turned_away": 0.01,
        "strangers": 0.05,
        "labels": "0" * 1400,
        "rows": pack(np.arange(1400, dtype=np.uint32)),
        "body_sha256": "a" * 64,
    }
    return Entry(**(known | changes))


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({}, set()),
        ({"accuracy": 0.98}, {"accuracy"}),
        ({"accuracy": 1.0}, set()),  # better is no failure
        ({"agreement": 0.98}, {"agreement"}),
        ({"is_digit_agreement": 0.9}, {"is a digit"}),
        ({"kl_nats": 0.01}, {"divergence"}),
        ({"turned_away": 0.03}, {"digits turned away"}),
        ({"turned_away": None}, {"digits turned away"}),
        ({"strangers": 0.2}, {"non-digits accepted"}),
        ({"size_bytes": 2000}, {"size"}),
        ({"size_bytes": 500}, set()),
        ({"body_sha256": "b" * 64}, {"content"}),
        ({"body_sha256": "b" * 64, "parent_sha256": "2" * 64}, set()),
        ({"rows": pack(np.arange(1, 1401, dtype=np.uint32))}, {"answers"}),
        # other weights, or another version of the runtime: other bytes are no surprise
        ({"rows": pack(np.zeros(1400, np.uint32)), "parent_sha256": "2" * 64}, set()),
        ({"rows": pack(np.zeros(1400, np.uint32)), "runtime_version": "2"}, set()),
    ],
)
def test_each_thing_that_falls_behind_is_named(changes: dict, named: set[str]) -> None:
    verdict, here = Verdict(), {"cpu": "a", "cores": 2}
    probe = load_probe()
    judge_answers(entry(**changes), entry(), probe, GateBudget(), (here, here), verdict)
    assert {one.what for one in verdict.failures} == named


def test_another_processor_may_round_otherwise_and_is_said() -> None:
    verdict = Verdict()
    other = entry(rows=pack(np.zeros(1400, np.uint32)))
    judge_answers(other, entry(), load_probe(), GateBudget(), ({"cpu": "a"}, {"cpu": "b"}), verdict)
    assert verdict.passed
    assert "another processor" in verdict.notes[0]


TIMES = (20.0, 20.5, 21.0, 19.5, 20.2, 20.1)


@pytest.mark.parametrize(
    ("us", "stick", "fails"),
    [
        (TIMES, 10.0, False),
        (tuple(2 * one for one in TIMES), 10.0, True),
        # the whole machine is half as fast: the yardstick says so
        (tuple(2 * one for one in TIMES), 20.0, False),
        # within the budget
        (tuple(1.1 * one for one in TIMES), 10.0, False),
        # two slow processes of six are no slower model
        ((*TIMES[:4], 90.0, 95.0), 10.0, False),
        ((), 10.0, False),
    ],
    ids=["same", "twice", "slow machine", "a tenth", "two outliers", "not timed"],
)
def test_latency_fails_only_when_the_model_itself_is_slower(
    us: tuple[float, ...], stick: float, fails: bool
) -> None:
    before = entry(medians_us=TIMES, yardstick_us=(10.0,) * 6)
    now = entry(medians_us=us, yardstick_us=(stick,) * len(us))
    assert bool(judge_latency(now, before, GateBudget())) == fails
