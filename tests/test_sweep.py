"""A sweep ends alike wherever its trials run, and whatever is killed meanwhile."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.errors import InputError, MachineError
from tests.support import ROOT, needs_tensorflow
from train.sweep.job import Job
from train.sweep.on_ray import OnRay
from train.sweep.options import add_sweep, check_sweep
from train.sweep.plan import Trial, plan
from train.sweep.process import Event, Message, run_process
from train.sweep.queue import ATTEMPTS, Outcome, work_through

JOB = Job(Trial("conv2", 1.0, 0), 1, "disjoint", 1, "a.npz", "0" * 64, {})


def outcome(recipe: str, width: float, seed: int, validation: float, test: float) -> Outcome:
    metrics = {
        "parameters": round(1000 * width),
        "epochs": 1,
        "seconds": 2.0,
        "validation": {"accuracy": validation},
        "test": {"accuracy": test},
    }
    return Outcome(Trial(recipe, width, seed), metrics, None, 1)


def test_a_plan_is_every_recipe_at_every_width_with_every_seed() -> None:
    trials = plan(["edge", "conv2"], [0.5, 1.0], [0, 1, 2])
    assert len(trials) == len(set(trials)) == len({one.name for one in trials}) == 12


@pytest.mark.parametrize(
    ("recipes", "widths", "seeds", "said"),
    [
        pytest.param([], [1.0], [0], "--recipes names nothing", id="nothing"),
        pytest.param(["edge"], [1.0], [0, 0], "--seeds names something twice", id="twice"),
        pytest.param(["edge"], [0.0], [0], "--widths are from 0.1 to 8, not 0", id="no-width"),
        pytest.param(["edge"], [float("nan")], [0], "not nan", id="nan"),
        pytest.param(["edge"], [1.0], [-1], "--seeds are from 0", id="negative-seed"),
    ],
)
def test_what_cannot_be_planned(
    recipes: list[str], widths: list[float], seeds: list[int], said: str
) -> None:
    with pytest.raises(InputError, match=said):
        plan(recipes, widths, seeds)


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        pytest.param("--widths 2", "--widths is for a sweep", id="no-sweep"),
        pytest.param("--sweep --workers 2", "add --ray", id="no-ray"),
        pytest.param("--sweep --all", "--all does not go with", id="all"),
        pytest.param("--sweep --threads 0", "--threads must be at least 1", id="threads"),
    ],
)
def test_options_that_do_not_go_together(argv: str, said: str) -> None:
    parser = argparse.ArgumentParser()
    for name in ("all", "list", "summary", "test", "tensorboard"):
        parser.add_argument(f"--{name}", action="store_true")
    add_sweep(parser)
    with pytest.raises(InputError, match=said):
        check_sweep(parser.parse_args(argv.split()))


class Fate:
    """A backend whose trials end as they are told to, the last that began first."""

    def __init__(self, slots: int, endings: dict[Trial, list[Event]]) -> None:
        self.slots = slots
        self.endings = endings
        self.running: list[Trial] = []

    def start(self, trial: Trial) -> None:
        self.running.append(trial)
        assert len(self.running) <= self.slots

    def next(self) -> tuple[Trial, Message]:
        trial = self.running[-1]
        event = self.endings[trial].pop(0) if self.endings[trial] else Event.DONE
        if event is not Event.EPOCH:
            self.running.pop()
        return trial, Message(event, event.value)


@given(st.integers(1, 3), st.lists(st.lists(st.sampled_from(list(Event)), max_size=6), max_size=5))
def test_every_trial_ends_once_and_begins_no_more_than_thrice(
    slots: int, endings: list[list[Event]]
) -> None:
    trials = [Trial("edge", 1.0, seed) for seed in range(len(endings))]
    told: list[Event] = []
    ended: list[Outcome] = []
    fates = {trial: list(events) for trial, events in zip(trials, endings, strict=True)}
    work_through(trials, Fate(slots, fates), lambda _, m: told.append(m.event), ended.append)
    assert sorted(one.trial for one in ended) == trials
    for one in ended:
        final = [event for event in endings[one.trial.seed] if event is not Event.EPOCH]
        deaths = next((n for n, event in enumerate(final) if event is not Event.DIED), len(final))
        assert one.attempts == min(deaths + 1, ATTEMPTS)
        failed = deaths >= ATTEMPTS or final[deaths : deaths + 1] == [Event.FAILED]
        assert (one.error is not None) == failed
        assert (one.metrics is None) == failed


@pytest.mark.parametrize(
    ("script", "event", "said"),
    [
        pytest.param("kill -9 $$", Event.DIED, "SIGKILL", id="killed"),
        pytest.param("echo 'error: no such thing' >&2; exit 2", Event.FAILED, "no such", id="told"),
        pytest.param("echo Traceback >&2; echo Boom >&2; exit 1", Event.FAILED, "Boom", id="crash"),
        pytest.param("exit 0", Event.FAILED, "no metrics.json", id="nothing-written"),
    ],
)
def test_how_a_process_ends_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, event: Event, said: str
) -> None:
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\nread job\necho 'epoch 1/2  3 s' >&2\n{script}\n")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    first, last = run_process(JOB, tmp_path / "images.npz", tmp_path / "out")
    assert (first.event, first.text) == (Event.EPOCH, "epoch 1/2  3 s")
    assert last.event is event
    assert said in last.text


def test_a_trial_ends_with_whoever_started_it() -> None:
    program = (
        "import threading, time; from train.sweep.trial import _end_with_stdin; "
        "threading.Thread(target=_end_with_stdin, daemon=True).start(); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdin=subprocess.PIPE) as one:
        with pytest.raises(subprocess.TimeoutExpired):
            one.wait(0.2)
        assert one.stdin is not None
        one.stdin.close()
        assert one.wait(30) == 1


def test_without_ray_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(MachineError, match=r'pip install "\.\[cluster\]"'):
        OnRay(JOB, tmp_path / "images.npz", tmp_path, address="local", workers=2)


@needs_tensorflow
def test_the_table_ranks_by_validation_and_says_the_spread() -> None:
    from train.sweep.table import as_markdown, summarize

    outcomes = [
        outcome("edge", 1.0, 1, 0.96, 0.90),
        outcome("edge", 1.0, 0, 0.98, 0.92),
        outcome("conv2", 0.5, 0, 0.90, 0.99),
        Outcome(Trial("conv2", 1.0, 0), None, "killed by SIGKILL, 3 times", 3),
    ]
    document = summarize(outcomes, {"dataset": "a.npz"})
    best, second, failed = document["groups"]
    assert (best["recipe"], second["recipe"]) == ("edge", "conv2")
    assert best["validation_accuracy_mean"] == pytest.approx(0.97)
    assert best["validation_accuracy_spread"] == pytest.approx(np.std([0.96, 0.98], ddof=1))
    assert second["test_accuracy_spread"] is None  # of one seed nobody knows the spread
    assert (failed["seeds"], failed["failed"]) == (0, 1)
    page = as_markdown(document)
    assert "| edge | 1 | 2 | 1,000 | 97.00% | 1.41 | 91.00% | 1.41 | 2 |" in page
    assert "failed: killed by SIGKILL, 3 times" in page


@needs_tensorflow
def test_a_scaled_recipe_answers_the_same_questions_with_other_filters() -> None:
    from train.recipes import RECIPES, build_model
    from train.sweep.width import scaled

    for recipe in RECIPES.values():
        assert scaled(recipe, 1.0) is recipe
        small = scaled(recipe, 0.5)
        model, whole = build_model(small), build_model(recipe)
        assert small.parameters < 0.6 * recipe.parameters
        assert model.output_shape == whole.output_shape
        filters = [
            [one.filters for one in each.layers if hasattr(one, "filters")]
            for each in (model, whole)
        ]
        assert filters[0] == [round(count / 2) for count in filters[1]]
    assert build_model(scaled(RECIPES["edge"], 2)).name == "edge"
