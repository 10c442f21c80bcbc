"""Models are timed and compared in processes of their own, which answer or say why not."""

from __future__ import annotations

import dataclasses
import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks import accuracy_worker, latency_worker
from benchmarks.advice import advise
from benchmarks.depth import Depth
from benchmarks.families import families_of, load_models
from benchmarks.fresh import run_fresh
from benchmarks.keras_parent import find_parent
from benchmarks.latency import LatencyRun, LatencyScope
from benchmarks.latency_worker import LatencyJob
from benchmarks.measure import Request, measure
from benchmarks.result import LatencyPlan, Standing
from benchmarks.stopwatch import Stopwatch
from edge.errors import EdgeDigitsError, InputError
from edge.files import sha256_of
from edge.manifest import MANIFEST_NAME, load_manifest
from edge.session import Runtime
from tests.support import ROOT, SHIPPED, Run, needs_tensorflow, one_line_error, shipped_models
from train.data import Dataset, Images

NOTHING_BESIDE = Depth(0, 0, 0, 0, 0, 0, 0)
PLAN = LatencyPlan(processes=1, rounds=2, calls=3, warmup=1, rotating_images=64)


# Fresh processes


@pytest.fixture
def images(drawn: Images, tmp_path: Path) -> Path:
    path = tmp_path / "images.npy"
    np.save(path, drawn.images[:64])
    return path


@pytest.mark.parametrize("family", families_of(shipped_models()), ids=lambda one: one.name)
def test_a_worker_times_every_model_of_its_family(family, images: Path) -> None:
    paths = tuple(artifact.path for artifact in family.artifacts)
    job = LatencyJob(paths, family.runtime, images, process=1, rounds=3, calls=4, warmup=2)
    assert LatencyJob.from_json(json.loads(json.dumps(job.to_json()))) == job
    answer = run_fresh(latency_worker.MODULE, job.to_json(), what=family.name)
    runs = [LatencyRun.from_json(entry) for entry in answer["runs"]]
    assert [(run.model, run.scope) for run in runs] == [
        (path.name, scope)
        for path in paths
        for scope in (LatencyScope.RUNTIME, LatencyScope.SESSION)
    ]
    for run in runs:
        assert (len(run.warmup_ns), len(run.samples_ns), run.process) == (2, 12, 1)
        assert run.runtime == family.runtime
        assert min(run.samples_ns) > 0
    for inner, whole in zip(runs[::2], runs[1::2], strict=True):
        # The session's time contains the runtime's, call by call.
        assert all(a < b for a, b in zip(inner.samples_ns, whole.samples_ns, strict=True))


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


# The parent


def small_dataset(drawn: Images) -> Dataset:
    return Dataset("drawn", drawn, drawn, "0" * 64)


@needs_tensorflow
@pytest.mark.filterwarnings("ignore::DeprecationWarning:keras.*")  # Keras with a new NumPy
def test_the_keras_parent_is_found_by_its_hash_or_by_name(
    drawn: Images, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from train.recipes import build_model, get_recipe

    shutil.copytree(SHIPPED, tmp_path, dirs_exist_ok=True)
    file = tmp_path / "model.keras"
    build_model(get_recipe("edge")).save(file)
    artifacts = load_models(tmp_path)
    orphans = [dataclasses.replace(one, parent_sha256="f" * 64) for one in artifacts]
    parent, told = find_parent(None, tmp_path, orphans)
    assert parent is None
    assert "--keras FILE" in told
    children = [dataclasses.replace(one, parent_sha256=sha256_of(file)) for one in artifacts]
    parent, told = find_parent(None, tmp_path, children)
    assert parent is not None
    assert parent.sha256 == sha256_of(file)
    assert told == "model.keras, found by its sha256"

    # Named, but not the parent: the files get their rows and no agreement.
    monkeypatch.setattr("benchmarks.measure.load_dataset", lambda source: small_dataset(drawn))
    found = measure(
        Request(
            tmp_path,
            file,
            "drawn",
            50,
            PLAN,
            "python -m benchmarks",
            output=tmp_path / "reports",
            depth=NOTHING_BESIDE,
        )
    )
    assert not list((tmp_path / "reports").iterdir())
    assert found.rows[0].format == "keras"
    assert found.rows[0].standing is Standing.REFERENCE
    assert {one.standing for one in found.rows[1:]} == {Standing.OTHER_PARENT}
    assert found.rows[0].call.n == 200
    assert any("another parent" in note for note in found.notes)
    assert "none is recommended" in advise(found)


@needs_tensorflow
@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no model"], ids=["empty", "no model"])
def test_a_bad_keras_file_is_told_in_one_line(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "model.keras"
    file.write_bytes(content)
    with pytest.raises(InputError, match="cannot load") as caught:
        find_parent(file, tmp_path, [])
    assert "\n" not in str(caught.value)


# The command


def test_the_command_compares_the_shipped_models(run: Run, tmp_path: Path) -> None:
    done = run(
        *("benchmarks", "--quick", "--no-peers", "--data", "drawn", "--images", "200"),
        *("--output", tmp_path, "--json"),
    )
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["data"] | {"sha256": ""} == {
        "name": "drawn",
        "images": 200,
        "of": 4000,
        "sha256": "",
    }
    int8 = [one for one in document["models"] if one["scheme"] == "int8"]
    assert int8
    assert min(one["parity"]["agreement"] for one in int8) >= 0.98
    assert min(one["accuracy"] for one in document["models"]) > 0.9
    for one in int8:
        assert one["latency"]["runtime"]["n"] == 300
        assert one["latency"]["runtime"]["p99_us"] is None
        assert one["latency"]["runtime"]["p50_us"] < one["latency"]["session"]["p50_us"]
    full = json.loads((tmp_path / "benchmark.json").read_text("utf-8"))
    assert full.pop("runs")
    assert full == document
    assert document["advice"] in (tmp_path / "benchmark.md").read_text("utf-8")
    for one in document["models"]:
        evidence = one["evidence"]
        assert evidence["low"] <= one["accuracy"] <= evidence["high"]
        assert len(evidence["spoiled"]) == 16
        if one["format"] != "keras":
            assert [curve["score"] for curve in evidence["rejection"]["curves"]] == [
                "is_digit",
                "softmax",
            ]
    assert {one["file"] for one in document["extras"]["kernels"]} == {"digits-int8.tflite"}
    assert all(one["memory_bytes"] > 0 for one in document["extras"]["cold_start"])
    page = (tmp_path / "benchmark.html").read_text("utf-8")
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--models", "no/such/folder"], "no/such/folder"),
        (["--models", "edge"], "no manifest"),
        (["--keras", "no/such.keras"], "no/such.keras"),
        (["--images", "0"], "--images"),
        (["--processes", "0"], "--processes"),
        (["--data", "no/such.npz"], "no/such.npz"),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, list) else "",
)
def test_bad_usage_is_one_line_and_exit_2(
    options: list[str], says: str, run: Run, tmp_path: Path
) -> None:
    done = run("benchmarks", "--output", tmp_path, *options)
    assert done.returncode == 2
    assert says in one_line_error(done)
    assert not done.stdout


@pytest.mark.parametrize("damage", ["altered", "missing", "empty manifest"])
def test_a_bad_model_is_one_line_and_exit_2(damage: str, run: Run, tmp_path: Path) -> None:
    models = tmp_path / "models"
    shutil.copytree(SHIPPED, models)
    file = load_manifest(models)[0].path
    if damage == "altered":
        file.write_bytes(file.read_bytes()[:-7])
    elif damage == "missing":
        file.unlink()
    else:
        (models / MANIFEST_NAME).write_text('{"schema_version": 1, "models": []}', "utf-8")
    done = run("benchmarks", "--output", tmp_path, "--models", models)
    assert done.returncode == 2
    assert "python -m export" in one_line_error(done)


def test_a_folder_that_cannot_be_written_is_told_before_measuring(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", "utf-8")
    done = run("benchmarks", "--output", tmp_path / "file")
    assert done.returncode == 2
    assert "--output DIR" in one_line_error(done)
