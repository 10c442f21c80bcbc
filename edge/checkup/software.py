"""Python, the packages, the runtime and the model: what reading itself needs."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import platform
import signal
import subprocess
import sys
from pathlib import Path

from edge.checkup import Check, State

CHECKOUT = Path(__file__).resolve().parents[2]

RUNTIMES = ("ai-edge-litert", "tflite-runtime", "tensorflow", "onnxruntime")
"""In the order in which they are taken; the last runs .onnx files only."""

_OPENCVS = (
    "opencv-python",
    "opencv-python-headless",
    "opencv-contrib-python",
    "opencv-contrib-python-headless",
)
_OLDEST_PYTHON = (3, 11)
_TRIAL_S = 60

# A runtime built for another processor ends the process: another one tries it.
_TRIAL = """
import json, sys, time
import numpy as np
from edge.session import open_session
session = open_session()
image = np.zeros((1, 28, 28), np.uint8)
session.run(image)
began = time.perf_counter()
for _ in range(20):
    session.run(image)
spent_us = (time.perf_counter() - began) / 20 * 1e6
print(json.dumps({"runtime": session.runtime.value, "us": spent_us}))
"""


def check_python() -> Check:
    """Whether the interpreter is new enough, and whether it runs in a virtual environment."""
    where = "virtual environment" if sys.prefix != sys.base_prefix else "no virtual environment"
    text = f"{platform.python_version()} on {platform.machine()}, {where}"
    if sys.version_info[:2] < _OLDEST_PYTHON:
        return Check("Python", State.MISSING, text, "make PYTHON=python3.11 pi")
    return Check("Python", State.FINE, text)


def check_numpy() -> Check:
    """Whether NumPy is there, and is one that the runtime was built for."""
    version = installed("numpy")
    if version is None:
        return Check("NumPy", State.MISSING, "not installed", 'pip install "numpy>=1.26"')
    legacy_alone = installed("tflite-runtime") and not installed("ai-edge-litert")
    if legacy_alone and int(version.split(".")[0]) >= 2:
        text = f"{version}, but tflite-runtime was built for NumPy 1"
        return Check("NumPy", State.MISSING, text, 'pip install "numpy<2"')
    return Check("NumPy", State.FINE, version)


def check_runtime() -> Check:
    """Which runtimes are installed, and which one the shipped model runs on."""
    there = [f"{name} {version}" for name in RUNTIMES if (version := installed(name))]
    install = "pip install ai-edge-litert"
    if platform.machine().startswith(("armv6", "armv7")):
        install = 'pip install -e ".[pi-legacy]"'
    if not there:
        return Check("Runtime", State.MISSING, "no runtime for the model", install)
    try:
        trial = subprocess.run(
            [sys.executable, "-c", _TRIAL],
            cwd=CHECKOUT,
            capture_output=True,
            text=True,
            timeout=_TRIAL_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Check("Runtime", State.MISSING, f"did not answer: {error}", install)
    if trial.returncode:
        return Check("Runtime", State.MISSING, _why_failed(trial), install)
    answer = json.loads(trial.stdout.splitlines()[-1])
    used = answer["runtime"]
    others = [name for name in there if not name.startswith(f"{used} ")]
    beside = f"; also {', '.join(others)}" if others else ""
    text = f"{used} {installed(used)} is used, {answer['us']:.0f} us a digit{beside}"
    return Check("Runtime", State.FINE, text)


def check_opencv() -> Check:
    """Whether exactly one build of OpenCV is there and loads, and which."""
    builds = [name for name in _OPENCVS if installed(name)]
    both = 'pip uninstall -y {}; pip install "opencv-python-headless>=4.10,<6"'
    if len(builds) > 1:
        text = f"{' and '.join(builds)} overwrite each other"
        return Check("OpenCV", State.MISSING, text, both.format(" ".join(builds)))
    try:
        import cv2
    except ImportError as error:
        if "libGL" in str(error):
            return Check("OpenCV", State.MISSING, "libGL is missing", "sudo apt install libgl1")
        reason = (str(error).splitlines() or ["it cannot be imported"])[0]
        command = 'pip install "opencv-python-headless>=4.10,<6"'
        return Check("OpenCV", State.MISSING, reason, command)
    gui = _gui()
    flavour = f"window by {gui}" if gui else "headless build, no window"
    return Check("OpenCV", State.FINE, f"{cv2.__version__}, {flavour}")


def check_display() -> Check:
    """Whether a window can be opened."""
    from edge.display import display_available

    if not _gui():
        return Check("Display", State.UNNEEDED, "no window: lines are printed, or use --serve")
    if display_available():
        return Check("Display", State.FINE, "a window can be opened")
    return Check("Display", State.UNNEEDED, "none answers: lines are printed, or use --serve")


def check_model() -> Check:
    """Whether the shipped models are there and are those that their manifest describes."""
    folder = Path(__file__).resolve().parents[1] / "models"
    mend = "git checkout -- edge/models"
    try:
        from edge.errors import EdgeDigitsError
        from edge.manifest import load_manifest
    except ImportError:
        return Check("Model", State.UNNEEDED, "looked at once NumPy is there")
    try:
        models = load_manifest(folder)
        for model in models:
            model.read_bytes()
    except EdgeDigitsError as error:
        return Check("Model", State.MISSING, str(error), mend)
    names = ", ".join(model.path.name.removeprefix("digits-") for model in models)
    return Check("Model", State.FINE, f"{names}: as the manifest says")


def check_mqtt() -> Check:
    """Whether `--mqtt` would work."""
    version = installed("paho-mqtt")
    if version:
        return Check("MQTT", State.FINE, f"paho-mqtt {version}")
    return Check("MQTT", State.UNNEEDED, "only for --mqtt", "pip install paho-mqtt")


def installed(name: str) -> str | None:
    """The installed version of a distribution, or None."""
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _gui() -> str:
    """What OpenCV draws its windows with, "" for nothing."""
    try:
        import cv2
    except ImportError:
        return ""
    return str(cv2.currentUIFramework())


def _why_failed(trial: subprocess.CompletedProcess[str]) -> str:
    if trial.returncode < 0:
        try:
            name = signal.Signals(-trial.returncode).name
        except ValueError:
            name = f"signal {-trial.returncode}"
        return f"the runtime crashes on this processor ({name})"
    last = (trial.stderr.strip().splitlines() or ["it failed"])[-1]
    return last.split(": ", 1)[-1][:160]
