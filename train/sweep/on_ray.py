"""Runs trials on Ray: on workers of this machine, or on a cluster that listens somewhere.

Ray is started without its dashboard and its usage statistics, on the loopback address.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

from edge.errors import MachineError
from edge.files import write_bytes
from edge.untrusted import first_line
from train.output import METRICS_NAME
from train.sweep.job import Job
from train.sweep.plan import Trial
from train.sweep.process import Event, Message, run_process

LOCAL = "local"
"""What `--ray` takes beside an address."""

_STORE_BYTES = 256 << 20  # the images once, and a few models


def trial_on_worker(job: Job, images: bytes) -> Iterator[Message]:
    """What a worker runs: the same process as here, in a folder that goes away."""
    with tempfile.TemporaryDirectory(prefix="trial-") as name:
        folder = Path(name)
        packed, output = folder / "images.npz", folder / "trial"
        packed.write_bytes(images)
        for message in run_process(job, packed, output):
            if message.event is not Event.DONE:
                yield message
                continue
            files = {one.name: one.read_bytes() for one in output.iterdir() if one.is_file()}
            yield Message(Event.DONE, metrics=message.metrics, files=files)


class OnRay:
    """A backend of `train.sweep.queue`; a context manager that ends what it started."""

    def __init__(
        self, job: Job, images: Path, folder: Path, *, address: str, workers: int | None
    ) -> None:
        """Connects to Ray, or starts it.

        Args:
            job: the settings that the trials share.
            images: the file that `train.sweep.job.pack` wrote.
            folder: the trials' folders go there.
            address: "local" or a running cluster's, as `ray.init` takes it.
            workers: trials at once; None is as many as there are cores for.

        Raises:
            MachineError: Ray is not installed, or cannot be started or reached.
        """
        self._ray = _import_ray(address)
        self._job = job
        self._folder = folder
        self._running: dict[Any, Trial] = {}
        self.slots = self._connect(address, workers)
        self._images = self._ray.put(images.read_bytes())
        # Attempts are counted in one place, train.sweep.queue.
        self._run = self._ray.remote(trial_on_worker).options(
            num_cpus=job.threads, max_retries=0, num_returns="streaming"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._ray.shutdown()

    def start(self, trial: Trial) -> None:
        """Hands a trial to Ray."""
        self._running[self._run.remote(self._job.for_trial(trial), self._images)] = trial

    def next(self) -> tuple[Trial, Message]:
        """Waits for the next word from any running trial; its files are written here."""
        ready, _ = self._ray.wait(list(self._running), num_returns=1)
        words = ready[0]
        trial = self._running[words]
        message = self._word(words)
        if message.event is not Event.EPOCH:
            del self._running[words]
        self._write(trial, message)
        return trial, message

    def _word(self, words: Any) -> Message:
        exceptions = self._ray.exceptions
        try:
            message: Message = self._ray.get(next(words))
            return message
        except StopIteration:
            return Message(Event.DIED, "its worker fell silent")
        except exceptions.RayTaskError as error:
            return Message(Event.FAILED, str(error).strip().splitlines()[-1])
        except exceptions.RayError as error:
            return Message(Event.DIED, f"its worker died ({type(error).__name__})")

    def _write(self, trial: Trial, message: Message) -> None:
        last = METRICS_NAME  # it says that all the others are there
        for name in sorted(message.files, key=lambda one: (one == last, one)):
            write_bytes(self._folder / trial.name / Path(name).name, message.files[name])

    def _connect(self, address: str, workers: int | None) -> int:
        """Starts or joins; returns how many trials may run at once."""
        threads = self._job.threads
        options: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR"}
        if address == LOCAL:
            slots = workers or max(1, (os.cpu_count() or 1) // threads)
            options |= {
                "num_cpus": slots * threads,
                "object_store_memory": _STORE_BYTES,
                "include_dashboard": False,
                "_node_ip_address": "127.0.0.1",
            }
        else:
            slots = workers or 0
            options["address"] = address
        try:
            self._ray.init(**options)
        except (ConnectionError, OSError, RuntimeError, ValueError, TimeoutError) as error:
            raise MachineError(
                f"Ray at {address}: {first_line(error)}; start a cluster with: "
                "ray start --head (one that wants a token: RAY_AUTH_MODE=token, and the token in "
                "RAY_AUTH_TOKEN_PATH), or run on this machine: --ray local"
            ) from error
        most = max((node["Resources"].get("CPU", 0) for node in self._ray.nodes()), default=0)
        if most < threads:
            with contextlib.suppress(Exception):
                self._ray.shutdown()
            raise MachineError(
                f"no machine of Ray at {address} has {threads} free cores; ask for fewer: --threads"
            )
        return slots or max(1, int(self._ray.cluster_resources().get("CPU", 1)) // threads)


def _import_ray(address: str) -> Any:
    # Read when Ray is imported: nothing is reported, and workers see the devices that a
    # trial in sequence sees.
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    os.environ["RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO"] = "0"
    if address != LOCAL and _has_token():
        # `ray start` asks for a token since Ray 2.60; `ray.init` does not show one unasked.
        os.environ.setdefault("RAY_AUTH_MODE", "token")
    try:
        return importlib.import_module("ray")
    except ImportError as error:
        raise MachineError(
            'Ray is not installed, which --ray needs; install: pip install ".[cluster]", or '
            "leave --ray away: the trials then run one after the other"
        ) from error


def _has_token() -> bool:
    """Whether this machine holds a cluster's token, where Ray looks for it."""
    if os.environ.get("RAY_AUTH_TOKEN"):
        return True
    named = os.environ.get("RAY_AUTH_TOKEN_PATH")
    return (Path(named) if named else Path.home() / ".ray" / "auth_token").is_file()
