"""Cameras, the processor, its temperature and the disk."""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from edge.checkup import Check, State

PICAMERA_APT = "sudo apt install python3-picamera2"
PICAMERA_VENV = "python3 -m venv --system-site-packages .venv-pi"

_DEV = Path("/dev")
_VIDEO_NAMES = Path("/sys/class/video4linux")
_CPUINFO = Path("/proc/cpuinfo")
_BOARD = Path("/proc/device-tree/model")
_THERMAL = Path("/sys/class/thermal/thermal_zone0/temp")

_DOT_PRODUCTS = ("asimddp", "i8mm", "avx512_vnni", "avx_vnni")
_VECTORS = ("asimd", "neon", "avx2")
_HOT_C = 80.0  # a Raspberry Pi slows down from here on
_LEAST_FREE = 200 * 2**20  # bytes: a minute or so of recording
_NOW_BITS = 0xF  # of vcgencmd's answer: under-voltage, capped, throttled, at its soft limit


def check_cameras() -> Check:
    """Which cameras the system shows, and whether this user may open them."""
    if sys.platform != "linux":
        return Check("Cameras", State.UNNEEDED, "only opening one tells: --source 0")
    found = sorted(_DEV.glob("video[0-9]*"), key=lambda path: int(path.name[5:]))
    if not found:
        text = "none found; a photo, video, stream or --source demo needs none"
        return Check("Cameras", State.UNNEEDED, text)
    closed = [path for path in found if not os.access(path, os.R_OK | os.W_OK)]
    if closed:
        text = f"{closed[0]} is not yours to use"
        return Check("Cameras", State.MISSING, text, "sudo usermod -aG video $USER; log in again")
    names = [f"{path.name[5:]} {camera_name(path)}".strip() for path in found[:4]]
    more = f" and {len(found) - 4} more" if len(found) > 4 else ""
    return Check("Cameras", State.FINE, ", ".join(names) + more)


def camera_name(device: Path) -> str:
    """What the kernel calls /dev/videoN, "" where it does not say."""
    return read_fact(_VIDEO_NAMES / device.name / "name") or ""


def check_picamera2() -> Check:
    """Whether a Raspberry Pi's own camera can be read."""
    if importlib.util.find_spec("picamera2") is not None:
        return Check("picamera2", State.FINE, "use --source picamera")
    if "Raspberry Pi" not in (read_fact(_BOARD) or ""):
        return Check("picamera2", State.UNNEEDED, "only a Raspberry Pi's own camera needs it")
    text = "not in this environment; only the Pi's own camera needs it"
    return Check("picamera2", State.UNNEEDED, text, f"{PICAMERA_APT} && {PICAMERA_VENV}")


def check_cpu() -> Check:
    """Whether the processor has what int8 kernels look for."""
    text = read_fact(_CPUINFO) or ""
    board = read_fact(_BOARD)
    flags = _flags(text)
    name = board or _first(text, "model name") or platform.machine()
    dots = [flag for flag in _DOT_PRODUCTS if flag in flags]
    vectors = [flag for flag in _VECTORS if flag in flags]
    if dots:
        how = f"int8 dot products ({', '.join(dots)})"
    elif vectors:
        how = f"{vectors[0]}, no int8 dot products: int8 works, with less gain"
    elif flags:
        how = "no vector unit that int8 uses: it works, slowly"
    else:
        how = "its features are not told here"
    return Check("CPU", State.FINE, f"{name}, {os.cpu_count() or 1} cores: {how}")


def check_heat() -> Check:
    """Temperature, and on a Raspberry Pi whether it is throttled or short of power."""
    degrees = _degrees()
    told = "" if degrees is None else f"{degrees:.0f} C"
    throttled = _throttled()
    if throttled is not None and throttled & _NOW_BITS:
        why = "under-voltage" if throttled & 1 else "throttled"
        mend = "vcgencmd get_throttled  # then a stronger power supply, or a fan"
        return Check("Heat", State.MISSING, f"{told} {why}".strip(), mend)
    if throttled:
        return Check("Heat", State.FINE, f"{told}, was throttled since it started".strip(", "))
    if degrees is None:
        return Check("Heat", State.UNNEEDED, "this machine does not tell its temperature")
    if degrees >= _HOT_C:
        mend = f"cat {_THERMAL}  # watch it; a fan or a heat sink"
        return Check("Heat", State.MISSING, f"{told}: it slows down", mend)
    return Check("Heat", State.FINE, told)


def check_disk() -> Check:
    """Whether there is room to record and to install."""
    try:
        free = shutil.disk_usage(Path.cwd()).free
    except OSError as error:
        return Check("Disk", State.MISSING, f"cannot be read: {error.strerror}", "df -h .")
    text = f"{free / 2**30:.1f} GiB free here"
    if free < _LEAST_FREE:
        return Check("Disk", State.MISSING, text, "df -h .  # free some space, or record elsewhere")
    return Check("Disk", State.FINE, text)


def _flags(cpuinfo: str) -> frozenset[str]:
    return frozenset((_first(cpuinfo, "flags") or _first(cpuinfo, "Features") or "").split())


def _first(cpuinfo: str, key: str) -> str | None:
    for line in cpuinfo.splitlines():
        name, colon, value = line.partition(":")
        if colon and name.strip() == key:
            return value.strip()
    return None


def _degrees() -> float | None:
    text = read_fact(_THERMAL)
    try:
        return int(text) / 1000 if text else None
    except ValueError:
        return None


def _throttled() -> int | None:
    """The bits of `vcgencmd get_throttled`, or None where there is no such program."""
    try:
        answer = subprocess.run(
            ["vcgencmd", "get_throttled"], capture_output=True, text=True, timeout=5, check=True
        )
        return int(answer.stdout.strip().partition("=")[2], 16)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None


def read_fact(path: Path) -> str | None:
    """What the system says in one of its files, None where it says nothing."""
    try:
        # The device tree ends its strings with a zero byte.
        return path.read_text("utf-8", errors="replace").strip("\0\n ") or None
    except OSError:
        return None
