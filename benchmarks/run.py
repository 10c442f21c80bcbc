"""One run of `python -m benchmarks`, once its command line has been read."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path

from benchmarks.advice import advise
from benchmarks.depth import FULL, PROCESSES, QUICK, QUICK_IMAGES, TRAINED, Depth
from benchmarks.edge_reference import NAME as SHIPPED_IMAGES
from benchmarks.explain import explain
from benchmarks.measure import Request, measure
from benchmarks.report import to_json, write_reports
from benchmarks.result import LatencyPlan
from benchmarks.table import text_table
from edge.errors import InputError
from edge.manifest import MANIFEST_NAME
from edge.session import DEFAULT_MODEL
from train.data import DataSource

_ROTATING = 256


def run_benchmark(args: argparse.Namespace, command: str) -> int:
    """Measures, writes the reports, prints the table; returns the exit code."""
    request = Request(
        folder=args.models or _default_folder(),
        keras=args.keras,
        data=args.data or (SHIPPED_IMAGES if args.edge else DataSource.MNIST_OR_DRAWN.value),
        images=QUICK_IMAGES if args.quick and args.images is None else args.images,
        plan=_plan(args.quick, args.processes),
        command=command,
        output=args.output,
        depth=_depth(args.quick, args.no_peers or args.edge),
        edge=args.edge,
        resume=args.resume,
        trained=args.peers,
    )
    benchmark = measure(request)
    written = write_reports(benchmark, args.output)
    if args.json:
        print(json.dumps(to_json(benchmark), allow_nan=False))
    else:
        print(text_table(benchmark.rows))
        for line in (
            benchmark.reference,
            *benchmark.notes,
            explain(benchmark),
            advise(benchmark),
        ):
            print(f"\n{line}")
    print(f"written: {', '.join(map(str, written))}", file=sys.stderr)
    return 0


def _default_folder() -> Path:
    return TRAINED if (TRAINED / MANIFEST_NAME).is_file() else DEFAULT_MODEL.parent


def _plan(quick: bool, processes: int | None) -> LatencyPlan:
    if processes is not None and processes < 1:
        raise InputError(f"--processes must be at least 1, not {processes}")
    if quick:
        return LatencyPlan(processes or 1, 10, 30, 20, _ROTATING)
    return LatencyPlan(processes or PROCESSES, 20, 50, 50, _ROTATING)


def _depth(quick: bool, no_peers: bool) -> Depth:
    chosen = QUICK if quick else FULL
    return replace(chosen, peer_processes=0) if no_peers else chosen
