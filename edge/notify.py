"""Tells systemd that the loop is ready, alive or ending (sd_notify's protocol).

The loop itself tells it, not a thread: a loop that hangs must not be called alive.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Mapping


class Watchdog:
    """Speaks to whoever started this process; to nobody where nobody listens."""

    def __init__(
        self,
        environment: Mapping[str, str] = os.environ,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Reads NOTIFY_SOCKET and WATCHDOG_USEC."""
        self._address = environment.get("NOTIFY_SOCKET", "")
        told = environment.get("WATCHDOG_USEC", "")
        # Twice as often as it is asked for.
        self._every_s = int(told) / 2e6 if told.isdecimal() and int(told) else None
        self._clock = clock
        self._next_s = 0.0

    def ready(self) -> None:
        """The source is open, the model loaded."""
        self._send("READY=1")

    def alive(self) -> None:
        """The loop goes round; may be called as often as one likes."""
        now = self._clock()
        if self._every_s is not None and now >= self._next_s:
            self._next_s = now + self._every_s
            self._send("WATCHDOG=1")

    def ending(self) -> None:
        """The loop ends as it should."""
        self._send("STOPPING=1")

    def _send(self, message: str) -> None:
        if not self._address:
            return
        import socket

        # A leading @ means Linux' abstract names, which begin with a zero byte.
        address = "\0" + self._address[1:] if self._address[0] == "@" else self._address
        with (
            contextlib.suppress(OSError),  # a supervisor that went away is none of our business
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel,
        ):
            channel.sendto(message.encode(), address)
