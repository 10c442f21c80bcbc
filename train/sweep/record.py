"""What a finished trial leaves for `--resume`: its job beside its metrics."""

from __future__ import annotations

import json
from pathlib import Path

from edge.files import write_json
from train.output import MODEL_NAME
from train.sweep.job import Job
from train.sweep.queue import Outcome

RECORD_NAME = "trial.json"


def write_record(folder: Path, job: Job, outcome: Outcome) -> None:
    """Writes a finished trial's record, after all its other files."""
    document = {"job": job.to_json(), "metrics": outcome.metrics}
    write_json(folder / outcome.trial.name / RECORD_NAME, document)


def forget(folder: Path) -> None:
    """Before a trial begins anew: what lies there is no finished trial."""
    (folder / RECORD_NAME).unlink(missing_ok=True)


def find_record(folder: Path, job: Job) -> Outcome | None:
    """The outcome of a finished trial with the very same job, or None."""
    place = folder / job.trial.name
    try:
        found = json.loads((place / RECORD_NAME).read_text("utf-8"))
        same = found["job"] == job.to_json() and (place / MODEL_NAME).is_file()
        return Outcome(job.trial, dict(found["metrics"]), None, 0) if same else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
