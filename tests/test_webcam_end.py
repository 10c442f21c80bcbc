"""However the loop is ended, what it wrote is whole."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest

from tests.filmed import own_lines, page, play, start, write_clip


@pytest.fixture(scope="module")
def long_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """So long that its JSON overfills a pipe: the loop cannot end before it is stopped."""
    return write_clip(tmp_path_factory.mktemp("long") / "long.avi", [page("417")] * 1500)


@pytest.mark.skipif(os.name != "posix", reason="POSIX signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
def test_a_signal_finishes_the_recording(long_clip: Path, tmp_path: Path, number: int) -> None:
    recorded = tmp_path / "out.avi"
    with start("--source", long_clip, "--json", "--record", recorded) as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["frame"] == 0
        assert not recorded.exists(), "a half file stands under the final name"
        process.send_signal(number)
        _, stderr = process.communicate(timeout=60)
    assert process.returncode == 0, stderr
    [told] = own_lines(stderr)
    assert told.startswith(f"wrote {recorded}: ")
    assert list(tmp_path.iterdir()) == [recorded]
    assert 1 <= len(play(recorded)) < 1500


def test_a_reader_that_goes_away_ends_it_quietly(long_clip: Path, tmp_path: Path) -> None:
    recorded = tmp_path / "out.avi"
    with start("--source", long_clip, "--json", "--record", recorded) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        stderr = process.stderr.read()
        process.wait(timeout=60)
    assert process.returncode == 0, stderr
    assert own_lines(stderr) == [f"wrote {recorded}: {len(play(recorded))} frames"]
