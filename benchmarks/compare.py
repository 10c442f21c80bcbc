"""Result files side by side: `python -m benchmarks compare FILE...`, hosts never mixed unsaid."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.table import microseconds
from edge.command import command
from edge.errors import InputError
from edge.files import write_text

_READS = (2,)
_HOST = ("cpu", "architecture", "cores", "governor", "python", "packages")
_COLUMNS = ("model", "sha256", "accuracy", "agreement", "p50 us", "95 %", "p90 us")


@dataclass(frozen=True, slots=True)
class Result:
    """One result file: where it lies and its JSON object."""

    path: Path
    document: Mapping[str, Any]

    @property
    def host(self) -> str:
        """What must be the same for two times to be compared, as text."""
        facts = self.document["host"]
        return json.dumps({name: facts.get(name) for name in _HOST}, sort_keys=True)

    @property
    def host_name(self) -> str:
        """The host for a person."""
        facts = self.document["host"]
        return f"{facts['cpu']}, {facts['cores']} cores, {facts['architecture']}"


@command
def main(argv: Sequence[str] | None = None) -> int:
    """Prints the results; a table for each host."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks compare",
        description="Put result files side by side. Those of one host share a table; of others "
        "each has its own, and the answers are compared across hosts, never the times.",
    )
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help="a benchmark.json")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write the Markdown there too")
    args = parser.parse_args(argv)
    page = compare([load_result(path) for path in args.files])
    print(page, end="")
    if args.output:
        write_text(args.output, page)
        print(f"written: {args.output}", file=sys.stderr)
    return 0


def load_result(path: Path) -> Result:
    """Reads a benchmark.json; raises InputError where it is none."""
    try:
        document = json.loads(path.read_text("utf-8"))
        version = document["schema_version"]
        if version not in _READS:
            raise InputError(
                f"{path} has schema version {version}, this program reads {_READS[-1]}; measure "
                "again: python -m benchmarks"
            )
        result = Result(path, document)
        _ = result.host_name, document["data"]["sha256"], document["created"]
        for model in document["models"]:
            _row(model)
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}; name a benchmark.json") from error
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise InputError(
            f"{path} is no result of python -m benchmarks ({type(error).__name__}: {error})"
        ) from error
    return result


def compare(results: Sequence[Result]) -> str:
    """Markdown: a heading and a table for each host, then what can be said across them."""
    hosts: dict[str, list[Result]] = {}
    for one in results:
        hosts.setdefault(one.host, []).append(one)
    parts = ["# Comparison"]
    if len(hosts) > 1:
        parts.append(
            f"**These results come from {len(hosts)} hosts** (machine, governor, Python or "
            "packages differ). Each has its own table; times of one say nothing about times of "
            "another."
        )
    for number, group in enumerate(hosts.values(), 1):
        parts.append(f"## Host {number}: {group[0].host_name}\n\n{_facts(group[0])}")
        parts.append(_table(group))
        parts += _changes(group)
    parts += _across(results)
    return "\n\n".join(parts) + "\n"


def _facts(one: Result) -> str:
    host = one.document["host"]
    packages = ", ".join(f"{name} {version}" for name, version in host["packages"].items())
    features = ", ".join(host.get("features") or ()) or "nothing special for int8"
    return f"{features}; governor {host.get('governor') or 'not told'}; {packages}"


def _table(group: Sequence[Result]) -> str:
    lines = [("result", *_COLUMNS), ("---",) * (len(_COLUMNS) + 1)]
    lines += [
        (f"{one.path}, {one.document['created']}", *_row(model))
        for one in group
        for model in one.document["models"]
    ]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def _row(model: Mapping[str, Any]) -> tuple[str, ...]:
    times = model["latency"]
    call = times.get("runtime") or times["keras"]
    ends = call["p50_interval_us"]
    parity = model["parity"]
    return (
        f"{model['file']} on {model['runtime']}",
        str(model["sha256"])[:12],
        f"{float(model['accuracy']):.2%}",
        f"{float(parity['agreement']):.2%}" if parity else str(model["standing"]),
        microseconds(float(call["p50_us"])),
        "-" if not ends else "-".join(microseconds(float(end)) for end in ends),
        microseconds(float(call["p90_us"])),
    )


def _changes(group: Sequence[Result]) -> list[str]:
    """First against last of one host, where both ends of the medians are known."""
    if len(group) < 2:
        return []
    before = {(m["file"], m["runtime"]): m for m in group[0].document["models"]}
    said = []
    for model in group[-1].document["models"]:
        old = before.get((model["file"], model["runtime"]))
        if old is None or "runtime" not in old["latency"] or "runtime" not in model["latency"]:
            continue
        a, b = old["latency"]["runtime"], model["latency"]["runtime"]
        name = f"{model['file']} on {model['runtime']}"
        if not a["p50_interval_us"] or not b["p50_interval_us"]:
            said.append(f"- {name}: too few processes to say whether the time changed")
        elif a["p50_interval_us"][1] < b["p50_interval_us"][0]:
            said.append(f"- {name}: slower by {b['p50_us'] / a['p50_us'] - 1:.1%}")
        elif b["p50_interval_us"][1] < a["p50_interval_us"][0]:
            said.append(f"- {name}: faster by {1 - b['p50_us'] / a['p50_us']:.1%}")
        else:
            said.append(f"- {name}: no difference beyond the intervals")
    return ["From the first to the last result:\n\n" + "\n".join(said)] if said else []


def _across(results: Sequence[Result]) -> list[str]:
    """The same file on the same images: its accuracy should not depend on the host."""
    if len({one.host for one in results}) < 2:
        return []
    seen: dict[tuple[str, str, int], list[tuple[str, float]]] = {}
    for one in results:
        data = one.document["data"]
        for model in one.document["models"]:
            key = (str(model["sha256"]), str(data["sha256"]), int(data["images"]))
            name = f"{model['file']} on {model['runtime']}, {one.path}"
            seen.setdefault(key, []).append((name, float(model["accuracy"])))
    said = []
    for rows in seen.values():
        if len(rows) < 2:
            continue
        shares = [share for _, share in rows]
        verdict = (
            "the same" if max(shares) == min(shares) else f"{min(shares):.2%}-{max(shares):.2%}"
        )
        said.append(f"- accuracy {verdict}: {'; '.join(name for name, _ in rows)}")
    if not said:
        return [
            "No file was read on the same images on two hosts: their answers cannot be compared."
        ]
    return ["## Across hosts: the same file on the same images\n\n" + "\n".join(said)]


if __name__ == "__main__":
    sys.exit(main())
