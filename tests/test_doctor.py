"""What the doctor promises: one screen, the truth, and a command for whatever is missing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from edge.checkup import Check, State, hardware, software
from edge.checkup.typed import typed_here
from edge.doctor import CHECKS, examine, main, to_text
from edge.errors import InputError
from tests.support import ROOT, Run

ARM = "processor\t: 0\nFeatures\t: fp asimd evtstrm crc32 atomics fphp asimdhp asimddp\n"
OLD_ARM = "processor\t: 0\nFeatures\t: half thumb fastmult vfp edsp\n"
X86 = "processor\t: 0\nmodel name\t: A Processor\nflags\t\t: fpu sse avx2 avx512_vnni\n"


def test_this_environment_is_ready_and_that_fits_one_screen(run: Run) -> None:
    result = run("edge.doctor")
    assert result.returncode == 0, result.stdout + result.stderr
    lines = result.stdout.splitlines()
    assert len(lines) <= 30
    assert lines[-1].startswith("ready")
    assert "is used" in result.stdout


def test_json_says_the_same(run: Run) -> None:
    result = run("edge.doctor", "--json")
    assert result.returncode == 0, result.stderr
    document = json.loads(result.stdout)
    assert document["ready"] is True
    assert len(document["checks"]) == len(CHECKS)
    for check in document["checks"]:
        assert check["state"] in {"fine", "missing", "not needed"}
        assert check["state"] != "missing" or check["command"]


def test_something_missing_is_exit_3_and_named_with_its_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = Check("Runtime", State.MISSING, "no runtime", "pip install ai-edge-litert")
    monkeypatch.setattr("edge.doctor.examine", lambda: [broken])
    assert main([]) == 3
    told = capsys.readouterr().out
    assert f"-> {typed_here('pip install ai-edge-litert')}" in told
    assert "missing: Runtime" in told
    assert main(["--json"]) == 3
    assert json.loads(capsys.readouterr().out)["ready"] is False


def test_a_command_names_the_python_of_an_environment_that_is_not_active(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    own = tmp_path / "an environment" / "bin" / "python"
    own.parent.mkdir(parents=True)
    own.write_text("#!/bin/sh\n")
    own.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "executable", str(own))
    monkeypatch.setenv("PATH", os.fspath(tmp_path))
    assert typed_here("pip install a; pip install b") == (
        "'an environment/bin/python' -m pip install a; 'an environment/bin/python' -m pip install b"
    )
    assert typed_here("python -m edge.webcam") == "'an environment/bin/python' -m edge.webcam"
    assert typed_here("sudo apt install python3-pip") == "sudo apt install python3-pip"
    monkeypatch.setenv("PATH", os.fspath(own.parent))
    assert typed_here("pip install a") == "pip install a"


def test_nothing_is_missing_without_a_command() -> None:
    with pytest.raises(InputError, match="how to mend it"):
        Check("Heat", State.MISSING, "hot")


def test_a_check_that_fails_itself_is_a_line_and_no_traceback() -> None:
    def check_weather() -> Check:
        raise RuntimeError("rain\nand more")

    [found] = examine([check_weather])
    assert (found.name, found.state) == ("weather", State.MISSING)
    assert "rain" in to_text([found])
    assert "and more" not in to_text([found])


def test_it_speaks_where_numpy_and_opencv_are_missing() -> None:
    program = """
import sys
sys.modules["numpy"] = sys.modules["cv2"] = None
from edge.doctor import main
sys.exit(main([]))
"""
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 3, result.stderr
    assert "Traceback" not in result.stderr
    assert "OpenCV     missing" in result.stdout
    assert "pip install" in result.stdout


def versions(monkeypatch: pytest.MonkeyPatch, **there: str) -> None:
    named = {name.replace("_", "-"): version for name, version in there.items()}
    monkeypatch.setattr(software, "installed", named.get)


def test_numpy_2_under_the_old_runtime_is_missing_numpy_1(monkeypatch: pytest.MonkeyPatch) -> None:
    versions(monkeypatch, numpy="2.1.0", tflite_runtime="2.14.0")
    found = software.check_numpy()
    assert (found.state, found.command) == (State.MISSING, 'pip install "numpy<2"')
    versions(monkeypatch, numpy="2.1.0", tflite_runtime="2.14.0", ai_edge_litert="2.3.0")
    assert software.check_numpy().state is State.FINE


def test_two_builds_of_opencv_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    versions(monkeypatch, opencv_python="5.0", opencv_python_headless="5.0")
    found = software.check_opencv()
    assert found.state is State.MISSING
    assert "overwrite each other" in found.text
    assert found.command is not None
    assert "uninstall" in found.command


@pytest.mark.parametrize(
    ("returncode", "stderr", "told"),
    [
        pytest.param(-4, "", "SIGILL", id="a processor that the runtime was not built for"),
        pytest.param(-11, "", "SIGSEGV", id="a crash"),
        pytest.param(1, "Traceback\nedge.errors.InputError: no model", "no model", id="an error"),
    ],
)
def test_a_runtime_that_fails_is_told_by_its_reason(
    monkeypatch: pytest.MonkeyPatch, returncode: int, stderr: str, told: str
) -> None:
    versions(monkeypatch, ai_edge_litert="2.3.0")
    answer = SimpleNamespace(returncode=returncode, stdout="", stderr=stderr)
    monkeypatch.setattr("subprocess.run", lambda *a, **k: answer)
    found = software.check_runtime()
    assert found.state is State.MISSING
    assert told in found.text


@pytest.mark.parametrize(
    ("cpuinfo", "told"),
    [
        pytest.param(ARM, "dot products (asimddp)", id="a Pi 5"),
        pytest.param(OLD_ARM, "slowly", id="a Pi 1"),
        pytest.param(X86, "dot products (avx512_vnni)", id="a server"),
        pytest.param("", "not told", id="no cpuinfo"),
    ],
)
def test_the_processor_is_told_by_what_int8_wants(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, cpuinfo: str, told: str
) -> None:
    (tmp_path / "cpuinfo").write_text(cpuinfo)
    monkeypatch.setattr(hardware, "_CPUINFO", tmp_path / "cpuinfo")
    assert told in hardware.check_cpu().text


@pytest.mark.parametrize(
    ("bits", "millidegrees", "state"),
    [
        pytest.param("0x0", "48312", State.FINE, id="cool"),
        pytest.param("0x50000", "48312", State.FINE, id="was throttled once"),
        pytest.param("0x50005", "48312", State.MISSING, id="too little power now"),
        pytest.param("0x0", "84000", State.MISSING, id="hot"),
        pytest.param("", "", State.UNNEEDED, id="nobody tells"),
    ],
)
def test_heat_and_power_are_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, bits: str, millidegrees: str, state: State
) -> None:
    (tmp_path / "temp").write_text(millidegrees)
    monkeypatch.setattr(hardware, "_THERMAL", tmp_path / "temp")

    def vcgencmd(*arguments: Any, **options: Any) -> SimpleNamespace:
        if not bits:
            raise FileNotFoundError
        return SimpleNamespace(stdout=f"throttled={bits}\n")

    monkeypatch.setattr("subprocess.run", vcgencmd)
    assert hardware.check_heat().state is state


def test_cameras_are_named_and_a_closed_one_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr(hardware, "_DEV", tmp_path)
    monkeypatch.setattr(hardware, "_VIDEO_NAMES", tmp_path / "names")
    assert hardware.check_cameras().state is State.UNNEEDED
    (tmp_path / "video0").touch()
    (tmp_path / "names" / "video0").mkdir(parents=True)
    (tmp_path / "names" / "video0" / "name").write_text("HD Webcam\n")
    assert hardware.check_cameras().text == "0 HD Webcam"
    monkeypatch.setattr("os.access", lambda *a: False)
    found = hardware.check_cameras()
    assert found.command is not None
    assert "usermod" in found.command


def test_a_pi_without_picamera2_is_told_both_steps(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "model").write_text("Raspberry Pi 5 Model B Rev 1.0\0")
    monkeypatch.setattr(hardware, "_BOARD", tmp_path / "model")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    found = hardware.check_picamera2()
    assert found.command is not None
    assert "apt install python3-picamera2" in found.command
    assert "--system-site-packages" in found.command


def test_a_full_disk_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=1000))
    assert hardware.check_disk().state is State.MISSING
