"""What the live benchmark counts, and that it runs."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from benchmarks.carried import carried_shots
from benchmarks.live import LiveBenchmark
from benchmarks.loop_figures import resident_bytes
from benchmarks.steadiness import FPS, SETTLING, Truth, drawn_shots, judge
from edge.reading import Detection, Reading, arrange
from tests.support import Run


def read(text: str) -> Reading:
    """Digits side by side, 30 pixels apart."""
    return arrange(
        [
            Detection(
                (20 + 30 * place, 40, 20, 30),
                digit,
                0.9,
                np.full(10, 0.1, np.float32),
                np.zeros((28, 28), np.uint8),
            )
            for place, digit in enumerate(text)
            if digit != " "
        ]
    )


THERE, GONE = Truth(("31",)), Truth()
STEADY = [(THERE, read("31"))] * 10


def test_what_is_right_in_every_frame_is_steady() -> None:
    found = judge(STEADY)
    assert (found.right, found.found, found.ghosts, found.late_frames) == (1, 1, 0, 0)
    assert found.changes_per_s == found.blinks_per_s == 0


def test_a_digit_that_becomes_another_is_a_change() -> None:
    found = judge([*STEADY, (THERE, read("37")), *STEADY])
    assert found.changes_per_s == pytest.approx(2 / (21 / FPS))
    assert found.blinks_per_s == 0
    assert found.right == pytest.approx(20 / 21)


def test_a_digit_that_comes_and_goes_is_a_blink_and_one_too_many_a_ghost() -> None:
    found = judge([*STEADY, (THERE, read("314")), *STEADY])
    assert found.blinks_per_s == pytest.approx(2 / (21 / FPS))
    assert found.ghosts == pytest.approx(1 / 21)
    missed = judge([*STEADY, (THERE, read("3")), *STEADY])
    assert missed.ghosts == 0
    assert missed.found == pytest.approx(41 / 42)


def test_a_page_that_leaves_is_no_flicker_but_its_delay_is_told() -> None:
    left = [(GONE, read("31"))] * 3 + [(GONE, read(""))] * 7
    found = judge([*STEADY, *left])
    assert found.late_frames == 3
    assert found.blinks_per_s == found.ghosts == 0
    stays = judge([*STEADY, *[(GONE, read("31"))] * (SETTLING + 4)])
    assert stays.ghosts > 0, "what stays for ever is a ghost"


def test_what_the_frames_edge_cuts_off_need_not_be_read_and_is_no_ghost_either() -> None:
    half = Truth(("1",), ("31",))
    found = judge([*STEADY, *[(half, read("1"))] * 5, *[(half, read("31"))] * 5])
    assert found.right == pytest.approx(15 / 20)
    assert (found.found, found.ghosts) == (1, 0)
    assert judge([*STEADY, *[(half, read("17"))] * 6]).ghosts == pytest.approx(6 / 16)


def test_drawn_clips_are_the_same_in_every_run() -> None:
    first, second = (list(drawn_shots(np.random.default_rng(1), frames=4)) for _ in range(2))
    assert len(first) == 4 * (4 + 1)
    assert all(np.array_equal(a.image, b.image) for a, b in zip(first, second, strict=True))
    assert {shot.truth.lines for shot in first} > {(), ("314 159",)}


def test_a_page_is_carried_in_smeared_and_lies_sharp() -> None:
    shots = list(carried_shots(np.random.default_rng(1), frames=20, noise=0))
    assert len(shots) == 3 * 20
    assert [bool(shot.truth.written) for shot in shots[:20]] == [False] * 4 + [True] * 16
    sharpness = [cv2.Laplacian(shot.image, cv2.CV_64F).var() for shot in shots[:20]]
    assert sharpness[0] == 0, "an empty desk"
    assert min(sharpness[12:]) > 5 * np.mean(sharpness[5:9])
    assert np.array_equal(shots[-1].image, shots[-2].image), "it lies"


def test_of_a_page_on_its_way_only_what_is_wholly_in_view_is_true() -> None:
    shots = list(carried_shots(np.random.default_rng(1), frames=40, noise=0))[:40]
    seen = list(dict.fromkeys(shot.truth.lines for shot in shots))
    assert seen[0] == ()
    assert ("48135",) in seen, "the lower line comes first"
    assert seen[-1] == ("2718", "48135")
    counts = [len("".join(shot.truth.lines)) for shot in shots]
    assert counts == sorted(counts), "what came into view stays there"
    entering = next(shot for shot in shots if shot.truth.written)
    assert entering.truth.lines == (), "with the first frame only its lower edge is there"


def test_memory_is_read_where_the_system_tells() -> None:
    assert resident_bytes() == 0 or resident_bytes() > 10**6


def test_it_runs_and_reports(run: Run, tmp_path: Path) -> None:
    result = run(
        "benchmarks.live",
        "--seconds",
        "1",
        "--shots",
        "4",
        "--frames",
        "100",
        "--json",
        "--output",
        tmp_path,
    )
    assert result.returncode == 0, result.stderr
    document = json.loads(result.stdout)
    assert set(document) == set(LiveBenchmark.__dataclass_fields__)
    assert len(document["clips"]) == 4
    for row in document["clips"]:
        assert 0 <= row["single"]["right"] <= 1
        assert 0 <= row["tracked"]["right"] <= 1
    loop = document["loop"]
    assert min(loop["capture_fps"], loop["read_fps"], loop["loop_fps"]) > 0
    assert 0 < loop["first"]["imports_cpu_s"] < loop["first"]["cpu_s"]
    assert 0 < loop["latency_p50_ms"] <= loop["latency_p95_ms"]
    assert loop["still_cores"] < loop["moving_cores"], "a still scene is read again"
    assert json.loads((tmp_path / "live.json").read_text()) == document
    for name in ("poor light", "carried into view"):
        assert f"| drawn, {name} | yes |" in (tmp_path / "live.md").read_text()
