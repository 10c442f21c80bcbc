"""Runs one trial in a process of its own and says how it goes."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import IO, Any, cast

from train.output import METRICS_NAME
from train.sweep.job import Job


class Event(StrEnum):
    """What a trial says."""

    EPOCH = "epoch"
    """An epoch is done; the text says what it reached."""
    DONE = "done"
    """The trial is done; the metrics say what it reached."""
    FAILED = "failed"
    """It cannot be trained, however often; the text says why."""
    DIED = "died"
    """Its process was killed; another attempt may end well."""


@dataclass(frozen=True, slots=True)
class Message:
    """One event.

    Attributes:
        event: what happened.
        text: in words.
        metrics: what metrics.json holds, when done.
        files: name and content of what the trial wrote, where that is not here already.
    """

    event: Event
    text: str = ""
    metrics: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)


def run_process(job: Job, images: Path, output: Path) -> Iterator[Message]:
    """Trains in a process of its own.

    Args:
        job: the trial and its settings.
        images: the file that `train.sweep.job.pack` wrote.
        output: the folder for what the trial writes.

    Yields:
        An event for each epoch, then exactly one that ends the trial.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "train.sweep.trial"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        env=_environment(job.threads),
    )
    stdin, stderr = cast("IO[str]", process.stdin), cast("IO[str]", process.stderr)
    said: deque[str] = deque(maxlen=20)
    try:
        told = f"{json.dumps(job.to_json())}\n{images.resolve()}\n{output.resolve()}\n"
        stdin.write(told)
        stdin.flush()
        for line in stderr:
            said.append(line.strip())
            if line.startswith("epoch "):
                yield Message(Event.EPOCH, line.strip())
        code = process.wait()
    except BrokenPipeError:  # it died before it could listen
        code = process.wait()
    finally:
        process.kill()
        process.wait()
        stderr.close()
        with contextlib.suppress(BrokenPipeError):
            stdin.close()
    yield _ending(code, [line for line in said if line], output)


def _environment(threads: int) -> dict[str, str]:
    """Ours, the checkout on the path, and none of what a cluster sets for its workers."""
    return os.environ | {
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path) or os.curdir,
        "OMP_NUM_THREADS": str(threads),
        "TF_FORCE_GPU_ALLOW_GROWTH": "true",  # trials that run at once share a GPU's memory
    }


def _ending(code: int, said: list[str], output: Path) -> Message:
    if code < 0:
        return Message(Event.DIED, f"killed by {signal.Signals(-code).name}")
    if code == 128 + signal.SIGINT:
        return Message(Event.DIED, "interrupted")
    if code:
        errors = [line for line in said if line.startswith("error: ")]
        reason = errors[-1].removeprefix("error: ") if errors else (said or ["no word"])[-1]
        return Message(Event.FAILED, f"{reason} (exit code {code})")
    try:
        return Message(Event.DONE, metrics=json.loads((output / METRICS_NAME).read_text("utf-8")))
    except (OSError, ValueError) as error:
        return Message(Event.FAILED, f"no {METRICS_NAME}: {error}")
