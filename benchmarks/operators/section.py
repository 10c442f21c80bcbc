"""The operators' times as tables, and as a sentence."""

from __future__ import annotations

from benchmarks.operators.profile import OperatorProfile, OperatorTime, Way
from benchmarks.section import Section
from benchmarks.table import microseconds

_BAR = 20
"""Characters of the longest bar."""

_HANDLING = frozenset({"QuantizeLinear", "DequantizeLinear", "Cast", "Transpose", "Reshape"})
"""What onnxruntime adds to compute in integers and in its own layout."""

_NOTES = {
    Way.CUT: "What each operator adds to a run: the file was cut after every operator, and the "
    "cuts timed in turns, one thread. Least and most of any process; what adds less than that "
    "spread can be negative. Call: a run without operators.",
    Way.PROFILER: "By onnxruntime's own profiler, summed by kind. It counts whole microseconds "
    "and costs some itself at every node, so shares tell more than times, and many small nodes "
    "look dearer than they are.",
}


_HEADER = ("operator", "output", "us", "least to most", "share", "MACs", "")
_OF_PROFILER = (0, 2, 3, 4, 6)
"""The columns that a profiler can fill."""

_SAME = "Found in the same way."


def operator_sections(profiles: tuple[OperatorProfile, ...]) -> list[Section]:
    """A table a file."""
    told: set[Way] = set()
    made = []
    for one in profiles:
        made.append(_section(one, _SAME if one.way in told else _NOTES[one.way]))
        told.add(one.way)
    return made


def _section(profile: OperatorProfile, note: str) -> Section:
    rows = [_row(profile, one) for one in profile.operators]
    if profile.call_us is not None:
        call = OperatorTime("call", "", 1, profile.call_us, (profile.call_us, profile.call_us))
        rows.insert(0, _row(profile, call))
    return Section(
        f"Operators of {profile.file}, {profile.runtime}",
        note,
        _HEADER if profile.way is Way.CUT else tuple(_HEADER[at] for at in _OF_PROFILER),
        tuple(rows),
    )


def _row(profile: OperatorProfile, one: OperatorTime) -> tuple[str, ...]:
    longest = max(profile.longest.us, 1e-9)
    low, high = one.range_us
    cells = (
        one.label,
        one.output or "-",
        microseconds(one.us),
        f"{microseconds(low)} to {microseconds(high)}" if low < high else "-",
        f"{max(0, profile.share(one)):.0%}",
        f"{one.macs:,}" if one.macs else "-",
        "\N{FULL BLOCK}" * round(_BAR * max(one.us, 0) / longest),
    )
    return cells if profile.way is Way.CUT else tuple(cells[at] for at in _OF_PROFILER)


def explain_operators(small: OperatorProfile, exact: OperatorProfile | None) -> str:
    """What the operators tell of an int8 file beside its float32 one; a sentence."""
    if small.way is Way.PROFILER:
        handling = [one for one in small.operators if one.name in _HANDLING]
        nodes, of = sum(one.count for one in handling), sum(one.count for one in small.operators)
        share = sum(small.share(one) for one in handling)
        return (
            f"{nodes} of its {of} nodes only turn values into integers and back or move them; "
            f"onnxruntime's profiler, which costs some itself at every node, counts {share:.0%} "
            "of the run there."
        )
    one = small.longest
    place = small.operators.index(one)
    said = (
        f"Its longest operator is number {place + 1}, {one.name} to {one.output}: "
        f"{microseconds(one.us)} us, {small.share(one):.0%} of the run"
    )
    other = small.counterpart(place, exact) if exact else None
    if other is None:
        return f"{said}."
    return f"{said}; in float32 it takes {microseconds(other.us)} us."
