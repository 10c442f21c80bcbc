"""Secrets are given by the environment, and come out nowhere."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from benchmarks.soak.process import free_port
from edge.errors import InputError
from edge.options import build_parser
from edge.sinks.broker import Broker
from tests.broker import needs_paho
from tests.support import ROOT, Run, one_line_error

TOKEN, PASSWORD, CAMERA = "the-page-is-mine", "the-broker-is-mine", "the-camera-is-mine"


def processes_say(pid: int) -> str:
    """What every user of this machine can read of a process."""
    return Path(f"/proc/{pid}/cmdline").read_bytes().decode()


@needs_paho
@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="needs Linux's /proc")
def test_no_secret_is_logged_printed_or_seen_in_the_list_of_processes(tmp_path: Path) -> None:
    page, broker = free_port(), free_port()
    recorded = tmp_path / "clip.avi"
    environment = os.environ | {
        "EDGE_DIGITS_TOKEN": TOKEN,
        "EDGE_DIGITS_MQTT_PASSWORD": PASSWORD,
    }
    words = ["--source", "demo", "--no-window", "--json", "--on-change", "--record", str(recorded)]
    words += ["--serve", f"127.0.0.1:{page}", "--mqtt", f"127.0.0.1:{broker}", "--mqtt-user", "me"]
    process = subprocess.Popen(
        [sys.executable, "-m", "edge.webcam", *words],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        first = process.stdout.readline()
        request = urllib.request.Request(
            f"http://127.0.0.1:{page}/state.json", headers={"Authorization": f"Bearer {TOKEN}"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            state = answer.read().decode()
        seen = processes_say(process.pid)
        time.sleep(0.5)
    finally:
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert json.loads(first)["detections"] is not None
    everything = first + out + err + state + seen
    assert str(page) in seen, "the wrong process was looked at"
    for secret in (TOKEN, PASSWORD):
        assert secret not in everything
        assert secret.encode() not in recorded.read_bytes()


def test_a_cameras_address_may_come_by_the_environment_and_its_password_stays_there(
    run: Run,
) -> None:
    address = f"rtsp://me:{CAMERA}@127.0.0.1:{free_port()}/stream"
    result = run("edge.webcam", "--no-window", "--retry", "0", EDGE_DIGITS_SOURCE=address)
    assert result.returncode == 3
    assert "rtsp://127.0.0.1" in one_line_error(result)
    assert CAMERA not in result.stdout + result.stderr


def test_what_is_typed_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDGE_DIGITS_SOURCE", "demo")
    assert build_parser().parse_args([]).source == "demo"
    assert build_parser().parse_args(["--source", "1"]).source == "1"
    monkeypatch.setenv("EDGE_DIGITS_SOURCE", "")
    assert build_parser().parse_args([]).source == "0"


def test_a_token_on_the_command_line_is_warned_of_and_not_repeated(run: Run) -> None:
    result = run(
        "edge.webcam", "--source", "demo", "--no-window", "--frames", "1",
        "--serve", "127.0.0.1:0", "--token", TOKEN,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert "EDGE_DIGITS_TOKEN cannot" in result.stderr
    assert TOKEN not in result.stdout + result.stderr


def test_no_secret_has_an_option_without_a_way_around_the_command_line() -> None:
    options = build_parser().format_help()
    assert "EDGE_DIGITS_TOKEN" in options
    assert "EDGE_DIGITS_MQTT_PASSWORD" in options
    assert "--mqtt-password" not in options


def test_an_authority_without_tls_is_refused() -> None:
    with pytest.raises(InputError, match="--mqtt-tls"):
        Broker("here", ca=Path("ca.pem"))
