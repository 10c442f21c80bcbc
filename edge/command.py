"""What every command line of this project has in common: exit codes, signals, progress.

Exit 0 fine, 1 a gate or check failed, 2 usage or bad input, 3 this machine lacks something.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Protocol

from edge.errors import EdgeDigitsError, InputError, MachineError

_EXTRA_OF = {
    "tensorflow": "train",
    "keras": "train",
    "matplotlib": "train",
    "tf2onnx": "export",
    "onnx": "export",
    "onnxruntime": "export",
    "paho": "mqtt",
}

_FULL = (errno.ENOSPC, errno.EDQUOT)


class Main(Protocol):
    """A command: its arguments (None takes the process's own) to its exit code."""

    def __call__(self, argv: Sequence[str] | None = None) -> int:
        """Runs the command."""
        ...


def command(main: Callable[[Sequence[str] | None], int]) -> Main:
    """Turns this project's errors, a missing package and Ctrl-C into one line and a code."""

    def guarded(argv: Sequence[str] | None = None) -> int:
        try:
            code = main(argv)
            if sys.stdout is not None:
                sys.stdout.flush()  # at exit it would fail with nobody there to tell it
            return code
        except EdgeDigitsError as error:
            print(f"error: {error}", file=sys.stderr)
            return error.exit_code
        except ImportError as error:
            lacking = _lacking(error)
            if lacking is None:
                raise
            print(f"error: {lacking}", file=sys.stderr)
            return MachineError.exit_code
        except KeyboardInterrupt:
            print("stopped", file=sys.stderr)
            return 128 + signal.SIGINT
        except BrokenPipeError:
            # The reader of our output went away (| head): not an error of ours.
            _drop_output()
            return 0
        except OSError as error:
            if error.errno not in _FULL or error.filename is not None:
                raise
            _drop_output()
            print(f"error: cannot print: {error.strerror}; free some space", file=sys.stderr)
            return InputError.exit_code

    guarded.__doc__ = main.__doc__
    return guarded


def _drop_output() -> None:
    """Python would complain once more when it flushes stdout at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _lacking(error: ImportError) -> str | None:
    """What this machine lacks and how to get it; None where the mistake is ours."""
    missing = (error.name or "").split(".")[0]
    if missing == "cv2":  # its library may lack another one, and several builds have its name
        from edge.checkup.software import check_opencv

        found = check_opencv()
        return f"OpenCV: {found.text}; install: {found.command}" if found.command else None
    if not isinstance(error, ModuleNotFoundError):
        return None
    extra = _EXTRA_OF.get(missing)
    # pip installs an extra of the checkout by its path.
    what = f'".[{extra}]"' if extra else missing
    return f"the package {missing} is not installed; install: pip install {what}"


def stop_on_sigterm() -> None:
    """Makes SIGTERM end the program as Ctrl-C does, so that files are finished."""

    def interrupt(signum: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)


def on_terminal() -> bool:
    """Whether progress bars make sense: stderr is a terminal."""
    return sys.stderr.isatty()
