"""Whether a window can be opened here, found out before any is: failing, it ends the process."""

from __future__ import annotations

import os
import sys

import cv2

_TRIAL = "import cv2; cv2.namedWindow('edge-digits'); cv2.waitKey(1); cv2.destroyAllWindows()"
_TRIAL_S = 30


def display_available() -> bool:
    """Whether a window can be opened here.

    On Linux, OpenCV aborts where there is no display, or one that does not answer, or
    Wayland without X; no exception can be caught. So another process tries it first.
    """
    if not cv2.currentUIFramework():  # the headless build
        return False
    if sys.platform != "linux":
        return True
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return False
    # Imported here, since a loop without a display never needs it.
    import subprocess

    try:
        trial = subprocess.run(
            [sys.executable, "-c", _TRIAL], capture_output=True, timeout=_TRIAL_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return trial.returncode == 0
