"""What a baseline keeps of each model, and that the committed one is of those that ship."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from benchmarks.gate.baseline import SHIPPED as BASELINE
from benchmarks.gate.baseline import load_baseline
from benchmarks.gate.packing import fingerprints, pack, pack_answers, unpack, unpack_answers
from benchmarks.gate.probe import PROBE, draw_probe, load_probe
from edge.manifest import load_manifest
from edge.prediction import Prediction
from tests.support import SHIPPED, Run


def test_the_committed_baseline_speaks_of_the_shipped_models() -> None:
    baseline = load_baseline(BASELINE)
    update = "python -m benchmarks gate --baseline benchmarks/baselines/shipped.json --update"
    assert {one.file: one.parent_sha256 for one in baseline.entries} == {
        one.path.name: one.parent_sha256 for one in load_manifest(SHIPPED)
    }, update
    assert load_probe().sha256 == baseline.probe_sha256


def test_the_shipped_models_pass_the_committed_baseline(run: Run) -> None:
    done = run("benchmarks", "gate", "--baseline", BASELINE, "--no-latency")
    assert (done.returncode, done.stdout.strip()) == (0, "passed"), done.stdout + done.stderr


def test_answers_come_back_from_text(rng: np.random.Generator) -> None:
    said = Prediction(rng.random((7, 10), np.float32), rng.random(7, np.float32))
    back = unpack_answers(pack_answers(said), 7)
    assert np.abs(back.probabilities - said.probabilities).max() < 1e-3
    assert back.is_digit is not None
    assert unpack(pack(np.arange(5)), "int64").tolist() == [0, 1, 2, 3, 4]
    with pytest.raises(ValueError, match="numbers"):
        unpack_answers(pack_answers(said), 8)


def test_a_fingerprint_sees_the_last_bit_of_one_answer(rng: np.random.Generator) -> None:
    said = Prediction(rng.random((7, 10), np.float32), rng.random(7, np.float32))
    other = dataclasses.replace(said, probabilities=said.probabilities.copy())
    other.probabilities[3, 4] = np.nextafter(other.probabilities[3, 4], np.float32(2))
    assert (fingerprints(said) != fingerprints(other)).tolist() == [False] * 3 + [True] + [
        False
    ] * 3


def test_the_probe_shows_every_digit_and_strangers_last() -> None:
    probe = load_probe(PROBE)
    assert set(probe.labels.tolist()) == set(range(-1, 10))
    assert len(probe.digits) == int((probe.labels >= 0).sum())
    again = draw_probe(np.random.default_rng(1)), draw_probe(np.random.default_rng(1))
    assert np.array_equal(again[0][0], again[1][0])
    assert probe.images.shape == again[0][0].shape
