"""Where a run keeps what it has measured so far, so that one that was stopped goes on."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.fresh import run_fresh
from edge.arrays import AnyArray
from edge.errors import InputError
from edge.files import atomic_path, write_json

_FOLDER = ".unfinished"


class Workspace:
    """A folder beside the reports; gone when the run ended well."""

    def __init__(self, output: Path, context: Mapping[str, Any], *, resume: bool) -> None:
        """Opens the folder.

        Args:
            output: the reports' folder.
            context: what must be the same for an older answer to count: models, plan, host.
            resume: whether to keep what a stopped run left.

        Raises:
            InputError: the folder cannot be made.
        """
        self.folder = (output / _FOLDER).resolve()
        self.reused = 0
        self._context = json.dumps(context, sort_keys=True, default=str)
        if not resume:
            shutil.rmtree(self.folder, ignore_errors=True)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(
                f"cannot make {self.folder}: {error.strerror}; choose another: --output DIR"
            ) from error

    def save(self, name: str, array: AnyArray) -> Path:
        """Puts an array into NAME-HASH.npy, named by its content; returns the path."""
        digest = hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()[:16]
        path = self.folder / f"{name}-{digest}.npy"
        if not path.is_file():
            with atomic_path(path) as temporary:
                np.save(temporary, array)
        return path

    def run(
        self, module: str, job: Mapping[str, Any], *, what: str, needs: Path | None = None
    ) -> dict[str, Any]:
        """`run_fresh`, or its answer of the run before.

        Args:
            module: as in `run_fresh`.
            job: as in `run_fresh`.
            what: as in `run_fresh`.
            needs: a file that the job writes; without it the answer is no answer.
        """
        text = json.dumps([module, job, self._context], sort_keys=True)
        kept = self.folder / f"{hashlib.sha256(text.encode()).hexdigest()[:24]}.json"
        if kept.is_file() and (needs is None or needs.is_file()):
            self.reused += 1
            answer: dict[str, Any] = json.loads(kept.read_text("utf-8"))
            return answer
        answer = run_fresh(module, job, what=what)
        write_json(kept, answer)
        return answer

    def close(self) -> None:
        """Removes everything: the reports are written."""
        shutil.rmtree(self.folder, ignore_errors=True)
