"""Reads whole pages with one model in this process."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.fresh import answer_job, load_images
from edge.command import command
from edge.session import Runtime, open_session

MODULE = "benchmarks.pages_worker"


@dataclass(frozen=True, slots=True)
class PagesJob:
    """Which model reads which pages: a .npy of (n, h, w, 3) uint8 BGR."""

    model: Path
    runtime: Runtime
    pages: Path

    def to_json(self) -> dict[str, Any]:
        """A JSON object; `from_json` reads it back."""
        return {
            "model": str(self.model),
            "runtime": self.runtime.value,
            "pages": str(self.pages),
        }

    @classmethod
    def from_json(cls, entry: Mapping[str, Any]) -> PagesJob:
        """Reads what `to_json` wrote; KeyError, TypeError, ValueError where it did not."""
        return cls(Path(entry["model"]), Runtime(entry["runtime"]), Path(entry["pages"]))


def read_pages(job: PagesJob) -> Mapping[str, Any]:
    """The lines of every page."""
    from edge.reader import Reader  # OpenCV: only who reads pages needs it

    reader = Reader(open_session(job.model, runtime=job.runtime))
    return {"lines": [list(reader.read(page).lines) for page in load_images(job.pages)]}


@command
def main(argv: Sequence[str] | None = None) -> int:
    """Answers one job."""
    return answer_job(MODULE, argv, PagesJob.from_json, read_pages)


if __name__ == "__main__":
    sys.exit(main())
