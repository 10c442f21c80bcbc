"""Stop a model that fell behind: `python -m benchmarks gate --baseline FILE`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from benchmarks.gate.baseline import Baseline, Entry, load_baseline, save_baseline
from benchmarks.gate.budget import GateBudget, read_budget
from benchmarks.gate.difference import differences
from benchmarks.gate.judge import Failure, Verdict, judge_answers, judge_latency
from benchmarks.gate.look import Look, look_at, only, timed, to_baseline, with_agreement
from benchmarks.gate.probe import PROBE, Probe, load_probe
from benchmarks.gate.sameness import other_machine
from benchmarks.host import read_host
from benchmarks.processes import LEAST_PROCESSES
from edge.command import command, stop_on_sigterm
from edge.errors import InputError, MachineError
from edge.session import DEFAULT_MODEL

_JUDGED, _RECORDED = 5, 10
"""Processes that time each format: to judge, and to record what is judged against."""


def build_parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks gate",
        description="Exit 1 when a model fell behind its baseline, naming everything that did.",
    )
    parser.add_argument(
        "--baseline", type=Path, required=True, metavar="FILE", help="the approved state, JSON"
    )
    parser.add_argument(
        "--budget", type=Path, metavar="FILE", help="JSON with what else is allowed to fall behind"
    )
    parser.add_argument(
        "--models",
        type=Path,
        default=DEFAULT_MODEL.parent,
        metavar="DIR",
        help="folder with a manifest (default: the shipped models)",
    )
    parser.add_argument(
        "--keras", type=Path, metavar="FILE", help="the Keras parent, where it is not found itself"
    )
    parser.add_argument(
        "--update", action="store_true", help="show what changed and make it the new baseline"
    )
    parser.add_argument("--no-latency", action="store_true", help="leave the times out")
    parser.add_argument(
        "--processes",
        type=int,
        metavar="N",
        help=f"fresh processes that time each format (default: {_JUDGED}; {_RECORDED} to update)",
    )
    parser.add_argument("--json", action="store_true", help="print the verdict as JSON")
    return parser


@command
def main(argv: Sequence[str] | None = None) -> int:
    """Judges, or updates the baseline."""
    args = build_parser().parse_args(argv)
    stop_on_sigterm()
    processes = args.processes or (_RECORDED if args.update else _JUDGED)
    if processes < LEAST_PROCESSES:
        raise InputError(
            f"--processes must be at least {LEAST_PROCESSES}, not {args.processes}: fewer cannot "
            "show a difference; or leave times out: --no-latency"
        )
    if args.no_latency:
        processes = 0
    if args.update:
        return _update(args.baseline, args.models, args.keras, processes)
    verdict = _judge(
        load_baseline(args.baseline),
        _probe_of(args.baseline),
        read_budget(args.budget),
        args.models,
        args.keras,
        processes,
    )
    if args.json:
        failures = [asdict(one) for one in verdict.failures]
        document = {"passed": verdict.passed, "failures": failures, "notes": verdict.notes}
        print(json.dumps(document))
    else:
        for failure in verdict.failures:
            print(f"FAIL  {failure}")
        for note in verdict.notes:
            print(f"note  {note}", file=sys.stderr)
        print(
            "passed" if verdict.passed else f"{len(verdict.failures)} fell behind {args.baseline}"
        )
    return 0 if verdict.passed else 1


def _judge(
    baseline: Baseline,
    probe: Probe,
    budget: GateBudget,
    folder: Path,
    keras: Path | None,
    processes: int,
) -> Verdict:
    if (probe.sha256, len(probe.labels)) != (baseline.probe_sha256, baseline.images):
        raise InputError(
            f"the probe {baseline.probe} is not the one that the baseline was made with; make it "
            "again: python -m benchmarks gate --baseline FILE --update"
        )
    host = read_host().to_json()
    look, verdict = look_at(folder, probe), Verdict()
    with_agreement(look, probe, baseline, keras, folder)
    verdict.failures += [Failure(name, "unusable", reason) for name, reason in look.broken]
    told = {name.partition(" on ")[0] for name, _ in look.broken}
    for file in dict.fromkeys(one.file for one in baseline.entries):
        if file in told or any(one.entry.file == file for one in look.observations):
            continue
        if (folder / file).is_file():
            verdict.notes.append(f"{file}: nothing on this machine runs it, so it was not judged.")
        else:
            verdict.failures.append(Failure(file, "missing", f"it is not in {folder}"))
    for one in look.observations:
        approved = baseline.find(one.entry.file, one.entry.runtime)
        if approved is None:
            verdict.notes.append(f"{one.entry.name} is not in the baseline and was not judged.")
        else:
            judge_answers(one.entry, approved, probe, budget, (host, baseline.host), verdict)
    if not look.observations and verdict.passed:
        raise MachineError("no runtime for these models is installed; pip install ai-edge-litert")
    if processes:
        _judge_times(look, baseline, probe, budget, host, processes, verdict)
    return verdict


def _judge_times(
    look: Look,
    baseline: Baseline,
    probe: Probe,
    budget: GateBudget,
    host: dict[str, object],
    processes: int,
    verdict: Verdict,
) -> None:
    """Times what the baseline has times of, here; who fails is timed once more."""
    if differs := other_machine(host, baseline.host):
        verdict.notes.append(
            f"Latency was not judged: the baseline was timed on another machine ({differs}). "
            "Make one here: --update with another --baseline FILE."
        )
        return
    suspects = [one.artifact for one in look.observations]
    failures: list[Failure] = []
    for _ in range(2):  # a neighbour's burst hits one look; a slower model both
        round_ = Look(look.observations, [], only(suspects, look.families))
        timed(round_, probe, processes)
        pairs = [(one, _timed_twin(one.entry, baseline)) for one in round_.observations]
        judged = [(one, judge_latency(one.entry, twin, budget)) for one, twin in pairs if twin]
        failures = [failure for _, failure in judged if failure]
        suspects = [one.artifact for one, failure in judged if failure]
        if not failures:
            return
    verdict.failures += failures


def _timed_twin(entry: Entry, baseline: Baseline) -> Entry | None:
    """The approved times of the same file on the same runtime, whatever its version."""
    approved = baseline.find(entry.file, entry.runtime)
    same = approved and approved.runtime == entry.runtime and approved.medians_us
    return approved if same else None


def _update(path: Path, folder: Path, keras: Path | None, processes: int) -> int:
    old = load_baseline(path) if path.is_file() else None
    probe = _probe_of(path)
    look = look_at(folder, probe)
    if look.broken:
        name, reason = look.broken[0]
        raise InputError(f"{name} cannot be a baseline: {reason}")
    reference = with_agreement(look, probe, None, keras, folder)
    if processes:
        timed(look, probe, processes)
    where = probe_path(path)
    new = to_baseline(look, probe, where.name, read_host(), reference)
    told = differences(old, new)
    for line in told:
        print(line)
    if old and not told:
        print("nothing changed")
        new = replace(new, created=old.created)
    save_baseline(new, path)
    print(f"written: {path}; commit it when every line above is meant", file=sys.stderr)
    return 0


def probe_path(baseline: Path) -> Path:
    """The probe beside a baseline, else the one that ships."""
    beside = baseline.parent / PROBE.name
    return beside if beside.is_file() else PROBE


def _probe_of(baseline: Path) -> Probe:
    return load_probe(probe_path(baseline))
