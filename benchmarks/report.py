"""Writes the reports of a benchmark: JSON for programs, Markdown and a page for people."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.advice import advise
from benchmarks.explain import explain
from benchmarks.facts import SCOPES
from benchmarks.markdown import to_markdown
from benchmarks.page.html import to_html
from benchmarks.result import Benchmark
from edge.files import write_text

SCHEMA_VERSION = 2
JSON_NAME = "benchmark.json"
MARKDOWN_NAME = "benchmark.md"
HTML_NAME = "benchmark.html"


def to_json(benchmark: Benchmark) -> dict[str, Any]:
    """Everything but the raw samples, as a JSON object."""
    scopes = {scope.value: text for scope, text in SCOPES.items()}
    return {
        "schema_version": SCHEMA_VERSION,
        "created": benchmark.created,
        "command": benchmark.command,
        "host": benchmark.host.to_json(),
        "data": asdict(benchmark.data),
        "reference": benchmark.reference,
        "latency": asdict(benchmark.plan) | {"threads": 1, "batch": 1, "scopes": scopes},
        "models": [row.to_json() for row in benchmark.rows],
        "extras": benchmark.extras.to_json(),
        "notes": list(benchmark.notes),
        "explanation": explain(benchmark),
        "advice": advise(benchmark),
    }


def write_reports(benchmark: Benchmark, folder: Path) -> list[Path]:
    """Writes benchmark.json with the raw samples, benchmark.md, benchmark.html; returns the paths.

    Raises:
        InputError: the folder cannot be written.
    """
    raw = [run.to_json() for row in benchmark.rows for run in row.runs]
    document = json.dumps(to_json(benchmark) | {"runs": raw}, indent=2, allow_nan=False)
    paths = [folder / JSON_NAME, folder / MARKDOWN_NAME, folder / HTML_NAME]
    write_text(paths[0], _numbers_on_one_line(document) + "\n")
    write_text(paths[1], to_markdown(benchmark))
    write_text(paths[2], to_html(benchmark))
    return paths


def _numbers_on_one_line(text: str) -> str:
    """A sample a line would be ten thousands of lines.

    JSON's strings hold no line breaks, so that no string can match.
    """
    return re.sub(r"\[\n[\d\s,]+\]", lambda found: "".join(found[0].split()), text)
