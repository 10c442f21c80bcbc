"""Which operators of a file take the time: asked in fresh processes, put together here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from benchmarks.fresh import run_fresh
from benchmarks.operators.profile import OperatorProfile, OperatorTime, Way
from benchmarks.operators.worker import MODULE, OperatorJob
from edge.artifact import ModelArtifact, ModelFormat
from edge.errors import EdgeDigitsError
from edge.session import Runtime

_ROUNDS, _CALLS = 40, 10


def profile_operators(artifact: ModelArtifact, runtime: Runtime, processes: int) -> OperatorProfile:
    """Times the operators of one file.

    Args:
        artifact: the file.
        runtime: the library.
        processes: fresh ones, at least 1.

    Raises:
        EdgeDigitsError: those of `run_fresh`; MachineError where the runtime cannot tell.
    """
    job = OperatorJob(artifact.path.resolve(), runtime, _ROUNDS, _CALLS)
    what = f"operators of {artifact.path.name} on {runtime}"
    answers = [run_fresh(MODULE, job.to_json(), what=what) for _ in range(processes)]
    way = Way.PROFILER if artifact.format is ModelFormat.ONNX else Way.CUT
    return put_together(artifact.path.name, artifact.scheme.value, runtime.value, way, answers)


def put_together(
    file: str, scheme: str, runtime: str, way: Way, answers: Sequence[Mapping[str, Any]]
) -> OperatorProfile:
    """One profile from what each process answered; a profiler's nodes are summed by kind.

    Raises:
        EdgeDigitsError: the processes told different operators.
    """
    told = [[(one["name"], one["output"]) for one in answer["operators"]] for answer in answers]
    if any(one != told[0] for one in told):
        raise EdgeDigitsError(f"{file} on {runtime} had other operators in each process")
    us = np.array([[one["us"] for one in answer["operators"]] for answer in answers], np.float64)
    macs = [one["macs"] for one in answers[0]["operators"]]
    if way is Way.CUT:
        groups = [[place] for place in range(len(macs))]
    else:
        names = [name for name, _ in told[0]]
        groups = [
            [place for place, name in enumerate(names) if name == kind]
            for kind in dict.fromkeys(names)
        ]
    operators = [
        _time(us[:, group].sum(axis=1), *told[0][group[0]], len(group), macs[group[0]])
        for group in groups
    ]
    if way is Way.PROFILER:
        operators.sort(key=lambda one: -one.us)
    calls = [answer["call_us"] for answer in answers if answer["call_us"] is not None]
    call_us = float(np.median(calls)) if calls else None
    return OperatorProfile(file, scheme, runtime, way, call_us, tuple(operators))


def _time(us: Any, name: str, output: str, count: int, macs: int | None) -> OperatorTime:
    middle, low, high = float(np.median(us)), float(us.min()), float(us.max())
    return OperatorTime(name, output, count, middle, (low, high), macs)
