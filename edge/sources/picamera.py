"""A Raspberry Pi's own camera, through picamera2."""

from __future__ import annotations

import importlib
from functools import partial
from typing import Any

from edge.checkup.hardware import PICAMERA_APT, PICAMERA_VENV
from edge.errors import MachineError
from edge.sources.live import LiveSource

NAME = "picamera"

USUAL_SIZE = (640, 480)


def picamera_source(
    number: int, size: tuple[int, int] | None = None, fps: int | None = None
) -> LiveSource:
    """The camera with this number on the board's own connectors."""
    return LiveSource(
        f"{NAME}:{number}",
        partial(_PicameraCapture, number, size or USUAL_SIZE, fps),
        advice="look at the ribbon cable, and list the cameras: rpicam-hello --list-cameras",
    )


class _PicameraCapture:
    """Shaped as cv2.VideoCapture is."""

    def __init__(self, number: int, size: tuple[int, int], fps: int | None) -> None:
        picamera2 = import_picamera2()
        try:
            self._camera: Any = picamera2.Picamera2(number)
        except (RuntimeError, IndexError) as error:
            raise MachineError(
                f"{NAME}:{number} cannot be opened: {_line(error)}; list the cameras: "
                "rpicam-hello --list-cameras"
            ) from error
        try:
            # What libcamera calls RGB888 lies in memory as blue, green, red.
            settings: dict[str, Any] = {"main": {"size": size, "format": "RGB888"}}
            if fps:
                settings["controls"] = {"FrameRate": fps}
            self._camera.configure(self._camera.create_video_configuration(**settings))
            self._camera.start()
        except Exception as error:
            self._camera.close()
            raise MachineError(
                f"{NAME}:{number} does not start at {size[0]}x{size[1]}: {_line(error)}; "
                "try another --size"
            ) from error

    def read(self) -> tuple[bool, Any]:
        """Waits for the next picture."""
        return True, self._camera.capture_array("main")

    def release(self) -> None:
        """Stops the camera."""
        self._camera.stop()
        self._camera.close()


def import_picamera2() -> Any:
    """The package; raises MachineError with what installs it."""
    try:
        return importlib.import_module("picamera2")
    except ImportError as error:
        raise MachineError(
            "picamera2 is not in this environment; it comes with the system: "
            f"{PICAMERA_APT}, then an environment that sees it: {PICAMERA_VENV}"
        ) from error


def _line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
