"""Trials by the thousand: one process that has its runtime loaded, and a copy of it for each.

A trial is mostly the time until Python and a runtime are imported. What is tried, and within
what bounds, is `edge.trial`'s own; only how its process comes to be differs.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

from tests.support import ROOT


class Trials:
    """Stands for `subprocess.run` as `edge.trial` calls it."""

    def __enter__(self) -> Self:
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.trials"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.communicate(timeout=60)

    def run(
        self,
        command: Sequence[str],
        *,
        input: bytes,  # noqa: A002 - subprocess' name
        **_: Any,
    ) -> subprocess.CompletedProcess[bytes]:
        assert command[1:] == ["-P", "-m", "edge.trial"]
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.write(len(input).to_bytes(8, "little") + input)
        self._server.stdin.flush()
        answer = json.loads(self._server.stdout.readline())
        return subprocess.CompletedProcess(
            command, answer["code"], b"", answer["stderr"].encode("utf-8", "replace")
        )


def serve() -> None:
    """Copies itself for each request."""
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "w")
    while length := requests.read(8):
        content = requests.read(int.from_bytes(length, "little"))
        with tempfile.TemporaryFile() as errors:
            child = os.fork()
            if child == 0:
                os.dup2(errors.fileno(), 1)
                os.dup2(errors.fileno(), 2)
                os._exit(attempt(content))
            code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            errors.seek(0)
            said = errors.read().decode("utf-8", "replace")
        answers.write(json.dumps({"code": code, "stderr": said}) + "\n")
        answers.flush()


def attempt(content: bytes) -> int:
    import traceback

    from edge.trial import main

    sys.stdin = io.TextIOWrapper(io.BytesIO(content))
    try:
        code = main([])
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stderr.flush()
    return code


if __name__ == "__main__":
    import edge.trial
    from edge.session import open_session
    from tests.support import shipped_models

    assert edge.trial is not None
    for one in shipped_models():
        open_session(one)
    serve()
