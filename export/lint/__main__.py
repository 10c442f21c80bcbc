"""What a model file really is: `python -m export.lint FILE... [--json]`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from edge.artifact import ModelFormat
from edge.command import command
from edge.errors import InputError
from export.lint.answers import check_answers
from export.lint.common import description_of
from export.lint.findings import Inspection, by_level
from export.lint.onnx_rules import inspect_onnx
from export.lint.tflite_rules import inspect_tflite


def inspect(path: Path) -> Inspection:
    """Looks into a file and runs it.

    Raises:
        InputError: there is no such file, or it is no model.
        MachineError: what reads its format is not installed.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}; name a model file") from error
    try:
        kind = ModelFormat(path.suffix.lstrip("."))
    except ValueError:
        raise InputError(f"{path} is not a model: the name must end in .tflite or .onnx") from None
    described = description_of(path)
    look = inspect_tflite if kind is ModelFormat.TFLITE else inspect_onnx
    inspection = look(content, path, described)
    findings = [*inspection.findings, *check_answers(content, kind, path, described)]
    return replace(inspection, findings=by_level(findings))


@command
def main(argv: Sequence[str] | None = None) -> int:
    """Inspects files."""
    parser = argparse.ArgumentParser(
        prog="python -m export.lint",
        description="Say what model files really are, and what is wrong with them.",
    )
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE")
    parser.add_argument("--json", action="store_true", help="one JSON object a file")
    args = parser.parse_args(argv)
    failed = 0
    for path in args.files:
        inspection = inspect(path)
        _print(path, inspection, as_json=args.json)
        failed |= inspection.has_errors
    return failed


def _print(path: Path, inspection: Inspection, *, as_json: bool) -> None:
    if as_json:
        document = {
            "file": str(path),
            "scheme": inspection.scheme,
            "claims": inspection.claims,
            "facts": inspection.facts,
            "findings": [one.to_json() for one in inspection.findings],
        }
        print(json.dumps(document), flush=True)
        return
    said = f", says {inspection.claims}" if inspection.claims else ""
    print(f"{path}: {inspection.scheme}{said}; {len(inspection.findings)} findings")
    for one in inspection.findings:
        print(f"  {one.level} {one.rule}: {one.what}")
        print(f"    why: {one.why}")
        if one.mend:
            print(f"    mend: {one.mend}")


if __name__ == "__main__":
    sys.exit(main())
