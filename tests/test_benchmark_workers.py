"""Models are timed in processes of their own, which answer or say why not."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks import accuracy_worker, latency_worker
from benchmarks.families import families_of
from benchmarks.fresh import run_fresh
from benchmarks.latency import LatencyRun, LatencyScope
from benchmarks.latency_worker import LatencyJob
from benchmarks.stopwatch import Stopwatch
from edge.errors import EdgeDigitsError, InputError
from edge.session import Runtime
from tests.support import ROOT, shipped_models
from train.data import Images


@pytest.fixture
def images(drawn: Images, tmp_path: Path) -> Path:
    path = tmp_path / "images.npy"
    np.save(path, drawn.images[:64])
    return path


@pytest.mark.parametrize("family", families_of(shipped_models()), ids=lambda one: one.name)
def test_a_worker_times_every_model_of_its_family(family, images: Path) -> None:
    paths = tuple(artifact.path for artifact in family.artifacts)
    job = LatencyJob(paths, family.runtime, images, process=1, rounds=25, calls=4, warmup=2)
    assert LatencyJob.from_json(json.loads(json.dumps(job.to_json()))) == job
    answer = run_fresh(latency_worker.MODULE, job.to_json(), what=family.name)
    runs = [LatencyRun.from_json(entry) for entry in answer["runs"]]
    assert [(run.model, run.scope) for run in runs] == [
        (path.name, scope)
        for path in paths
        for scope in (LatencyScope.RUNTIME, LatencyScope.SESSION)
    ]
    for run in runs:
        assert (len(run.warmup_ns), len(run.samples_ns), run.process) == (2, 100, 1)
        assert run.runtime == family.runtime
        assert min(run.samples_ns) > 0
    for inner, whole in zip(runs[::2], runs[1::2], strict=True):
        # The session's time contains the runtime's. They are timed in turns of their own, so
        # that only the quickest calls of each, which nothing disturbed, can be compared.
        assert min(inner.samples_ns) < min(whole.samples_ns)


def test_a_stopwatch_changes_no_answer() -> None:
    class Echo:
        runtime = Runtime.LITERT

        def run(self, image):
            return [image]

    watch = Stopwatch(Echo())
    image = np.ones((1, 2))
    assert watch.run(image)[0] is image
    assert len(watch.taken_ns) == 1


@pytest.mark.parametrize("family", families_of(shipped_models()), ids=lambda one: one.name)
def test_the_bare_loop_is_timed_beside_the_session_and_says_what_was_loaded(
    family, images: Path
) -> None:
    path = family.artifacts[-1].path
    job = LatencyJob((path,), family.runtime, images, 0, 2, 3, 1, bare=True)
    answer = run_fresh(latency_worker.MODULE, job.to_json(), what=family.name)
    runs = {run.scope: run for run in map(LatencyRun.from_json, answer["runs"])}
    assert LatencyScope.BARE in runs
    if family.artifacts[0].format == "tflite":
        pairs = zip(
            runs[LatencyScope.INVOKE].samples_ns, runs[LatencyScope.BARE].samples_ns, strict=True
        )
        assert all(inner < whole for inner, whole in pairs)
        assert answer["facts"][path.name]["macs"] > 10**6
    else:
        assert answer["facts"][path.name]["providers"] == ["CPUExecutionProvider"]
    assert len(answer["yardstick_ns"]) == 6


def test_a_whole_frame_is_timed(images: Path, tmp_path: Path) -> None:
    from train.scenes import draw_page

    frame = tmp_path / "frame.npy"
    np.save(frame, draw_page(["314"], np.random.default_rng(0)).image)
    family = families_of(shipped_models())[0]
    path = family.artifacts[0].path
    job = LatencyJob((path,), family.runtime, images, 0, 1, 1, 0, frame=frame)
    answer = run_fresh(latency_worker.MODULE, job.to_json(), what=family.name)
    last = LatencyRun.from_json(answer["runs"][-1])
    assert (last.scope, len(last.samples_ns)) == (LatencyScope.FRAME, 6)


@pytest.mark.parametrize(
    ("module", "job", "says"),
    [
        (latency_worker.MODULE, {}, "no job"),
        (latency_worker.MODULE, {"models": 7}, "no job"),
        (accuracy_worker.MODULE, {"model": "a.tflite", "runtime": "abacus"}, "no job"),
        (
            accuracy_worker.MODULE,
            {"model": "a.tflite", "runtime": "onnxruntime", "images": "", "answers": "a.npy"},
            "cannot read the images",
        ),
    ],
    ids=["nothing", "no list", "unknown runtime", "no images"],
)
def test_a_worker_refuses_what_is_no_job(module: str, job: dict, says: str) -> None:
    with pytest.raises(EdgeDigitsError, match=says) as caught:
        run_fresh(module, job, what="a job")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("program", "kind", "says"),
    [
        ("import os; os.abort()", InputError, "signal"),
        ("raise RuntimeError('so it is')", EdgeDigitsError, "so it is"),
        ("import sys; print('error: bad', file=sys.stderr); sys.exit(2)", InputError, "^bad$"),
        ("print('hello')", EdgeDigitsError, "no answer"),
        ("print('[1]')", EdgeDigitsError, "list"),
        ("", EdgeDigitsError, "no answer"),
    ],
    ids=["killed", "traceback", "told", "chatter", "no object", "silence"],
)
def test_a_process_that_dies_is_told_in_one_line(
    program: str, kind: type, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "dying.py").write_text(program, "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(kind, match=says) as caught:
        run_fresh("dying", {}, what="a model")
    assert "\n" not in str(caught.value)


def test_workers_and_help_load_no_training_tools() -> None:
    program = (
        "import sys, benchmarks.__main__, benchmarks.accuracy_worker, benchmarks.latency_worker\n"
        "sys.exit(sorted({'tensorflow', 'keras', 'onnxruntime', 'tqdm', 'cv2'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stderr.strip() == "[]"
