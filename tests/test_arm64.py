"""A Pi's processor, emulated: it answers, reads and runs the loop as this machine does.

`make test-arm64` builds the machine (tests/arm64/build.sh) and runs this; without one, it skips.
What it takes says nothing of a Pi's speed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge.sources.demo import DemoScene
from tests.support import ROOT
from train.scenes import draw_page
from train.strokes import draw_digits

MACHINE = os.environ.get("ARM64_ROOT", "")
pytestmark = pytest.mark.skipif(not MACHINE, reason="no emulated machine; try: make test-arm64")

IMAGES = 300
FLAVOURS = {"site-edge": ["ai-edge-litert", "onnxruntime"], "site-legacy": ["tflite-runtime"]}
PROCESSORS = {"cortex-a72": "a Pi 4's", "cortex-a76": "a Pi 5's"}

each_machine = pytest.mark.parametrize(
    ("processor", "flavour"),
    [(processor, flavour) for processor in PROCESSORS for flavour in FLAVOURS],
)


@dataclass(frozen=True, slots=True)
class Given:
    """What both machines are given."""

    images: Path
    page: Path
    clip: Path
    text: tuple[str, ...]


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Given:
    folder = tmp_path_factory.mktemp("given")
    found = Given(folder / "i.npy", folder / "page.png", folder / "clip.avi", ("314", "159"))
    np.save(found.images, draw_digits(IMAGES, np.random.default_rng(7))[0])
    page = draw_page(["2718 28", "60 147", "9035"], np.random.default_rng(4))
    assert cv2.imwrite(str(found.page), page.image)
    writer = cv2.VideoWriter(str(found.clip), cv2.VideoWriter.fourcc(*"MJPG"), 25.0, (640, 480))
    scene = DemoScene()
    for index in range(112, 124):
        writer.write(scene.picture(index / 25, index))
    writer.release()
    return found


def here(*arguments: object) -> subprocess.CompletedProcess[str]:
    return finish([sys.executable, *map(str, arguments)], str(ROOT))


def there(processor: str, flavour: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    cache = Path(MACHINE).absolute()
    began_s, began_cpu_s = time.monotonic(), os.times().children_user
    done = finish(
        [str(cache / processor / "python"), *map(str, arguments)], f"{ROOT}:{cache / flavour}"
    )
    spent_s, spent_cpu_s = time.monotonic() - began_s, os.times().children_user - began_cpu_s
    what = " ".join(str(one) for one in arguments[:2])
    print(f"{what} on {processor}, {flavour}: {spent_s:.0f} s, of the processor {spent_cpu_s:.0f}")
    return done


def finish(command: list[str], search: str) -> subprocess.CompletedProcess[str]:
    settings = {"PYTHONPATH": search, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | settings, capture_output=True, text=True, check=False,
        timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done


@pytest.fixture(scope="module")
def expected(given: Given, tmp_path_factory: pytest.TempPathFactory) -> dict[str, np.ndarray]:
    """What the models answer on this machine, on the runtimes that are here."""
    out = tmp_path_factory.mktemp("here") / "said.npz"
    here("tests/arm64/answers.py", given.images, out, *FLAVOURS["site-edge"])
    with np.load(out, allow_pickle=False) as said:
        assert said["machine"] == "x86_64"
        return {name: said[name] for name in said.files if name != "machine"}


@each_machine
def test_the_shipped_models_answer_as_here(
    processor: str, flavour: str, given: Given, expected: dict[str, np.ndarray], tmp_path: Path
) -> None:
    out = tmp_path / "said.npz"
    there(processor, flavour, "tests/arm64/answers.py", given.images, out, *FLAVOURS[flavour])
    with np.load(out, allow_pickle=False) as said:
        assert said["machine"] == "aarch64"
        names = [name for name in said.files if name != "machine"]
        assert len(names) == 2 * len(FLAVOURS[flavour])
        for name in names:
            # tflite-runtime is held against ai-edge-litert: they are to agree as well.
            other = expected[name.replace("tflite-runtime", "ai-edge-litert")]
            agreed = (said[name][:, :10].argmax(axis=1) == other[:, :10].argmax(axis=1)).mean()
            digit = ((said[name][:, 10] >= 0.5) == (other[:, 10] >= 0.5)).mean()
            apart = float(np.abs(said[name] - other).max())
            print(
                f"{name}: {agreed:.2%} the same label, {digit:.2%} the same is-digit, {apart:.2g}"
            )
            if "float32" in name:
                assert apart < 1e-4
            assert agreed >= 0.999
            assert digit >= 0.99


@each_machine
def test_a_page_reads_as_here(processor: str, flavour: str, given: Given) -> None:
    read = ("-m", "edge.read", given.page, "--json")
    one = json.loads(here(*read).stdout)
    other = json.loads(there(processor, flavour, *read).stdout)
    assert other["lines"] == one["lines"]
    assert len(one["detections"]) >= 12
    for mine, theirs in zip(one["detections"], other["detections"], strict=True):
        assert theirs["digit"] == mine["digit"]
        # OpenCV rounds differently with other vector instructions.
        assert np.abs(np.subtract(theirs["box"], mine["box"])).max() <= 2
        assert abs(theirs["confidence"] - mine["confidence"]) < 0.1


@each_machine
def test_the_doctor_finds_all_that_is_needed(processor: str, flavour: str) -> None:
    found = json.loads(there(processor, flavour, "-m", "edge.doctor", "--json").stdout)
    states = {check["name"]: check for check in found["checks"]}
    assert found["ready"]
    assert "aarch64" in states["Python"]["text"]
    for name in ("Python", "NumPy", "Runtime", "OpenCV", "Model"):
        assert states[name]["state"] == "fine", states[name]
    assert FLAVOURS[flavour][0] in states["Runtime"]["text"]


@each_machine
def test_the_loop_reads_and_records_a_clip(
    processor: str, flavour: str, given: Given, tmp_path: Path
) -> None:
    recorded = tmp_path / "out.avi"
    done = there(
        processor, flavour,
        "-m", "edge.webcam", "--source", given.clip, "--no-window", "--json", "--record", recorded,
    )  # fmt: skip
    frames = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["frame"] for one in frames] == list(range(12))
    assert tuple(frames[-1]["lines"]) == given.text
    capture = cv2.VideoCapture(str(recorded))
    count = sum(1 for _ in iter(capture.grab, False))
    capture.release()
    assert count == 12
