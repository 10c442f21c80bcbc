"""What a benchmark says follows from its raw numbers and from nothing else."""

from __future__ import annotations

import dataclasses
import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.advice import advise
from benchmarks.exam import Exam
from benchmarks.explain import explain
from benchmarks.host import HostFacts, parse_cpuinfo, read_host
from benchmarks.latency import P99_NEEDS, LatencyRun, LatencyScope, LatencySummary
from benchmarks.latency_worker import LatencyJob
from benchmarks.markdown import to_markdown
from benchmarks.report import write_reports
from benchmarks.result import Benchmark, DataFacts, LatencyPlan, Row, Standing
from benchmarks.rows import Answer, file_rows, float32_reference
from benchmarks.table import HEADER, difference, markdown_table, microseconds, text_table
from edge.artifact import ModelArtifact
from edge.errors import InputError
from edge.manifest import load_manifest
from edge.parity import ParityReport
from edge.prediction import Prediction
from edge.quantization import QuantizationScheme
from edge.session import Runtime
from tests.support import SHIPPED
from train.data import Images

SAMPLES = st.lists(st.integers(0, 10**10), min_size=1, max_size=200)
PLAN = LatencyPlan(processes=1, rounds=2, calls=3, warmup=1, rotating_images=64)
HOST = HostFacts("a processor", "x86_64", 2, ("avx2",), None, 0.0, "Linux 6", "3.11.0")


def timed(
    samples: list[int],
    *,
    threads: int = 1,
    warmup: tuple[int, ...] = (),
    process: int = 0,
    model: str = "digits-int8.tflite",
    scope: LatencyScope = LatencyScope.RUNTIME,
) -> LatencyRun:
    taken = tuple(samples)
    return LatencyRun(model, "ai-edge-litert", scope, process, warmup, taken, threads)


def row(
    file: str,
    *,
    us: float,
    size: int = 1000,
    agreement: float = 1.0,
    off: float = 0.0,
    standing: Standing = Standing.COMPARED,
    format: str = "tflite",  # noqa: A002  # the field's name
) -> Row:
    parity = ParityReport(1000, 0.99, 0.99, agreement, 0, 0, off, off)
    return Row(
        file=file,
        format=format,
        scheme="int8",
        runtime="ai-edge-litert",
        size_bytes=size,
        sha256="0" * 64,
        parent_sha256="1" * 64,
        accuracy=0.99,
        standing=standing,
        parity=parity if standing is Standing.COMPARED else None,
        runs=(
            timed([round(us * 1000)], model=file),
            timed([round(us * 1000) + 5000], model=file, scope=LatencyScope.SESSION),
        ),
    )


def benchmark(*rows: Row) -> Benchmark:
    data = DataFacts("drawn", "2" * 64, 1000, 4000)
    command = "python -m benchmarks --quick"
    return Benchmark(
        "2026-01-01T00:00:00+00:00", command, HOST, data, "Compared with x.", PLAN, rows, ("Note.",)
    )


# Statistics


@given(SAMPLES)
def test_percentiles_are_ordered_and_lie_among_the_samples(samples: list[int]) -> None:
    summary = LatencySummary.of([timed(samples)])
    assert summary.n == len(samples)
    assert summary.min_us == min(samples) / 1000
    assert summary.min_us <= summary.p50_us <= summary.p90_us <= max(samples) / 1000


@given(SAMPLES, st.randoms(use_true_random=False), st.integers(0, 200))
def test_neither_order_nor_process_nor_warmup_changes_a_summary(
    samples: list[int], random, cut: int
) -> None:
    expected = LatencySummary.of([timed(samples)])
    random.shuffle(samples)
    parts = [part for part in (samples[:cut], samples[cut:]) if part]
    runs = [timed(part, process=at, warmup=(10**12,)) for at, part in enumerate(parts)]
    # The interval alone depends on which process a sample comes from.
    assert dataclasses.replace(
        LatencySummary.of(runs), p50_interval_us=None, processes=1
    ) == dataclasses.replace(expected, p50_interval_us=None)


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=50), st.integers(1, 1000))
def test_a_summary_scales_with_its_samples(samples: list[int], factor: int) -> None:
    small = LatencySummary.of([timed(samples)])
    large = LatencySummary.of([timed([one * factor for one in samples])])
    assert large.p50_us == pytest.approx(small.p50_us * factor)
    assert large.p90_us == pytest.approx(small.p90_us * factor)


@pytest.mark.parametrize(
    ("n", "told"), [(P99_NEEDS - 1, False), (P99_NEEDS, True)], ids=["too few", "enough"]
)
def test_p99_is_told_only_when_it_rests_on_ten_samples(n: int, told: bool) -> None:
    summary = LatencySummary.of([timed(list(range(n)))])
    assert (summary.p99_us is not None) == told
    assert summary.to_json()["p99_us"] == (round((n - 1) * 0.99) / 1000 if told else None)


@given(SAMPLES, st.lists(st.integers(0, 10**10), max_size=5), st.sampled_from(LatencyScope))
def test_a_run_comes_back_from_json(
    samples: list[int], warmup: list[int], scope: LatencyScope
) -> None:
    run = timed(samples, warmup=tuple(warmup), scope=scope)
    assert LatencyRun.from_json(json.loads(json.dumps(run.to_json()))) == run


@pytest.mark.parametrize(
    "broken",
    [
        lambda: timed([]),
        lambda: timed([5, -1]),
        lambda: timed([5], warmup=(-1,)),
        lambda: LatencySummary.of([]),
        lambda: LatencySummary.of([timed([5]), timed([5], model="other.tflite")]),
        lambda: LatencySummary.of([timed([5]), timed([5], scope=LatencyScope.SESSION)]),
        lambda: LatencySummary.of([timed([5]), timed([5], threads=2)]),
        lambda: LatencySummary(1, 1.0, math.nan, 3.0, None),
        lambda: LatencySummary(1, 2.0, 1.0, 3.0, None),
        lambda: LatencyPlan(0, 1, 1, 0, 64),
        lambda: DataFacts("mnist", "0" * 64, 11, 10),
        lambda: LatencyJob((), Runtime.LITERT, Path("x.npy"), 0, 1, 1, 0),
        lambda: dataclasses.replace(row("a", us=1), accuracy=math.nan),
        lambda: dataclasses.replace(row("a", us=1), standing=Standing.OTHER_PARENT),
        lambda: dataclasses.replace(row("a", us=1), runs=()),
        lambda: dataclasses.replace(HOST, load_1m=math.nan),
        benchmark,
    ],
)
def test_what_cannot_be_is_refused_at_birth(broken) -> None:
    with pytest.raises(InputError):
        broken()


# Tables and reports


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.3, "1.30"), (8.314, "8.31"), (38.84, "38.8"), (108.2, "108"), (54321.0, "54,321")],
)
def test_microseconds_show_three_digits(value: float, text: str) -> None:
    assert microseconds(value) == text


@pytest.mark.parametrize(("value", "text"), [(0.0, "0.0000"), (0.0312, "0.0312"), (6e-7, "6e-07")])
def test_a_small_difference_is_not_shown_as_none(value: float, text: str) -> None:
    assert difference(value) == text


def test_a_table_is_aligned_and_tells_other_parents() -> None:
    rows = [row("a", us=10.4, size=64_560), row("b", us=9, standing=Standing.OTHER_PARENT)]
    lines = text_table(rows).splitlines()
    assert len({len(line) for line in lines}) == 1
    assert lines[0].split()[:3] == ["format", "scheme", "runtime"]
    assert "64,560" in lines[1]
    assert "100.00%" in lines[1]
    assert "other parent" in lines[2]
    assert "%" not in lines[2].split("other parent")[1]


def test_a_markdown_table_has_its_bars() -> None:
    lines = markdown_table([row("a", us=1), row("b", us=2)]).splitlines()
    assert {line.count("|") for line in lines} == {len(HEADER) + 1}
    assert set(lines[1]) <= set("|-: ")


def test_the_page_says_how_to_do_it_again_on_which_data_and_host() -> None:
    page = to_markdown(benchmark(row("a", us=1)))
    for part in ("python -m benchmarks --quick", "first 1,000", "drawn", "a processor", "Note."):
        assert part in page


def test_reports_are_written_with_every_sample(tmp_path: Path) -> None:
    written = write_reports(benchmark(row("a", us=1), row("b", us=2)), tmp_path / "new")
    document = json.loads(written[0].read_text("utf-8"))
    assert document["schema_version"] == 2
    assert [run["samples_ns"] for run in document["runs"]] == [[1000], [6000], [2000], [7000]]
    assert document["models"][0]["latency"]["session"]["p50_us"] == 6.0
    assert written[1].read_text("utf-8").startswith("# Benchmark")


@pytest.mark.parametrize(
    ("rows", "named", "unnamed"),
    [
        # the fastest wins
        ([row("a", us=10), row("b", us=30)], ["Use `a`", "3.0 times as fast as `b`"], []),
        # among equally fast files the smaller one
        (
            [row("a", us=10, size=900), row("b", us=10.2, size=500)],
            ["Use `b`", "`a` on ai-edge-litert is no faster"],
            [],
        ),
        # speed does not buy back a lost agreement
        ([row("a", us=10, agreement=0.9), row("b", us=30)], ["`b`"], ["`a`"]),
        # a fast file that moves probabilities comes with an exact one
        ([row("a", us=10, off=0.05), row("b", us=30, off=1e-6)], ["`a`", "`b`"], []),
        # an uncompared file is never recommended
        ([row("a", us=10, standing=Standing.OTHER_PARENT), row("b", us=30)], ["`b`"], ["`a`"]),
        # the float32 file that stands in for Keras can be
        ([row("a", us=10, standing=Standing.REFERENCE)], ["`a`"], []),
        # Keras cannot
        ([row("a", us=10, standing=Standing.REFERENCE, format="keras")], ["--keras"], ["`a`"]),
        ([row("a", us=10, agreement=0.9)], ["None of the 1"], ["`a`"]),
        ([row("a", us=10, standing=Standing.NO_REFERENCE)], ["--keras FILE"], ["`a`"]),
    ],
)
def test_advice_follows_from_the_rows(rows: list[Row], named: list[str], unnamed: list[str]):
    said = advise(benchmark(*rows))
    assert all(one in said for one in named), said
    assert not any(one in said for one in unnamed), said


@pytest.mark.parametrize(
    ("int8_us", "features", "says", "not_said"),
    [
        (10.0, ("avx512_vnni",), "3.0 times as fast", "as slow"),
        (60.0, ("avx512_vnni",), "2.0 times as slow", "as fast"),
        (30.5, ("avx2",), "one speed", "times as"),
    ],
    ids=["faster", "slower", "within the noise"],
)
def test_the_explanation_follows_from_times_and_processor(
    int8_us: float, features: tuple[str, ...], says: str, not_said: str
) -> None:
    exact = dataclasses.replace(row("float", us=30.0), scheme="none")
    found = benchmark(exact, row("int8", us=int8_us))
    found = dataclasses.replace(found, host=dataclasses.replace(HOST, features=features))
    told = explain(found)
    assert says in told
    assert not_said not in told
    assert ("VNNI" in told) == ("avx512_vnni" in features)


# The host

X86 = "processor\t: 0\nmodel name\t: Some CPU @ 3 GHz\nflags\t\t: fpu avx2 avx512_vnni\n"
PI_5 = (
    "processor\t: 0\nFeatures\t: fp asimd asimdhp asimddp\nCPU implementer\t: 0x41\n"
    "CPU part\t: 0xd0b\n\nRevision\t: c04170\nModel\t\t: Raspberry Pi 5 Model B Rev 1.0\n"
)


@pytest.mark.parametrize(
    ("text", "board", "cpu", "features"),
    [
        (X86, None, "Some CPU @ 3 GHz", ("avx2", "avx512_vnni")),
        (PI_5, None, "Raspberry Pi 5 Model B Rev 1.0, Cortex-A76", ("asimd", "asimddp")),
        ("CPU part : 0xd08\n", "Raspberry Pi 4", "Raspberry Pi 4, Cortex-A72", ()),
        ("CPU part : 0xfff\n", None, "Arm part 0xfff", ()),
        ("", None, None, ()),
        ("no colon\n:\n", None, None, ()),
    ],
    ids=["x86", "Pi 5", "Pi 4 by its device tree", "unknown Arm", "nothing", "nonsense"],
)
def test_a_processor_is_named_with_what_int8_wants(text, board, cpu, features) -> None:
    assert parse_cpuinfo(text, board) == (cpu, features)


def test_this_host_can_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    host = read_host()
    assert host.packages["numpy"] == np.__version__
    assert json.loads(json.dumps(host.to_json(), allow_nan=False))["cores"] >= 1
    # A machine that tells nothing about itself is no reason to stop.
    monkeypatch.setattr("benchmarks.host._read", lambda path: None)
    monkeypatch.setattr("os.getloadavg", lambda: (_ for _ in ()).throw(OSError()))
    monkeypatch.setenv("PATH", "")
    bare = read_host()
    assert (bare.load_1m, bare.governor, bare.commit) == (None, None, None)
    assert bare.cpu


# Rows and references


def answers_of(artifacts: list[ModelArtifact], probabilities: np.ndarray) -> list[Answer]:
    return [Answer(one, Runtime.LITERT, Prediction(probabilities, None)) for one in artifacts]


TEN = Exam(
    Images(np.zeros((10, 28, 28), np.uint8), np.arange(10)), {}, np.zeros((0, 28, 28), np.uint8)
)


def runs_of(artifacts: list[ModelArtifact]) -> list[LatencyRun]:
    return [timed([1000], model=one.path.name) for one in artifacts]


def test_without_keras_the_float32_file_stands_in() -> None:
    artifacts = load_manifest(SHIPPED)
    said = np.eye(10, dtype=np.float32)
    reference = float32_reference(answers_of(artifacts, said))
    assert reference is not None
    assert "float32" in reference.name
    answers = answers_of(artifacts, said)
    rows = file_rows(answers, runs_of(artifacts), float32_reference(answers), TEN)
    assert [one.standing for one in rows].count(Standing.REFERENCE) == 1
    assert [one.standing for one in rows].count(Standing.COMPARED) == len(rows) - 1
    assert all(one.accuracy == 1 for one in rows)


def test_a_file_of_other_weights_is_told_and_not_compared() -> None:
    artifacts = load_manifest(SHIPPED)
    artifacts[-1] = dataclasses.replace(artifacts[-1], parent_sha256="f" * 64)
    answers = answers_of(artifacts, np.eye(10, dtype=np.float32))
    exact = [one for one in answers if one.artifact.scheme is QuantizationScheme.NONE]
    rows = file_rows(answers, runs_of(artifacts), float32_reference(exact), TEN)
    (stranger,) = [one for one in rows if one.standing is Standing.OTHER_PARENT]
    assert stranger.file == artifacts[-1].path.name
    assert stranger.parity is None
    assert stranger.accuracy == 1


def test_without_any_reference_accuracy_remains() -> None:
    artifacts = [one for one in load_manifest(SHIPPED) if one.scheme is QuantizationScheme.INT8]
    answers = answers_of(artifacts, np.eye(10, dtype=np.float32))
    assert float32_reference(answers) is None
    rows = file_rows(answers, runs_of(artifacts), None, TEN)
    assert {one.standing for one in rows} == {Standing.NO_REFERENCE}
    assert {one.accuracy for one in rows} == {1.0}


def test_the_report_tells_what_each_export_took() -> None:
    artifacts = load_manifest(SHIPPED)
    answers = answers_of(artifacts, np.eye(10, dtype=np.float32))
    rows = file_rows(answers, runs_of(artifacts), None, TEN)
    assert all(one.export_cost and one.export_cost["wall_s"] > 0 for one in rows)
    assert all(one.to_json()["export_cost"]["peak_bytes"] > 1e6 for one in rows)
    silent = dataclasses.replace(artifacts[0], provenance={"cost": "dear"})
    (row,) = file_rows(
        answers_of([silent], np.eye(10, dtype=np.float32)), runs_of([silent]), None, TEN
    )
    assert row.export_cost is None
