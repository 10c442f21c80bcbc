"""A sweep from its options to its table: `python -m train --sweep`."""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from edge.errors import CheckError
from train.data import Dataset
from train.recipes import get_recipe
from train.sweep.job import Job, pack
from train.sweep.on_ray import OnRay
from train.sweep.plan import Trial, plan
from train.sweep.queue import Backend, Outcome, Sequential, work_through
from train.sweep.record import find_record, forget, write_record
from train.sweep.table import TABLE_NAME, as_markdown, summarize, write_table
from train.sweep.watch import Watch


def planned(args: argparse.Namespace) -> list[Trial]:
    """The trials that the options name, before any image is looked for.

    Raises:
        InputError: a recipe that there is not, or as `train.sweep.plan.plan`.
    """
    for name in args.recipes:
        get_recipe(name)
    return plan(args.recipes, args.widths, args.seeds)


def sweep(
    trials: Sequence[Trial], dataset: Dataset, folder: Path, args: argparse.Namespace
) -> None:
    """Trains every trial, writes the table and prints it.

    Args:
        trials: what to train.
        dataset: the images, the same for all.
        folder: for the table, and a folder for each trial.
        args: the options, as `train.sweep.options` checked them.

    Raises:
        CheckError: a trial failed; the table is written all the same, and says which.
        MachineError: Ray is asked for and cannot be had.
    """
    job = Job(
        trials[0],
        args.epochs,
        args.split,
        args.threads,
        dataset.name,
        dataset.sha256,
        dataset.facts,
        [str(teacher.resolve()) for teacher in args.teacher],
    )
    found = [find_record(folder, job.for_trial(one)) for one in trials] if args.resume else []
    outcomes = [one for one in found if one is not None]
    done = {one.trial for one in outcomes}
    left = [one for one in trials if one not in done]
    if done:
        print(f"{len(done)} of {len(trials)} trials are done already", file=sys.stderr)
    if left:
        outcomes += _train(left, job, dataset, folder, args, len(done))
    about = {
        "dataset": dataset.name,
        "dataset_sha256": dataset.sha256,
        **dataset.facts,
        "epochs_asked": args.epochs,
        "split": args.split,
        "threads": args.threads,
        "teachers": [teacher.name for teacher in args.teacher],
        "ranked_by": "validation_accuracy_mean",
    }
    document = summarize(outcomes, about)
    write_table(document, folder)
    print(as_markdown(document))
    print(f"in {folder}: {TABLE_NAME}.md, {TABLE_NAME}.json, a folder for each trial")
    failed = [one for one in outcomes if one.error is not None]
    if failed:
        raise CheckError(
            f"{len(failed)} of {len(trials)} trials failed, the first {failed[0].trial.name}: "
            f"{failed[0].error}; run the same command again with --resume"
        )


def _train(
    trials: Sequence[Trial],
    job: Job,
    dataset: Dataset,
    folder: Path,
    args: argparse.Namespace,
    done: int,
) -> list[Outcome]:
    outcomes: list[Outcome] = []
    with contextlib.ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sweep-")))
        images = place / "images.npz"
        pack(dataset, images)
        backend: Backend = Sequential(job, images, folder)
        if args.ray is not None:
            backend = stack.enter_context(
                OnRay(job, images, folder, address=args.ray, workers=args.workers)
            )
        for trial in trials:
            forget(folder / trial.name)
        watch = stack.enter_context(contextlib.closing(Watch(done + len(trials), done)))

        def finished(outcome: Outcome) -> None:
            if outcome.metrics is not None:
                write_record(folder, job.for_trial(outcome.trial), outcome)
            outcomes.append(outcome)
            watch.finished(outcome)

        work_through(trials, backend, watch.told, finished)
    return outcomes
