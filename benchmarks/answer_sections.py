"""Tables of what the files say: parity, corruptions, non-digits, pages, kernels."""

from __future__ import annotations

from benchmarks.evidence import Versus
from benchmarks.exam import FARTHEST_DEG
from benchmarks.rejection import TURNED_AWAY
from benchmarks.result import Benchmark
from benchmarks.section import Section, name_of
from benchmarks.table import difference


def paired(benchmark: Benchmark) -> Section:
    """Every file against the reference, image by image."""
    rows = []
    for row in benchmark.rows:
        if not (row.evidence and row.evidence.versus and row.parity):
            continue
        versus, parity = row.evidence.versus, row.parity
        digit, change = _worst_class(versus)
        shift = parity.rejection_shift
        rows.append(
            (
                name_of(row),
                f"{parity.lost}/{parity.won}",
                f"{versus.mcnemar_p:.2g}",
                f"{versus.smallest_drop:.3%}",
                difference(parity.mean_difference),
                "-" if parity.kl_nats is None else f"{max(0, parity.kl_nats):.1e}",
                f"{digit}: {change:+.2%}",
                f"{row.evidence.calibration.error:.4f}",
                "-" if shift is None else f"{shift:+.2%}",
                "-" if parity.is_digit_agreement is None else f"{parity.is_digit_agreement:.2%}",
            )
        )
    return Section(
        "Against the reference, image by image",
        "McNemar p: how likely flips this uneven are by chance. Smallest drop: what these images "
        "could have shown. KL: in nats. Worst digit: the largest change of one digit's share "
        "read right. Calibration: expected error of the confidence.",
        (
            "model",
            "lost/won",
            "McNemar p",
            "smallest drop",
            "mean difference",
            "KL",
            "worst digit",
            "calibration",
            "turned away",
            "is-a-digit agreement",
        ),
        tuple(rows),
    )


def spoiled(benchmark: Benchmark) -> Section:
    """Accuracy under corruptions, mean and worst."""
    rows = []
    for row in benchmark.rows:
        seen = row.evidence
        if not seen or not seen.worst_spoiled or seen.mean_spoiled is None:
            continue
        reports = seen.versus.spoiled.values() if seen.versus else ()
        agreement = min((one.agreement for one in reports), default=None)
        kind, worst = seen.worst_spoiled
        rows.append(
            (
                name_of(row),
                f"{row.accuracy:.2%}",
                f"{seen.mean_spoiled:.2%}",
                f"{worst:.2%} ({kind})",
                "-" if seen.turned is None else f"{seen.turned:.2%}",
                "-" if agreement is None else f"{agreement:.2%}",
            )
        )
    count = len(next((r.evidence.spoiled for r in benchmark.rows if r.evidence), {}))
    return Section(
        "Under corruptions",
        f"{count} kinds, written apart from the training's own. Least agreement: with the "
        "reference, under the kind that parts them most. Turned: all digits, each by up to "
        f"{FARTHEST_DEG:g} degrees to either side, not one of the kinds.",
        ("model", "clean", "mean", "worst kind", "turned", "least agreement"),
        tuple(rows),
    )


def rejected(benchmark: Benchmark) -> Section:
    """Non-digits let in against digits turned away."""
    rows = []
    for row in benchmark.rows:
        for score, curve in row.evidence.rejection_curves.items() if row.evidence else ():
            cells = (f"{share:.1%}" for share in curve.accepted)
            rows.append((f"{name_of(row)}: {score}", *cells))
    return Section(
        "Non-digits taken for digits",
        "Share of the non-digits still let in when the threshold turns away this share of the "
        "digits: the trained output, and a threshold on the largest probability. Turned: of "
        f"the digits, each turned by up to {FARTHEST_DEG:g} degrees to either side, that share "
        "is lost.",
        ("model and score", *(f"{share:.2%} lost" for share in TURNED_AWAY)),
        tuple(rows),
    )


def pages(benchmark: Benchmark) -> Section:
    """Whole pages through the reader."""
    exact = {one.runtime: one.read for one in benchmark.extras.pages if "float32" in one.file}
    rows = tuple(
        (
            f"{one.file}, {one.runtime}",
            f"{one.pages_right} of {one.pages}",
            f"{one.digits_right} of {one.digits}",
            _same(one.read, exact.get(one.runtime)),
        )
        for one in benchmark.extras.pages
    )
    return Section(
        "Whole pages through the reader",
        "Drawn pages, their difficulties in turns; a page is right when every line is, spaces "
        "included. As float32: read with the same result. More of them, kind by kind: "
        "python -m benchmarks pages.",
        ("model", "pages right", "digits right", "as float32"),
        rows,
    )


def kernels(benchmark: Benchmark) -> Section:
    """One int8 file on every set of kernels."""
    rows = tuple(
        (
            f"{one.file}, {one.runtime}, {one.kernel}",
            f"{one.identical:.2%}",
            f"{one.agreement:.2%}",
            difference(one.largest_difference),
        )
        for one in benchmark.extras.kernels
    )
    return Section(
        "One int8 file on every set of kernels",
        "Against the reference kernels of the same runtime.",
        ("kernels", "rows bit-identical", "agreement", "largest difference"),
        rows,
    )


def _same(read: tuple[tuple[str, ...], ...], exact: tuple[tuple[str, ...], ...] | None) -> str:
    if exact is None:
        return "-"
    return f"{sum(a == b for a, b in zip(read, exact, strict=True))} of {len(read)}"


def _worst_class(versus: Versus) -> tuple[int, float]:
    digit = max(range(10), key=lambda one: abs(versus.per_class[one]))
    return digit, versus.per_class[digit]
