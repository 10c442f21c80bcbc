"""A mosquitto of its own, and one who listens to all that it sends on."""

from __future__ import annotations

import contextlib
import importlib
import json
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from edge.errors import MachineError

TOPIC = "soak/desk"


class Mosquitto:
    """A broker that remembers who listens, also when it is killed."""

    def __init__(self, folder: Path) -> None:
        """Takes a folder for its settings and what it remembers.

        Raises:
            MachineError: mosquitto is not installed.
        """
        # Debian puts it where only root looks.
        program = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")
        if program is None:
            raise MachineError("a soak needs a broker; install: sudo apt install mosquitto")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self._config = folder / "mosquitto.conf"
        self._config.write_text(
            f"listener {self.port} 127.0.0.1\nallow_anonymous true\npersistence true\n"
            f"persistence_location {folder}/\nautosave_on_changes true\nautosave_interval 1\n"
            "max_queued_messages 0\n"
        )
        self._log = folder / "mosquitto.log"
        self._program = program
        self._process: subprocess.Popen[bytes] | None = None
        folder.chmod(0o777)  # started by root, it becomes another user

    def __enter__(self) -> Self:
        """Starts it."""
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stops it."""
        self.kill(signal.SIGTERM)

    def start(self) -> None:
        """Starts it, and waits until it answers."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [self._program, "-c", str(self._config)], stdout=log, stderr=log
            )
        until = time.monotonic() + 20
        while time.monotonic() < until:
            with (
                contextlib.suppress(OSError),
                socket.create_connection(("127.0.0.1", self.port), 1),
            ):
                return
            time.sleep(0.05)
        raise MachineError(f"mosquitto does not answer; {self._log} may say why")

    def send(self, number: signal.Signals) -> None:
        """Sends it a signal."""
        if self._process is not None:
            self._process.send_signal(number)

    def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        """Ends it."""
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait(20)
            self._process = None


class Listener:
    """Remembers the frames whose readings arrived; the broker keeps for it what it misses."""

    def __init__(self, port: int) -> None:
        """Subscribes.

        Raises:
            MachineError: paho-mqtt is not installed.
        """
        try:
            paho = importlib.import_module("paho.mqtt.client")
        except ImportError as error:
            raise MachineError("a soak needs paho-mqtt; install: pip install paho-mqtt") from error
        self.frames: set[int] = set()
        self.messages = 0
        self._client = paho.Client(
            paho.CallbackAPIVersion.VERSION2, client_id="soak", clean_session=False
        )
        self._client.on_connect = lambda client, *_: client.subscribe(f"{TOPIC}/reading", qos=1)
        self._client.on_message = self._take
        self._client.reconnect_delay_set(1, 1)
        self._client.connect("127.0.0.1", port, keepalive=5)
        self._client.loop_start()

    def close(self) -> None:
        """Hangs up."""
        self._client.disconnect()
        self._client.loop_stop()

    def _take(self, client: Any, data: Any, message: Any) -> None:
        self.messages += 1
        self.frames.add(int(json.loads(message.payload)["frame"]))
