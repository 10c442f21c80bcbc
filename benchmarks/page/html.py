"""A benchmark as one page: no script, no font and no picture from anywhere else."""

from __future__ import annotations

import base64
import html
from collections.abc import Sequence

import cv2

from benchmarks.advice import advise
from benchmarks.evidence import Flip
from benchmarks.explain import explain
from benchmarks.facts import COLUMNS, circumstances, host_facts, vitals_in_words
from benchmarks.page import answer_charts, charts
from benchmarks.page.style import STYLE
from benchmarks.page.svg import COLORS
from benchmarks.result import Benchmark, Row
from benchmarks.section import Section, name_of
from benchmarks.sections import sections
from benchmarks.table import HEADER, cells


def to_html(benchmark: Benchmark) -> str:
    """The whole page as text."""
    when = html.escape(benchmark.created)
    body = [
        "<h1>Benchmark</h1>",
        f'<p class="note">{when} on {html.escape(benchmark.host.cpu)}</p>',
        f'<div class="verdict"><p><strong>{_said(advise(benchmark))}</strong></p>',
        f"<p>{_said(explain(benchmark))}</p></div>",
        _legend(benchmark.rows),
        f'<div class="grid">{"".join(_charts(benchmark))}</div>',
        "<h2>Comparison</h2>",
        _table(HEADER, [cells(row) for row in benchmark.rows]),
        f'<p class="note">{html.escape(COLUMNS)}</p>',
        *_galleries(benchmark.rows),
        *(_section(one) for one in sections(benchmark)),
        "<h2>What was measured</h2>",
        _list(circumstances(benchmark)),
        "<h2>Host</h2>",
        _facts(benchmark),
        "<h2>Again</h2>",
        f"<pre>{html.escape(benchmark.command)}</pre>",
        '<p class="note">benchmark.json beside this page has every sample.</p>',
    ]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        # Should anything here ever ask for something from outside, the browser refuses.
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">"
        f"<title>Benchmark</title><style>{STYLE}</style></head>"
        f"<body><main>{chr(10).join(body)}</main></body></html>\n"
    )


def _charts(benchmark: Benchmark) -> list[str]:
    rows = benchmark.rows
    sizes = [
        charts.Bar(charts.short_name(row), row.size_bytes, f"{row.size_bytes:,} bytes", number)
        for number, row in enumerate(rows)
    ]
    made = [
        ("Accuracy against latency", charts.accuracy_against_latency(benchmark)),
        ("How the times spread", charts.latency_distributions(benchmark)),
        ("Size of the file", charts.bars("Size of each file", sizes)),
    ]
    if benchmark.extras.starts:
        places = {(row.file, row.runtime): number for number, row in enumerate(rows)}
        memory = [
            charts.Bar(
                f"{one.file}, {one.runtime}",
                one.memory_bytes,
                f"{one.memory_bytes / 1e6:.1f} MB",
                places.get((one.file, one.runtime), 0),
            )
            for one in benchmark.extras.starts
        ]
        made.append(("Memory above an empty runtime", charts.bars("Memory of each file", memory)))
    for profile in benchmark.extras.operators:
        if profile.scheme == "int8":
            title = f"Operators, {profile.runtime}"
            made.append((title, charts.operators(benchmark, profile)))
    if any(row.evidence for row in rows):
        made.append(("Calibration", answer_charts.calibration(benchmark)))
    if any(row.evidence and row.evidence.spoiled for row in rows):
        made.append(("Robustness", answer_charts.robustness(benchmark)))
    if drawn := answer_charts.rejection(benchmark):
        made.append(("Digits against non-digits", drawn))
    return [f"<section><h2>{title}</h2>{picture}</section>" for title, picture in made]


def _galleries(rows: Sequence[Row]) -> list[str]:
    parts = ["<h2>Digits that are read differently</h2>"]
    for row in rows:
        if row.evidence and row.evidence.versus and row.evidence.versus.flips:
            figures = "".join(map(_figure, row.evidence.versus.flips))
            change = _classes(row)
            parts.append(
                f'<p>{html.escape(name_of(row))}</p><div class="flips">{figures}</div>'
                f'<p class="note">{html.escape(change)}</p>'
            )
    if len(parts) == 1:
        parts.append("<p>None: every file names the reference's digit on every image.</p>")
    else:
        note = (
            "4 &rarr; 9: the reference says 4, the file 9. Red: lost; green: won; grey: both wrong."
        )
        parts.insert(1, f'<p class="note">{note}</p>')
    return parts


def _classes(row: Row) -> str:
    """Which digits gained and which lost, and what they are taken for, in words."""
    versus = row.evidence.versus if row.evidence else None
    if versus is None:
        return ""
    changed = [f"{digit} {share:+.2%}" for digit, share in enumerate(versus.per_class) if share]
    taken = [f"{a} as {b} {count:+d}" for a, b, count in versus.confused]
    return (
        f"Change of the share read right: {', '.join(changed) or 'none of any digit'}. "
        f"Change of what is confused: {', '.join(taken) or 'none'}."
    )


def _figure(flip: Flip) -> str:
    kind = {flip.was: "lost", flip.became: "won"}.get(flip.label, "other")
    _, png = cv2.imencode(".png", 255 - flip.image)
    data = base64.b64encode(png.tobytes()).decode("ascii")
    return (
        f'<figure class="{kind}"><img alt="a {flip.label}" src="data:image/png;base64,{data}">'
        f"<figcaption>{flip.was} &rarr; {flip.became}<br>{flip.confidence:.2f}, "
        f"no. {flip.index}</figcaption></figure>"
    )


def _section(one: Section) -> str:
    return (
        f'<h2>{html.escape(one.title)}</h2><p class="note">{_said(one.note)}</p>'
        f"{_table(one.header, one.rows)}"
    )


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{html.escape(one)}</th>' for one in header)
    kinds = ["" if name else ' class="bars"' for name in header]  # bars have no name
    body = "".join(
        "<tr>"
        + "".join(f"<td{k}>{html.escape(cell)}</td>" for k, cell in zip(kinds, row, strict=True))
        + "</tr>"
        for row in rows
    )
    # A wide table scrolls inside its own frame, never the page; the keyboard reaches it too.
    return (
        f'<div class="scroll" tabindex="0"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _legend(rows: Sequence[Row]) -> str:
    items = (
        f'<li><i class="b{number % COLORS}"></i>{html.escape(charts.short_name(row))}</li>'
        for number, row in enumerate(rows)
    )
    return f'<ul class="legend">{"".join(items)}</ul>'


def _facts(benchmark: Benchmark) -> str:
    pairs = [*host_facts(benchmark.host)]
    for words in vitals_in_words(benchmark.extras.vitals):
        name, _, value = words.partition(": ")
        pairs.append((name, value))
    for name, facts in benchmark.extras.loaded.items():
        told = ", ".join(f"{key} {value}" for key, value in facts.items() if value is not None)
        pairs.append((name, told or "not told"))
    return (
        "<dl>"
        + "".join(f"<dt>{html.escape(a)}</dt><dd>{html.escape(b)}</dd>" for a, b in pairs)
        + "</dl>"
    )


def _list(lines: Sequence[str]) -> str:
    items = "".join(f"<li>{_said(one)}</li>" for one in lines)
    return f'<ul class="plain">{items}</ul>'


def _said(words: str) -> str:
    """Markdown's `code` marks become HTML's."""
    parts = html.escape(words).split("`")
    return "".join(f"<code>{p}</code>" if n % 2 else p for n, p in enumerate(parts))
