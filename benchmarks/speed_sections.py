"""Tables of how long it takes: scopes, spread, threads, cold start, peers."""

from __future__ import annotations

from benchmarks.latency import LatencyScope
from benchmarks.peers import CLASSIC, COMPARED
from benchmarks.result import Benchmark
from benchmarks.section import Section, name_of
from benchmarks.table import interval, microseconds
from benchmarks.trained import TRAIN_ALL


def scopes(benchmark: Benchmark) -> Section:
    """What the runtime, the session and the reader take."""
    shown = (
        LatencyScope.INVOKE,
        LatencyScope.BARE,
        LatencyScope.RUNTIME,
        LatencyScope.SESSION,
        LatencyScope.FRAME,
    )
    rows = []
    for row in benchmark.rows:
        known = [row.latency(scope) for scope in shown]
        if any(known[:2]):
            overhead = "-" if row.overhead is None else f"{row.overhead:+.0%}"
            cells = ("-" if one is None else microseconds(one.p50_us) for one in known)
            rows.append((name_of(row), *cells, overhead))
    return Section(
        "Where the time goes",
        "Medians in microseconds, one thread. The bare loop is a tutorial's: set, invoke, get of "
        "an image that is encoded already, answers left as integers. Overhead: what `Session.run` "
        "adds to it by checking, encoding the pixels and decoding the probabilities.",
        ("model", "invoke", "bare loop", "backend", "Session.run", "frame to digits", "overhead"),
        tuple(rows),
    )


def exports(benchmark: Benchmark) -> Section:
    """What making each file took, as its manifest tells."""
    costs = {row.file: row.export_cost for row in benchmark.rows if row.export_cost}
    return Section(
        "What the exports took",
        "As recorded when the files were made, on the machine that made them: seconds to convert "
        "and prove a file, and the peak memory of the process so far, TensorFlow included.",
        ("file", "seconds", "peak MB"),
        tuple(
            (file, f"{cost['wall_s']:.1f}", f"{cost['peak_bytes'] / 1e6:,.0f}")
            for file, cost in costs.items()
        ),
    )


def spread(benchmark: Benchmark) -> Section:
    """The times' distribution."""

    def told(value: float | None) -> str:
        return "-" if value is None else microseconds(value)

    rows = tuple(
        (
            name_of(row),
            f"{row.call.n:,}",
            str(row.call.processes),
            told(row.call.min_us),
            told(row.call.p50_us),
            interval(row.call.p50_interval_us),
            told(row.call.mad_us),
            told(row.call.p90_us),
            told(row.call.p95_us),
            told(row.call.p99_us),
        )
        for row in benchmark.rows
    )
    floors = ", ".join(f"{name} {share:.1%}" for name, share in benchmark.extras.noise.items())
    return Section(
        "How the times spread",
        "In microseconds. MAD: median deviation from the median. p95 and p99 only with ten samples "
        f"beyond them. Two copies of one file differ by (noise floor): {floors or 'not measured'}.",
        ("model", "n", "processes", "min", "p50", "95 %", "MAD", "p90", "p95", "p99"),
        rows,
    )


def threads(benchmark: Benchmark) -> Section:
    """The runtime's call with more threads."""
    known = [(row, row.threaded()) for row in benchmark.rows]
    counts = sorted({count for _, by in known for count in by})
    rows = tuple(
        (
            name_of(row),
            *(microseconds(by[count].p50_us) if count in by else "-" for count in counts),
        )
        for row, by in known
        if len(by) > 1
    )
    return Section(
        "Threads",
        "Median of the runtime's call, in microseconds.",
        ("model", *map(str, counts)),
        rows,
    )


def starts(benchmark: Benchmark) -> Section:
    """From nothing to the first answer, and memory."""
    rows = tuple(
        (
            f"{one.file}, {one.runtime}",
            f"{one.import_ms:.0f}",
            f"{one.load_ms:.1f}",
            microseconds(one.first_us),
            f"{one.memory_bytes / 1e6:.1f}",
        )
        for one in benchmark.extras.starts
    )
    return Section(
        "Cold start and memory",
        "Import: of the runtime, NumPy being there. Memory: growth of the peak over the empty "
        "runtime.",
        ("model", "import ms", "load ms", "first run us", "memory MB"),
        rows,
    )


def peers(benchmark: Benchmark) -> Section:
    """Others in the same run."""
    others = benchmark.extras.peers
    rows = tuple(
        (
            one.name,
            microseconds(one.latency.p50_us),
            interval(one.latency.p50_interval_us),
            f"{one.size_bytes:,}",
            "-" if one.macs is None else f"{one.macs / 1e6:.2f}",
            "-" if one.accuracy is None else f"{one.accuracy:.2%}",
            one.trained or "untrained",
        )
        for one in others
    )
    notes = []
    if any(one.name != CLASSIC and one.trained != COMPARED for one in others):
        notes.append("The published networks on ai-edge-litert, one thread.")
    if any(one.trained == COMPARED for one in others):
        notes.append(
            "The files above once more, in turns with them in the same processes: compare within "
            "this table."
        )
    if any(one.trained is None for one in others):
        notes.append(
            "Untrained weights change no time, and have no accuracy worth telling; "
            f"`{TRAIN_ALL}` trains them."
        )
    header = ("who", "p50 us", "95 %", "bytes", "million MACs", "accuracy", "trained on")
    return Section("Others in the same run", " ".join(notes), header, rows)
