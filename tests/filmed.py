"""Clips of drawn pages, and `python -m edge.webcam` run over them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from edge.arrays import UInt8Array
from tests.support import ROOT, one_line_error

WIDTH, HEIGHT = 320, 240

STROKES = {
    "1": [[(5, 0), (5, 20)]],
    "7": [[(0, 0), (11, 0), (4, 20)]],
    "4": [[(8, 20), (8, 0), (0, 13), (12, 13)]],
}


def page(text: str = "", left: int = 60) -> UInt8Array:
    """(240, 320, 3): `text` in thick strokes on white paper."""
    image = np.full((HEIGHT, WIDTH, 3), 245, np.uint8)
    for place, digit in enumerate(text):
        for stroke in STROKES[digit]:
            points = np.array(stroke) * 3 + (left + place * 55, 90)
            cv2.polylines(image, [points.astype(np.int32)], False, (40, 30, 30), 7, cv2.LINE_AA)
    return image


def write_clip(path: Path, pages: Sequence[UInt8Array], fps: float = 10) -> Path:
    """An MJPG clip."""
    fourcc = cv2.VideoWriter.fourcc(*"MJPG")
    writer = cv2.VideoWriter(str(path), fourcc, fps, (WIDTH, HEIGHT))
    assert writer.isOpened()
    for image in pages:
        writer.write(image)
    writer.release()
    return path


def play(path: Path) -> list[UInt8Array]:
    """All frames of a video."""
    capture = cv2.VideoCapture(str(path))
    frames = []
    while True:
        there, image = capture.read()
        if not there:
            break
        frames.append(image.astype(np.uint8, copy=False))
    capture.release()
    return frames


def environment(**extra: str) -> dict[str, str]:
    """The tests' own environment without any display."""
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "NOTIFY_SOCKET", "WATCHDOG_USEC")
    return {k: v for k, v in os.environ.items() if k not in hidden} | extra


def start(*arguments: object, **extra: str) -> subprocess.Popen[str]:
    """Starts the live loop without a window, and does not wait for its end."""
    return subprocess.Popen(
        [sys.executable, "-m", "edge.webcam", "--no-window", *map(str, arguments)],
        cwd=ROOT,
        env=environment(**extra),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def webcam(*arguments: object, **extra: str) -> subprocess.CompletedProcess[str]:
    """Runs `python -m edge.webcam` where there is no display."""
    return subprocess.run(
        [sys.executable, "-m", "edge.webcam", *map(str, arguments)],
        cwd=ROOT,
        env=environment(**extra),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def own_lines(stderr: str) -> list[str]:
    """The lines that are ours; TFLite runtimes greet there when they load a model."""
    return [line for line in stderr.splitlines() if not line.startswith("INFO: ")]


def fails(run: subprocess.CompletedProcess[str], code: int) -> str:
    """Checks exit code and stderr; returns the error."""
    assert run.returncode == code, run.stderr
    return one_line_error(run)
