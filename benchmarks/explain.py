"""Why int8 is faster or slower here than float, in one paragraph made from the numbers."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.latency import LatencyScope
from benchmarks.operators.section import explain_operators
from benchmarks.result import Benchmark, Row
from benchmarks.table import microseconds

_DOT_PRODUCTS = {
    "avx512_vnni": "AVX-512 VNNI",
    "avx_vnni": "AVX VNNI",
    "asimddp": "Arm dot products",
    "i8mm": "Arm int8 matrix products",
}


def explain(benchmark: Benchmark) -> str:
    """A paragraph from the data; what was not measured is not spoken of."""
    said = [_processor(benchmark)]
    for runtime in dict.fromkeys(row.runtime for row in benchmark.rows):
        rows = [row for row in benchmark.rows if row.runtime == runtime]
        exact = next((row for row in rows if row.scheme == "none" and row.parent_sha256), None)
        small = next((row for row in rows if row.scheme == "int8"), None)
        if exact and small:
            said += _one(benchmark, exact, small)
            said += _operators(benchmark, exact, small)
    return " ".join(one for one in said if one)


def _processor(benchmark: Benchmark) -> str:
    found = [_DOT_PRODUCTS[name] for name in benchmark.host.features if name in _DOT_PRODUCTS]
    if found:
        return (
            f"This processor multiplies int8 in one step with its sums ({', '.join(found)}), which "
            "is where full integer models gain."
        )
    if benchmark.host.features:
        return (
            "This processor has no instruction that multiplies int8 and sums in one step "
            f"(it has {', '.join(benchmark.host.features)}): int8 saves memory here, and time "
            "only where kernels make up for it."
        )
    return ""


def _one(benchmark: Benchmark, exact: Row, small: Row) -> Sequence[str]:
    ratio = exact.call.p50_us / small.call.p50_us
    floor = benchmark.extras.noise.get(f"{small.format} on {small.runtime}", 0.05)
    times = (
        f"{microseconds(small.call.p50_us)} us against {microseconds(exact.call.p50_us)} us of "
        f"float32"
    )
    if abs(ratio - 1) <= floor:
        verdict = f"On {small.runtime} int8 and float32 are one speed ({times})"
    elif ratio > 1:
        verdict = f"On {small.runtime} int8 is {ratio:.1f} times as fast ({times})"
    else:
        verdict = f"On {small.runtime} int8 is {1 / ratio:.1f} times as slow ({times})"
    said = [f"{verdict}{_delegate(benchmark, small)}."]
    invoke, bare = small.latency(LatencyScope.INVOKE), small.latency(LatencyScope.BARE)
    if invoke and bare:
        said.append(
            f"Of the int8 call {invoke.p50_us / bare.p50_us:.0%} is the network itself; the rest "
            "is handing tensors over, which no quantization shortens."
        )
    if small.overhead is not None:
        said.append(
            f"`Session.run`, which also checks, encodes and decodes, adds {small.overhead:.0%} "
            "to the bare loop."
        )
    if invoke and ratio < 1 - floor:
        said.append(_why_slow(benchmark, exact, small))
    facts = benchmark.extras.loaded.get(f"{small.file} on {small.runtime}", {})
    macs, peak = facts.get("macs"), benchmark.extras.peak_macs_per_us
    if invoke and macs:
        rate = macs / invoke.p50_us
        share = f", {rate / peak:.0%} of what a plain int8 matrix product reaches" if peak else ""
        said.append(
            f"It multiplies {macs / 1e6:.2f} million times, {rate / 1000:.0f} billion a second"
            f"{share}."
        )
    return said


def _operators(benchmark: Benchmark, exact: Row, small: Row) -> Sequence[str]:
    """Where an int8 run goes, operator by operator, where that was measured."""
    known = {(one.file, one.runtime): one for one in benchmark.extras.operators}
    profile = known.get((small.file, small.runtime))
    if profile is None:
        return []
    return [explain_operators(profile, known.get((exact.file, exact.runtime)))]


def _why_slow(benchmark: Benchmark, exact: Row, small: Row) -> str:
    """What the times of invoke alone tell about int8 kernels that lose to float ones."""
    ours, theirs = small.latency(LatencyScope.INVOKE), exact.latency(LatencyScope.INVOKE)
    if not ours or not theirs:
        return ""
    if any(name in _DOT_PRODUCTS for name in benchmark.host.features):
        reason = f"the int8 kernels of {small.runtime} do not use what this processor has"
    else:
        reason = "without such instructions int8 needs more steps than float"
    return (
        f"The network itself takes {ours.p50_us / theirs.p50_us:.1f} times as long in int8: "
        f"{reason}. Use another runtime for int8, or the float32 file."
    )


def _delegate(benchmark: Benchmark, row: Row) -> str:
    facts = benchmark.extras.loaded.get(f"{row.file} on {row.runtime}", {})
    if facts.get("applied"):
        return f", with the delegate {facts['delegate']} applied"
    if facts.get("applied") is False:
        return ", without any delegate"
    return ""
