"""What is shipped beside the code: pinned files, workflows, the service."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from edge.options import build_parser
from tests.support import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
OLDEST_ACTIONS = {"checkout": 5, "setup-python": 6, "upload-artifact": 6}
"""From these on they run on Node.js 24; GitHub's runners took the one before away in 2026."""

PINNED = (ROOT / "constraints-pi.txt").read_text("utf-8")


def versions(text: str) -> dict[str, str]:
    found = re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", text, re.MULTILINE)
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in found}


def test_what_a_pi_installs_is_pinned_by_hashes_alone() -> None:
    assert {"ai-edge-litert", "opencv-python-headless", "numpy", "paho-mqtt"} <= set(
        versions(PINNED)
    )
    for entry in re.split(r"\n(?=\S)", PINNED.strip()):
        if not entry.startswith("#"):
            assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", entry), entry
    assert not re.search(r"//|--(?:extra-)?index|--find-links|@", PINNED), "it names a place"


def test_a_pi_runs_the_versions_that_were_tested() -> None:
    tested = versions((ROOT / "constraints.txt").read_text("utf-8"))
    pinned = versions(PINNED)
    pinned.pop("colorama", None)  # Windows' alone
    assert {name: tested.get(name, version) for name, version in pinned.items()} == pinned


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_may_only_read_and_calls_what_exists(path: Path) -> None:
    text = path.read_text("utf-8")
    assert re.findall(r"^permissions:\n  contents: read\n\n", text, re.MULTILINE)
    assert "secrets." not in text
    assert text.count("permissions:") == 1
    used = re.findall(r"uses: (\S+)", text)
    assert used
    for one in used:
        action = re.fullmatch(r"actions/([\w-]+)@v(\d+)", one)
        assert action, one
        assert int(action[2]) >= OLDEST_ACTIONS[action[1]], one
    assert text.count("actions/checkout@") == text.count("persist-credentials: false")
    if shutil.which("make") is None:
        pytest.skip("make is not installed")
    targets = re.findall(r"run: make ([\w-]+)", text)
    targets += re.findall(r"[\w-]+", "".join(re.findall(r"target: \[(.*)\]", text)))
    assert targets
    for target in targets:
        result = subprocess.run(
            ["make", "--dry-run", target], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert result.returncode == 0, result.stderr


def test_the_services_command_is_one_that_the_loop_takes() -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read(ROOT / "edge" / "edge-digits.service")
    service = unit["Service"]
    python, dash, module, *arguments = service["ExecStart"].split()
    assert python == f"{service['WorkingDirectory']}/.venv-pi/bin/python"
    assert (dash, module) == ("-m", "edge.webcam")
    args = build_parser().parse_args(arguments)
    assert args.serve.startswith("127.0.0.1:"), "it would show the camera to the network"
    assert args.token is None
    assert not re.search(r"TOKEN=\S|PASSWORD=\S", "".join(service.values()))
