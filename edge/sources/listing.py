"""The cameras of this machine, for `--list`."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator, Sequence

from edge.errors import MachineError
from edge.sources.picamera import NAME, import_picamera2
from edge.sources.v4l2 import Device, Mode, find_devices


def print_cameras() -> None:
    """Prints each camera with its sizes and rates.

    Raises:
        MachineError: there is none, or this system does not tell.
    """
    if sys.platform != "linux":
        raise MachineError("only Linux lists its cameras; try --source 0, then 1, 2 ...")
    lines = [*_of_the_board(), *describe_devices(find_devices())]
    if not lines:
        raise MachineError(
            "no camera was found; plug one in, or try --source demo, which needs none"
        )
    print("\n".join(lines))


def describe_devices(devices: Sequence[Device]) -> Iterator[str]:
    """Lines for people: the device, then a line a format."""
    for device in devices:
        number = device.path.removeprefix("/dev/video")
        yield f"--source {number}  {device.path}  {device.name}"
        for pixels in dict.fromkeys(mode.pixels for mode in device.modes):
            modes = [mode for mode in device.modes if mode.pixels == pixels]
            yield f"    {pixels}  {', '.join(_mode(mode) for mode in modes)}"


def _mode(mode: Mode) -> str:
    rate = f"@{mode.fps:.4g}" if mode.fps else ""
    return f"{mode.width}x{mode.height}{rate}"


def _of_the_board() -> Iterator[str]:
    """A Raspberry Pi's own cameras, where picamera2 is there to tell."""
    if importlib.util.find_spec("picamera2") is None:
        return
    for camera in import_picamera2().Picamera2.global_camera_info():
        yield f"--source {NAME}:{camera['Num']}  {camera.get('Model', 'unknown')}"
