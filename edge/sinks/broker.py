"""Which MQTT broker, and how."""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass
from pathlib import Path

from edge.errors import InputError


@dataclass(frozen=True, slots=True)
class Broker:
    """Where readings go.

    Attributes:
        host: name or address.
        port: 1883, or 8883 with TLS, where none is given.
        topic: the camera's own; readings go to `<topic>/reading`.
        qos: 0 at most once, 1 at least once, 2 exactly once.
        discovery: prefix under which Home Assistant looks for new sensors, "" for none.
        user: or None; the password goes with it.
        password: never shown.
        tls: whether the connection is encrypted, and the broker's certificate checked.
        ca: a PEM file with the authorities to trust for that, None for the system's.
    """

    host: str
    port: int | None = None
    topic: str = ""
    qos: int = 1
    discovery: str = "homeassistant"
    user: str | None = None
    password: str | None = None
    tls: bool = False
    ca: Path | None = None

    def __post_init__(self) -> None:
        if not self.host or (self.port is not None and not 1 <= self.port <= 65535):
            raise InputError(f"--mqtt takes HOST or HOST:PORT, not {self.host}:{self.port}")
        if self.qos not in (0, 1, 2):
            raise InputError(f"MQTT knows the qualities 0, 1 and 2, not {self.qos}")
        if self.ca and not self.tls:
            raise InputError("--mqtt-ca is for TLS; add --mqtt-tls")
        for name in (self.topic, self.discovery):
            if set("+#\0") & set(name) or name.startswith(("/", "$")) or name.endswith("/"):
                raise InputError(f"{name!r} is no topic to publish to; use names with / between")

    @property
    def own_topic(self) -> str:
        """The topic, by default one with this machine's name."""
        return self.topic or f"edge-digits/{plain(socket.gethostname())}"

    def __repr__(self) -> str:
        return f"Broker({self.host}:{self.port})"


def parse_broker(text: str) -> tuple[str, int | None]:
    """Host and port of "broker", "broker:1883" or "[::1]:1883"; raises InputError."""
    found = re.fullmatch(r"(\[[0-9a-fA-F:.]+\]|[^\s:/@\[\]]+)(?::([0-9]{1,5}))?", text)
    if found is None:
        raise InputError(f"--mqtt takes HOST or HOST:PORT, not {text!r}")
    return found[1].strip("[]"), int(found[2]) if found[2] else None


def plain(name: str) -> str:
    """Letters, digits, - and _ only, as identifiers are."""
    return re.sub(r"[^A-Za-z0-9_-]+", "_", name) or "camera"
