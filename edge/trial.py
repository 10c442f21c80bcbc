"""A model that nobody vouches for is tried in a process of its own first.

Runtimes are written in C++, and a damaged file can end the process that loads it. So a file
that no manifest lists is loaded and run once where that harms nobody, within bounds of time
and memory. It is no wall against a file made to attack: that process may do what this may.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from edge.artifact import ModelArtifact
from edge.command import command
from edge.errors import InputError, MachineError
from edge.session import Runtime, Session, import_runtime, load_backend
from edge.untrusted import SHOWN, printable

TRIAL_S = 60
"""Seconds that a trial may take; a Pi Zero needs about 5 for the shipped models."""

MOST_BYTES = 1 << 30
"""Memory that a trial may take for the model, beside what its runtime takes by itself."""

_CHECKOUT = Path(__file__).resolve().parents[1]
_PREFIX = "error: "
AGAIN = "export it again: python -m export"
"""What to do about a file that does not run."""

_passed: set[tuple[str, Runtime | None]] = set()


def try_out(artifact: ModelArtifact, content: bytes, runtime: Runtime | None) -> None:
    """Loads and runs a model in another process; once for each file and runtime.

    Args:
        artifact: what is said of the model.
        content: the model's bytes, those that are loaded here if all goes well.
        runtime: the library, None for the first that is installed.

    Raises:
        InputError: the model cannot be run, or it ended, filled or held up the process.
        MachineError: there is no runtime for it, or no process can be started.
    """
    if (artifact.sha256, runtime) in _passed:
        return
    header = {"entry": artifact.entry(), "folder": str(artifact.path.parent), "runtime": runtime}
    run_apart("edge.trial", header, content, artifact.path)
    _passed.add((artifact.sha256, runtime))


def run_apart(module: str, header: Mapping[str, Any], content: bytes, path: Path) -> bytes:
    """Hands a model to `python -m module`, in a process of its own; returns its stdout.

    Args:
        module: one that reads a line of JSON and the model from its stdin, bounds itself by
            `bound`, and tells errors of ours as every command does.
        header: the line of JSON.
        content: the model's bytes.
        path: where they are from, for errors.

    Raises:
        InputError: that the process told, or it ended, was killed or did not answer in time.
        MachineError: that the process told, or none can be started.
    """
    search = [str(_CHECKOUT), *filter(None, [os.environ.get("PYTHONPATH")])]
    try:
        done = subprocess.run(
            # -P: what lies in the working directory is not imported.
            [sys.executable, "-P", "-m", module],
            input=json.dumps(header).encode() + b"\n" + content,
            capture_output=True,
            timeout=TRIAL_S,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(search)},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise InputError(
            f"{path} did not answer within {TRIAL_S} s when it was tried; {AGAIN}"
        ) from None
    except OSError as error:
        raise MachineError(
            f"no process can be started to try {path} in ({error.strerror}); "
            "free some memory, or lay its manifest beside it"
        ) from error
    if done.returncode:
        raise _refusal(path, done.returncode, done.stderr.decode(errors="replace"))
    return done.stdout


def _refusal(path: Path, code: int, stderr: str) -> InputError | MachineError:
    lines = stderr.strip().splitlines() or ["it gave no reason"]
    told = [line.removeprefix(_PREFIX) for line in lines if line.startswith(_PREFIX)]
    if told and code in (InputError.exit_code, MachineError.exit_code):
        kind = InputError if code == InputError.exit_code else MachineError
        return kind(told[-1])
    if code < 0:
        try:
            name = signal.Signals(-code).name
        except ValueError:
            name = f"signal {-code}"
        return InputError(
            f"{path} is damaged: it ended the process in which it was tried ({name}); {AGAIN}"
        )
    return InputError(f"{path} cannot be run ({printable(lines[-1], SHOWN)}); {AGAIN}")


@command
def main(argv: Sequence[str] | None = None) -> int:
    """The other process: a line of JSON and a model on stdin; exit code 0 if it runs.

    Raises:
        InputError: it cannot be loaded or run, or answers what is no probability.
        MachineError: there is no runtime for it.
    """
    header = json.loads(sys.stdin.buffer.readline())
    artifact = ModelArtifact.from_json(header["entry"], Path(header["folder"]))
    runtime = Runtime(header["runtime"]) if header["runtime"] else None
    content = sys.stdin.buffer.read()
    import_runtime(artifact, runtime)
    bound(MOST_BYTES + 8 * len(content))
    try:
        session = Session(artifact, load_backend(artifact, content, runtime, threads=1))
        shape = artifact.input.shape[1:]
        rng = np.random.default_rng(0)
        noise = rng.integers(0, 256, shape, np.uint8)
        images = np.stack([np.zeros(shape, np.uint8), np.full(shape, 255, np.uint8), noise])
        said = session.run(images)
    except MemoryError:
        raise InputError(
            f"{artifact.path} asks for more than {MOST_BYTES >> 20} MB of memory; {AGAIN}"
        ) from None
    outputs = [said.probabilities] if said.is_digit is None else [said.probabilities, said.is_digit]
    if not all(np.isfinite(values).all() for values in outputs):
        raise InputError(f"{artifact.path} answers values that are no numbers; {AGAIN}")
    return 0


def bound(most_bytes: int) -> None:
    """Bounds this process's memory and time from here on, where the system can.

    Args:
        most_bytes: beside what it holds by now.
    """
    try:
        import resource
    except ImportError:  # not POSIX
        return
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (TRIAL_S, TRIAL_S))
        # In pages: what the runtime has mapped by now.
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
        most = pages * resource.getpagesize() + most_bytes
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


if __name__ == "__main__":
    sys.exit(main())
