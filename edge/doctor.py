"""What works on this machine, and what to install: `python -m edge.doctor [--json]`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence

from edge.checkup import Check, State
from edge.checkup.hardware import (
    check_cameras,
    check_cpu,
    check_disk,
    check_heat,
    check_picamera2,
)
from edge.checkup.software import (
    check_display,
    check_model,
    check_mqtt,
    check_numpy,
    check_opencv,
    check_python,
    check_runtime,
)
from edge.checkup.typed import typed_here
from edge.command import command
from edge.errors import MachineError

CHECKS: tuple[Callable[[], Check], ...] = (
    check_python,
    check_numpy,
    check_runtime,
    check_opencv,
    check_display,
    check_cameras,
    check_picamera2,
    check_model,
    check_mqtt,
    check_cpu,
    check_heat,
    check_disk,
)


def examine(checks: Sequence[Callable[[], Check]] = CHECKS) -> list[Check]:
    """Runs the checks; one that fails itself is reported, not raised."""
    found = []
    for check in checks:
        try:
            found.append(check())
        except Exception as error:  # a doctor that falls ill helps nobody
            name = check.__name__.removeprefix("check_")
            reason = (str(error).splitlines() or [type(error).__name__])[0]
            found.append(
                Check(name, State.MISSING, f"the check failed: {reason}", "make pi  # set up anew")
            )
    return found


def to_text(checks: Sequence[Check]) -> str:
    """One line a check, and beneath it the command where there is one."""
    name_width = max(len(check.name) for check in checks)
    state_width = max(len(state) for state in State)
    lines = []
    for check in checks:
        head = f"{check.name:<{name_width}}  {check.state:<{state_width}}  "
        lines.append(head + check.text)
        if check.command:
            lines.append(f"{'':<{len(head)}}-> {typed_here(check.command)}")
    return "\n".join(lines)


@command
def main(argv: Sequence[str] | None = None) -> int:
    """Looks at this machine; 0 when it can read digits, 3 when something is missing."""
    parser = argparse.ArgumentParser(
        prog="python -m edge.doctor",
        description="Check what reading digits needs on this machine. Exit 0 when all that is "
        "needed is there, 3 when something is missing.",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    args = parser.parse_args(argv)
    checks = examine()
    missing = [check for check in checks if check.state is State.MISSING]
    if args.json:
        entries = [
            {
                "name": c.name,
                "state": c.state.value,
                "text": c.text,
                "command": c.command and typed_here(c.command),
            }
            for c in checks
        ]
        print(json.dumps({"ready": not missing, "checks": entries}))
    else:
        print(to_text(checks))
        names = ", ".join(check.name for check in missing)
        ready = typed_here("python -m edge.webcam --source demo")
        print(f"\nmissing: {names}" if missing else f"\nready: {ready}")
    return MachineError.exit_code if missing else 0


if __name__ == "__main__":
    sys.exit(main())
