"""A headless Chromium, driven through its debugging pipe: no driver, no package."""

from __future__ import annotations

import contextlib
import json
import os
import select
import shlex
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="Chromium is not installed (Debian: apt install chromium)"
)

_FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync "
    "--disable-dev-shm-usage --remote-debugging-pipe"
)
_PATIENCE_S = 60


class Page:
    """One page in the browser."""

    def __init__(self, write_to: int, read_from: int) -> None:
        self._write_to, self._read_from = write_to, read_from
        self._buffer = b""
        self._ids = 0
        self._session: str | None = None
        self.complaints: list[str] = []
        """Errors that the page's console showed, refusals of its security policy included."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """One command and its answer."""
        self._ids += 1
        message: dict[str, Any] = {"id": self._ids, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._write_to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._ids:
                assert "error" not in answer, answer
                return answer["result"]

    def open(self, url: str, width: int, height: int = 900) -> None:
        """Opens a page in a window or on a phone of this width."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        self.call("Page.navigate", url=url)
        self.wait_for("document.readyState === 'complete' && location.href !== 'about:blank'")

    def ask(self, script: str) -> Any:
        """The value of an expression in the page."""
        answer = self.call(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def wait_for(self, script: str) -> Any:
        """Waits until an expression is true; returns its value."""
        until = time.monotonic() + _PATIENCE_S
        while time.monotonic() < until:
            value = self.ask(script)
            if value:
                return value
            time.sleep(0.05)
        pytest.fail(f"never came true: {script}")

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._read_from], [], [], _PATIENCE_S)
            assert ready, "the browser does not answer"
            more = os.read(self._read_from, 1 << 16)
            assert more, "the browser ended"
            self._buffer += more
        line, _, self._buffer = self._buffer.partition(b"\0")
        message: dict[str, Any] = json.loads(line)
        if message.get("method") == "Log.entryAdded":
            entry = message["params"]["entry"]
            if entry["level"] == "error":
                self.complaints.append(entry["text"])
        if message.get("method") == "Runtime.exceptionThrown":
            self.complaints.append(str(message["params"]["exceptionDetails"]))
        return message


@contextlib.contextmanager
def open_browser(profile: Path) -> Iterator[Page]:
    """A browser with one page and a fresh profile."""
    to_browser, write_to = os.pipe()
    read_from, from_browser = os.pipe()
    # The browser takes commands from descriptor 3 and answers on 4.
    command = (
        f"exec {CHROMIUM} {_FLAGS} --user-data-dir={shlex.quote(str(profile))} about:blank "
        f"3<&{to_browser} 4>&{from_browser}"
    )
    process = subprocess.Popen(
        ["bash", "-c", command],
        pass_fds=(to_browser, from_browser),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(to_browser)
    os.close(from_browser)
    try:
        yield Page(write_to, read_from)
    finally:
        os.close(write_to)
        os.close(read_from)
        process.terminate()
        process.wait(30)
