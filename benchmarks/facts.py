"""The circumstances of a benchmark in words, the same for every kind of report."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.host import HostFacts
from benchmarks.latency import LatencyScope
from benchmarks.result import Benchmark, DataFacts, LatencyPlan
from benchmarks.vitals import Vitals

SCOPES = {
    LatencyScope.RUNTIME: "The p50 and p90 columns: set, invoke and get of one encoded image.",
    LatencyScope.SESSION: "The whole column: `Session.run` of one (1, 28, 28) uint8 image, "
    "that is look-up of the pixels, set, invoke, get and dequantize.",
    LatencyScope.INVOKE: "Invoke: the interpreter's invoke alone, in a bare loop.",
    LatencyScope.BARE: "Bare: set, invoke and get in a loop without any code of ours.",
    LatencyScope.FRAME: "Frame: a photo of 960x720 to its digits, finding them included.",
    LatencyScope.KERAS_PREDICT: "Keras predict: `model.predict` of one image, as most tutorials "
    "call it.",
    LatencyScope.KERAS: "The Keras row: `model(x)` of one float32 image in this program's own "
    "process, on TensorFlow's own threads.",
}
"""What lies between the two readings of the clock."""

COLUMNS = (
    "Lost: images that the reference reads right and the file wrong; won: the other way round. "
    "Largest difference: of any one probability. Intervals: 95 %, of the accuracy by Wilson, "
    "of the median by drawing whole processes anew."
)
"""What the columns mean whose names do not say it."""


def circumstances(benchmark: Benchmark) -> list[str]:
    """What was measured, on what, against whom, and what to beware of; a sentence each."""
    scopes = {run.scope for row in benchmark.rows for run in row.runs}
    return [
        _images(benchmark.data),
        benchmark.reference,
        _latency(benchmark.plan),
        *(text for scope, text in SCOPES.items() if scope in scopes),
        *benchmark.notes,
    ]


def host_facts(host: HostFacts) -> list[tuple[str, str]]:
    """Name and value of each fact, for people."""
    versions = ", ".join(f"{name} {version}" for name, version in host.packages.items())
    return [
        ("Processor", f"{host.cpu}, {host.cores} cores, {host.architecture}"),
        ("For int8", ", ".join(host.features) or "nothing special"),
        ("Governor", host.governor or "not told"),
        ("Load before", "not told" if host.load_1m is None else f"{host.load_1m:g}"),
        ("Kernel", host.kernel),
        ("Python", host.python),
        ("Packages", versions or "none"),
        ("Commit", host.commit or "none"),
    ]


def vitals_in_words(vitals: Sequence[Vitals]) -> list[str]:
    """Heat, clock and throttling before and after; empty where nothing was read."""
    if len(vitals) != 2:
        return []
    before, after = vitals
    return [
        f"Temperature: {_pair(before.temperature_c, after.temperature_c, 'degrees Celsius')}",
        f"Clock: {_pair(before.frequency_mhz, after.frequency_mhz, 'MHz')}",
        f"Throttling: {_throttling(before, after)}",
    ]


def _pair(before: float | None, after: float | None, unit: str) -> str:
    if before is None or after is None:
        return "not told"
    return f"{before:.0f} {unit} before, {after:.0f} after"


def _throttling(before: Vitals, after: Vitals) -> str:
    if after.throttling is None:
        return "not told (no Raspberry Pi)"
    return ", ".join(dict.fromkeys((*(before.throttling or ()), *after.throttling))) or "none"


def _images(data: DataFacts) -> str:
    which = f"all {data.of:,}" if data.images == data.of else f"the first {data.images:,}"
    return f"Images: {which} test images of {data.name} (sha256 {data.sha256[:12]}...)."


def _latency(plan: LatencyPlan) -> str:
    processes = f"{plan.processes} fresh process{'es' if plan.processes > 1 else ''}"
    return (
        f"Latency: one thread, batch 1, {plan.rotating_images} images in rotation; {processes} "
        f"of each format and runtime, the models taking {plan.rounds} turns of {plan.calls} calls "
        f"in each, after {plan.warmup} calls of warm-up."
    )
