"""Killed, or out of space, an export leaves no half file under a final name."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from edge.manifest import load_manifest
from tests.support import ROOT, needs_tensorflow, one_line_error
from train.data import Images

pytestmark = needs_tensorflow

# A converter that is slow to write: it stops in the middle until it is killed. What a script
# started in the background ignores Ctrl-C, and so would this.
SLOW = """
import signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)
from pathlib import Path
from edge import files
write = Path.write_bytes

def slowly(self, content):
    if self.name.endswith("digits-float32.tflite"):
        write(self, content[: len(content) // 2])
        print("half", flush=True)
        time.sleep(60)
    return write(self, content)

Path.write_bytes = slowly
from export.tflite import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture(scope="module")
def digits(drawn: Images, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """1,000 drawn digits as somebody's own .npz: drawing a whole data set takes longer."""
    path = tmp_path_factory.mktemp("digits") / "digits.npz"
    np.savez(path, images=drawn.images, labels=drawn.labels)
    return path


def started(program: str, *arguments: str | Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_killed_while_it_writes_leaves_no_half_file(
    digits: Path, tmp_path: Path, how: signal.Signals
) -> None:
    process = started(SLOW, "--calibration", digits, "--output", tmp_path)
    assert process.stdout is not None
    assert process.stdout.readline() == "half\n"
    process.send_signal(how)
    process.communicate(timeout=60)
    final = [path.name for path in tmp_path.iterdir() if not path.name.startswith(".")]
    assert final == []


def test_killed_at_any_moment_what_stands_there_is_whole(digits: Path, tmp_path: Path) -> None:
    """Cut off after what is there so far: every listed file has the hash of its entry."""
    program = "import sys; from export.__main__ import main; sys.exit(main(sys.argv[1:]))"
    process = started(program, "--calibration", digits, "--output", tmp_path)
    give_up = time.monotonic() + 120
    while len(list(tmp_path.glob("digits-*"))) < 3 and time.monotonic() < give_up:
        time.sleep(0.01)
    process.kill()
    process.communicate()
    listed = {one.path.name: one for one in load_manifest(tmp_path)}
    assert listed
    for artifact in listed.values():
        assert hashlib.sha256(artifact.path.read_bytes()).hexdigest() == artifact.sha256
    # The newest file may have been renamed and not listed yet; it describes itself.
    unlisted = [path for path in tmp_path.glob("digits-*") if path.name not in listed]
    assert len(unlisted) <= 1


def test_a_full_disk_is_one_line(digits: Path, tmp_path: Path) -> None:
    """The system allows this process files of 100 kB; the float32 model has 250."""
    program = """
import resource, sys
from export.tflite import main
import train.backend
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
sys.exit(main(sys.argv[1:]))
"""
    process = started(program, "--calibration", digits, "--output", tmp_path / "out")
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 2, errors
    result = subprocess.CompletedProcess([], process.returncode, "", errors)
    said = one_line_error(result)
    assert "cannot write" in said
    assert "free some space" in said
    assert not list((tmp_path / "out").glob("digits-*"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_one_line(digits: Path, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    program = "import sys; from export.tflite import main; sys.exit(main(sys.argv[1:]))"
    process = started(program, "--calibration", digits, "--output", tmp_path)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 2
    assert "cannot write" in errors
