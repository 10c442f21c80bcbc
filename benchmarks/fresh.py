"""One job in one fresh process: a JSON object on its stdin, one on its stdout.

A runtime that shares its process with TensorFlow, or with another runtime, is not the
runtime that a Pi will see; some do not even load.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from edge.arrays import UInt8Array
from edge.errors import CheckError, EdgeDigitsError, InputError, MachineError

_CHECKOUT = Path(__file__).resolve().parent.parent
_PREFIX = "error: "

Job = TypeVar("Job")


def run_fresh(module: str, job: Mapping[str, Any], *, what: str) -> dict[str, Any]:
    """Runs `python -m module` and returns the object that it answers `job` with.

    Args:
        module: one whose `main` calls `answer_job`.
        job: JSON values.
        what: the job for a person: "digits-int8.tflite on ai-edge-litert".

    Raises:
        EdgeDigitsError: the error that the process ended with, of its own kind.
        InputError: the process was killed; a damaged model can make a runtime do that.
    """
    environment = dict(os.environ)
    # The working directory stays the user's; the packages are found beside this file.
    search = [str(_CHECKOUT), *filter(None, [environment.get("PYTHONPATH")])]
    environment["PYTHONPATH"] = os.pathsep.join(search)
    done = subprocess.run(
        [sys.executable, "-m", module],
        input=json.dumps(job),
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    if done.returncode:
        raise _as_error(what, done.returncode, done.stderr)
    try:
        # A runtime's C++ side may greet on stdout first; the answer is the last line.
        answer = json.loads(done.stdout.splitlines()[-1])
    except (IndexError, ValueError) as error:
        raise EdgeDigitsError(f"{what}: python -m {module} gave no answer") from error
    if not isinstance(answer, dict):
        raise EdgeDigitsError(f"{what}: python -m {module} answered {type(answer).__name__}")
    return answer


def answer_job(
    module: str,
    argv: Sequence[str] | None,
    parse: Callable[[Mapping[str, Any]], Job],
    work: Callable[[Job], Mapping[str, Any]],
) -> int:
    """The other end: reads the job from stdin, prints what `work` makes of it.

    Raises:
        InputError: stdin holds no job that `parse` can read.
    """
    argparse.ArgumentParser(
        prog=f"python -m {module}",
        description="A job as JSON on stdin, its answer as JSON on stdout; "
        "python -m benchmarks starts this itself.",
    ).parse_args(argv)
    try:
        job = parse(json.loads(sys.stdin.read()))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(
            f"this is no job ({type(error).__name__}: {error}); "
            "python -m benchmarks starts this process itself"
        ) from error
    print(json.dumps(work(job), allow_nan=False))
    return 0


def load_images(path: Path) -> UInt8Array:
    """The (n, 28, 28) uint8 images of a job, from a .npy file.

    Raises:
        InputError: the file cannot be read or holds no arrays.
    """
    try:
        images: UInt8Array = np.load(path, allow_pickle=False)
    except (OSError, ValueError) as error:
        raise InputError(
            f"cannot read the images {path}: {error}; python -m benchmarks writes them itself"
        ) from error
    return images


def _as_error(what: str, code: int, stderr: str) -> EdgeDigitsError:
    lines = stderr.strip().splitlines()
    told = [line.removeprefix(_PREFIX) for line in lines if line.startswith(_PREFIX)]
    for kind in (CheckError, InputError, MachineError):
        if told and code == kind.exit_code:
            return kind(told[-1])
    if code < 0:
        return InputError(
            f"{what}: the process was killed by signal {-code}; a damaged model or too little "
            "memory does that: export the model again, or stop other programs"
        )
    return EdgeDigitsError(f"{what}: {lines[-1] if lines else f'exit code {code}'}")
