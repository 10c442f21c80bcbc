"""What a person sees of a sweep: a bar on a terminal, a line a trial in a log."""

from __future__ import annotations

import sys

from tqdm import tqdm

from edge.command import on_terminal
from train.sweep.plan import Trial
from train.sweep.process import Event, Message
from train.sweep.queue import Outcome


class Watch:
    """Tells, on stderr, how far the trials are."""

    def __init__(self, trials: int, done: int) -> None:
        self._count = trials
        self._done = done
        self._latest: dict[Trial, str] = {}
        self._bar = tqdm(
            total=trials, initial=done, unit="trial", disable=not on_terminal(), file=sys.stderr
        )

    def told(self, trial: Trial, message: Message) -> None:
        """Takes any word of a trial."""
        if message.event is Event.EPOCH:
            self._latest[trial] = message.text.removeprefix("epoch ").split()[0]
        else:
            self._latest.pop(trial, None)
        if message.event is Event.DIED:
            self._say(f"{trial.name}: {message.text}")
        running = ", ".join(f"{one.name} {epoch}" for one, epoch in self._latest.items())
        self._bar.set_postfix_str(running)

    def finished(self, outcome: Outcome) -> None:
        """Takes a trial's end."""
        self._done += 1
        self._bar.update(1)
        said = f"failed: {outcome.error}"
        if outcome.metrics is not None:
            accuracy = outcome.metrics["validation"]["accuracy"]
            said = f"validation {accuracy:.2%}, {outcome.metrics['seconds']:.0f} s"
        self._say(f"{self._done} of {self._count}  {outcome.trial.name}: {said}")

    def close(self) -> None:
        """Takes the bar away."""
        self._bar.close()

    def _say(self, line: str) -> None:
        with tqdm.external_write_mode(file=sys.stderr):
            print(line, file=sys.stderr, flush=True)
