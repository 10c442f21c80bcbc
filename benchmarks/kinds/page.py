"""Pages by kind as one HTML page: bars, the table, a page of each kind as it was read."""

from __future__ import annotations

import base64
import html
from collections.abc import Callable, Sequence

import cv2

from benchmarks.kinds.report import HEADER, NOTE, KindsBenchmark, cells, opencv_of
from benchmarks.kinds.row import Interval, KindRow
from benchmarks.kinds.score import PageScore
from benchmarks.page.style import STYLE
from benchmarks.page.svg import RIGHT, WIDTH, Axis, bar, chart, line, text

_NAMES = 190
"""Room for the kinds' names, also in a phone's larger letters."""

_ROW, _FOOT = 26, 40

Measure = Callable[[KindRow], tuple[float, Interval] | None]
"""A share of a row and its interval, or None where it has none."""


def to_html(benchmark: KindsBenchmark) -> str:
    """The whole page as text."""
    charts: tuple[tuple[str, Measure, int], ...] = (
        ("F1", _f1, 0),
        ("Pages without any mistake", lambda row: row.perfect, 2),
        ("Lines right", lambda row: row.lines, 3),
        ("Non-digits read as digits", lambda row: row.accepted, 1),
    )
    drawn = "".join(
        f"<section><h2>{title}</h2>{bars(title, benchmark.rows, measure, color)}</section>"
        for title, measure, color in charts
    )
    body = [
        "<h1>Pages by kind of difficulty</h1>",
        f'<p class="note">{html.escape(benchmark.created)}</p>',
        f"<p>{html.escape(benchmark.summary)}</p>",
        f'<div class="grid">{drawn}</div>',
        "<h2>In numbers</h2>",
        _table(benchmark.rows),
        f'<p class="note">{html.escape(NOTE)}</p>',
        "<h2>One page of each kind, as it was read</h2>",
        f'<div class="pages">{"".join(map(_figure, benchmark.scores))}</div>',
        "<h2>Again</h2>",
        f"<pre>{html.escape(benchmark.command)}</pre>",
        f'<p class="note">{html.escape(opencv_of(benchmark.host))}</p>',
    ]
    style = STYLE + (
        ".pages{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,300px),1fr));"
        "gap:12px}.pages figure{margin:0}.pages img{width:100%;border-radius:6px}"
        "figcaption{color:var(--soft);font-size:.875rem}"
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">"
        f"<title>Pages by kind of difficulty</title><style>{style}</style></head>"
        f"<body><main>{chr(10).join(body)}</main></body></html>\n"
    )


def bars(title: str, rows: Sequence[KindRow], measure: Measure, color: int) -> str:
    """A bar a kind from 0 to 100 %, its interval as a line across its end."""
    shown = [(row.kind, *found) for row in rows if (found := measure(row))]
    height = _ROW * len(shown) + _FOOT
    x = Axis(0, 100, _NAMES, WIDTH - RIGHT)
    body = []
    for value in x.ticks():
        body.append(line(x.at(value), 0, x.at(value), height - _FOOT))
        body.append(text(x.at(value), height - _FOOT + 18, f"{value:g}", anchor="middle"))
    for place, (kind, share, (low, high)) in enumerate(shown):
        top = _ROW * place
        said = f"{kind}: {share:.1%}, {low:.1%} to {high:.1%}"
        body.append(text(_NAMES - 8, top + 18, kind, anchor="end"))
        width = x.at(100 * share) - x.begin
        body.append(bar(x.begin, top + 4, width, _ROW - 8, f"f{color}", said))
        middle = top + _ROW / 2
        body.append(line(x.at(100 * low), middle, x.at(100 * high), middle, "median"))
    return chart(f"{title} by kind, in percent", body, height=height)


def _f1(row: KindRow) -> tuple[float, Interval] | None:
    return (row.tally.f1, row.f1_interval) if row.f1_interval else None


def _table(rows: Sequence[KindRow]) -> str:
    head = "".join(f'<th scope="col">{html.escape(one)}</th>' for one in HEADER)
    body = "".join(
        "<tr>" + "".join(f"<td>{html.escape(one.strip('*'))}</td>" for one in cells(row)) + "</tr>"
        for row in rows
    )
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="scroll">{table}</div>'


def _figure(score: PageScore) -> str:
    if score.picture is None:
        return ""
    _, data = cv2.imencode(".jpg", score.picture, [cv2.IMWRITE_JPEG_QUALITY, 80])
    source = "data:image/jpeg;base64," + base64.b64encode(data.tobytes()).decode("ascii")
    kind = html.escape(score.case.kind.value)
    wrong = len(score.mistakes)
    said = "no mistake" if not wrong else "1 mistake" if wrong == 1 else f"{wrong} mistakes"
    return (
        f'<figure><img alt="{kind}" src="{source}"><figcaption>{kind}: {said}</figcaption></figure>'
    )
