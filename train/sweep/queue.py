"""Works through the trials: on as many slots as there are, and again when one dies."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from train.sweep.job import Job
from train.sweep.plan import Trial
from train.sweep.process import Event, Message, run_process

ATTEMPTS = 3
"""How often a trial begins whose process or machine dies."""


class Backend(Protocol):
    """Where trials run."""

    slots: int
    """How many may run at once."""

    def start(self, trial: Trial) -> None:
        """Begins a trial; no more than `slots` at once."""
        ...

    def next(self) -> tuple[Trial, Message]:
        """Waits for the next word from any running trial."""
        ...


@dataclass(slots=True)
class Sequential:
    """One trial after the other, on this machine.

    Attributes:
        job: the settings that the trials share.
        images: the file that `train.sweep.job.pack` wrote.
        folder: the trials' folders go there.
    """

    job: Job
    images: Path
    folder: Path
    slots: int = 1
    _running: dict[Trial, Iterator[Message]] = field(default_factory=dict, init=False)

    def start(self, trial: Trial) -> None:
        """Begins a trial, its process at the first `next`."""
        job = self.job.for_trial(trial)
        self._running[trial] = run_process(job, self.images, self.folder / trial.name)

    def next(self) -> tuple[Trial, Message]:
        """The running trial's next word."""
        trial, messages = next(iter(self._running.items()))
        message = next(messages)
        if message.event is not Event.EPOCH:
            del self._running[trial]
        return trial, message


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a trial ended.

    Attributes:
        trial: which.
        metrics: what it reached, or None where it failed.
        error: why it failed, or None.
        attempts: how often it began; 0 where a former sweep had done it.
    """

    trial: Trial
    metrics: dict[str, Any] | None
    error: str | None
    attempts: int


Told = Callable[[Trial, Message], None]


def work_through(
    trials: Sequence[Trial], backend: Backend, told: Told, finished: Callable[[Outcome], None]
) -> None:
    """Runs the trials.

    Args:
        trials: what to run, in this order as far as slots allow.
        backend: where.
        told: called with every message.
        finished: called with every outcome, as it comes; a trial that dies runs again, up to
            `ATTEMPTS` times.
    """
    waiting = deque(trials)
    begun: Counter[Trial] = Counter()
    running: set[Trial] = set()
    while waiting or running:
        while waiting and len(running) < backend.slots:
            trial = waiting.popleft()
            begun[trial] += 1
            running.add(trial)
            backend.start(trial)
        trial, message = backend.next()
        told(trial, message)
        if message.event is Event.EPOCH:
            continue
        running.remove(trial)
        if message.event is Event.DIED and begun[trial] < ATTEMPTS:
            waiting.append(trial)
        elif message.event is Event.DONE:
            finished(Outcome(trial, dict(message.metrics), None, begun[trial]))
        else:
            often = f", {begun[trial]} times" if message.event is Event.DIED else ""
            finished(Outcome(trial, None, f"{message.text}{often}", begun[trial]))
