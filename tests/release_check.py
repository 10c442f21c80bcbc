"""What a stranger gets: the wheel, in an empty environment, run from elsewhere.

`make release-check` runs it; only the standard library is needed. It builds the wheel into
dist/, looks into it, installs it with what a Pi needs, and reads a drawn page from a folder
that is not the checkout.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

NEEDED = (
    "edge/models/manifest.json",
    "edge/models/digits-int8.tflite",
    "edge/models/digits-float32.tflite",
    "edge/models/digits-int8.onnx",
    "edge/models/digits-float32.onnx",
    "edge/web/page.html",
    "edge/web/page.css",
    "edge/web/page.js",
    "edge/edge-digits.service",
    "train/weights/edge.weights.h5",
    "benchmarks/baselines/shipped.json",
)
ROOMS = {"edge", "train", "export", "benchmarks"}


class NotFitError(Exception):
    """The release is not fit to be given away."""


def call(*words: str | Path, cwd: Path, codes: tuple[int, ...] = (0,)) -> str:
    """Runs a command where nothing leads back to the checkout; returns its stdout."""
    shown = " ".join(Path(word).name if isinstance(word, Path) else word for word in words)
    print(f"  {shown}", flush=True)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    result = subprocess.run(
        [str(word) for word in words],
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    if result.returncode not in codes or "Traceback" in result.stderr:
        raise NotFitError(f"{shown}: exit {result.returncode}\n{result.stdout}{result.stderr}")
    return result.stdout


def build() -> Path:
    """The wheel of this checkout, in dist/."""
    dist = ROOT / "dist"
    shutil.rmtree(dist, ignore_errors=True)
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet")
    call(*pip, "--no-deps", "--wheel-dir", dist, str(ROOT), cwd=ROOT)
    [wheel] = dist.glob("*.whl")
    return wheel


def look_into(wheel: Path) -> None:
    """Every file that the programs read is in it, and nothing that is not theirs."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    if missing := set(NEEDED) - set(names):
        raise NotFitError(f"the wheel lacks {', '.join(sorted(missing))}")
    rooms = {name.split("/")[0] for name in names if ".dist-info" not in name.split("/")[0]}
    if rooms != ROOMS:
        raise NotFitError(f"the wheel holds {sorted(rooms)}, not {sorted(ROOMS)}")
    print(f"  {wheel.name}: {len(names)} files, {wheel.stat().st_size:,} bytes")


def install(wheel: Path, folder: Path) -> Path:
    """An empty environment with the wheel and what a Pi needs; returns its Python."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    pip = (python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet")
    call(*pip, "--constraint", ROOT / "constraints.txt", f"{wheel}[pi]", cwd=folder)
    return python


def use(python: Path, elsewhere: Path) -> None:
    """The programs, as a user would run them, from a folder that is not the checkout."""
    where = call(python, "-c", "import edge; print(edge.__file__)", cwd=elsewhere).strip()
    if Path(where).is_relative_to(ROOT):
        raise NotFitError(f"edge comes from the checkout: {where}")
    call(python, "-m", "train.scenes", "--output", "pages", "--frames", "4", cwd=elsewhere)
    truth = json.loads((elsewhere / "pages" / "truth.json").read_text())["lines"]
    told = call(python, "-m", "edge.read", "pages/page.png", "--json", cwd=elsewhere)
    if json.loads(told)["lines"] != truth:
        raise NotFitError(f"the drawn page says {truth}, and was read as {told}")
    call(python, "-m", "edge.doctor", cwd=elsewhere)
    model = Path(where).parent / "models" / "digits-int8.tflite"
    call(python, "-m", "export.lint", str(model), cwd=elsewhere)
    live = ("--source", "demo", "--no-window", "--frames", "10", "--serve", "127.0.0.1:0")
    call(python, "-m", "edge.webcam", *live, cwd=elsewhere)
    # Without TensorFlow a training says what to install, in one line.
    call(python, "-m", "train", "--list", cwd=elsewhere, codes=(0, 3))


def main() -> int:
    """Builds, looks, installs, uses; 1 with the reason where something is wrong."""
    began = time.monotonic()
    try:
        wheel = build()
        look_into(wheel)
        with tempfile.TemporaryDirectory() as folder:
            elsewhere = Path(folder) / "elsewhere"
            elsewhere.mkdir()
            use(install(wheel, Path(folder) / "environment"), elsewhere)
    except NotFitError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"fit to be released: dist/{wheel.name} ({time.monotonic() - began:.0f} s)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
