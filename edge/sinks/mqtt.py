"""Readings to an MQTT broker: `--mqtt HOST`, so that many cameras report to one place.

Below the topic, `reading` holds what is read (retained, so that who joins later knows it),
and `availability` says online or offline (retained; the broker itself says offline when
this machine vanishes). While the broker is away, readings are kept up to a bound.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import ssl
import sys
import threading
from collections import deque
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from edge.errors import InputError, MachineError
from edge.frames import Frame
from edge.loopback import is_loopback
from edge.reading import Reading
from edge.sinks.broker import Broker
from edge.sinks.messages import discovery, reading_message

MOST_KEPT = 1000
"""Readings that are kept while the broker is away; the oldest go first."""

_CLOSING_S = 3.0  # for what is still to be sent at the end
_WAIT_S = 0.2
_KEEPALIVE_S = 20
_LONGEST_PAUSE_S = 60


class MqttSink:
    """Publishes each reading that is news; the loop never waits for the broker."""

    def __init__(self, broker: Broker, most_kept: int = MOST_KEPT) -> None:
        """Takes where to publish, and how many readings to keep while that is away."""
        self._broker = broker
        self._topic = broker.own_topic
        self._waiting: deque[bytes] = deque()
        self._most_kept = most_kept
        self._dropped = 0
        self._last: tuple[str, ...] | None = None
        self._changed = threading.Condition()
        self._connected = False
        self._closing = False
        self._told_away = False
        self._client: Any = None
        self._thread = threading.Thread(target=self._send, name="mqtt", daemon=True)

    def __enter__(self) -> Self:
        """Begins to connect; a broker that is away is tried again and again.

        Raises:
            InputError: the authorities to trust cannot be read.
            MachineError: paho-mqtt is not installed.
        """
        try:
            paho = importlib.import_module("paho.mqtt.client")
        except ImportError as error:
            raise MachineError("--mqtt needs paho-mqtt; install: pip install paho-mqtt") from error
        broker = self._broker
        client = paho.Client(paho.CallbackAPIVersion.VERSION2, protocol=paho.MQTTv311)
        if broker.user is not None:
            client.username_pw_set(broker.user, broker.password)
        if broker.tls:
            client.tls_set_context(_trusting(broker.ca))
        elif broker.password and not is_loopback(broker.host):
            print(
                f"mqtt: the password goes to {broker.host} unencrypted; --mqtt-tls protects it",
                file=sys.stderr,
            )
        client.will_set(f"{self._topic}/availability", "offline", qos=1, retain=True)
        client.reconnect_delay_set(1, _LONGEST_PAUSE_S)
        client.on_connect = self._on_connect
        client.on_connect_fail = self._on_connect_fail
        client.on_disconnect = self._on_disconnect
        self._client = client
        port = broker.port or (8883 if broker.tls else 1883)
        client.connect_async(broker.host, port, _KEEPALIVE_S)
        client.loop_start()
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Sends what waits, within a few seconds, and says offline."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        if self._client is None:
            return
        self._thread.join(_CLOSING_S)
        if self._connected:
            told = self._client.publish(
                f"{self._topic}/availability", "offline", qos=1, retain=True
            )
            # The connection may have gone meanwhile; then the broker says it.
            with contextlib.suppress(RuntimeError, ValueError):
                told.wait_for_publish(1.0)
        self._client.disconnect()
        self._client.loop_stop()
        if self._waiting:
            print(f"mqtt: {len(self._waiting)} readings were not sent", file=sys.stderr)

    def show(self, frame: Frame, reading: Reading, fps: float) -> bool:
        """Queues a reading whose lines differ from the last."""
        if reading.lines != self._last:
            self._last = reading.lines
            payload = reading_message(frame, reading)
            with self._changed:
                if len(self._waiting) >= self._most_kept:
                    # The one under way may arrive twice with QoS 1, but never is lost unseen.
                    self._waiting.popleft()
                    self._dropped += 1
                self._waiting.append(payload)
                self._changed.notify_all()
        return True

    def _send(self) -> None:
        """The sending thread: the oldest first, each only taken off once it is through."""
        while True:
            with self._changed:
                self._changed.wait_for(
                    lambda: self._closing or (self._connected and bool(self._waiting)), _WAIT_S
                )
                if self._closing and not (self._connected and self._waiting):
                    return
                if not (self._connected and self._waiting):
                    continue
                payload = self._waiting[0]
            sent = self._publish(payload)
            with self._changed:
                if sent and self._waiting and self._waiting[0] is payload:
                    self._waiting.popleft()

    def _publish(self, payload: bytes) -> bool:
        """Whether the broker has it, as surely as the quality says."""
        info = self._client.publish(
            f"{self._topic}/reading", payload, qos=self._broker.qos, retain=True
        )
        try:
            while not info.is_published():
                info.wait_for_publish(_WAIT_S)
                # With QoS 1 and 2 the client sends it again by itself once it is connected.
                if self._closing and not self._connected:
                    return False
        except (RuntimeError, ValueError):  # the connection went between two lines
            with self._changed:
                self._changed.wait_for(lambda: self._closing, _WAIT_S)
            return False
        return True

    def _on_connect(self, client: Any, data: Any, flags: Any, reason: Any, properties: Any) -> None:
        if reason.is_failure:
            self._tell_away(str(reason).lower())
            return
        client.publish(f"{self._topic}/availability", "online", qos=1, retain=True)
        if self._broker.discovery:
            topic, document = discovery(self._broker.discovery, self._topic)
            client.publish(topic, json.dumps(document), qos=1, retain=True)
        with self._changed:
            self._connected = True
            dropped, self._dropped = self._dropped, 0
            self._told_away = False
            self._changed.notify_all()
        lost = f"; {dropped} readings were too many to keep" if dropped else ""
        print(f"mqtt: publishing to {self._broker.host}, {self._topic}{lost}", file=sys.stderr)

    def _on_connect_fail(self, client: Any, data: Any) -> None:
        self._tell_away("no connection")

    def _on_disconnect(
        self, client: Any, data: Any, flags: Any, reason: Any, properties: Any
    ) -> None:
        with self._changed:
            self._connected = False
        if not self._closing:
            self._tell_away("the connection was lost")

    def _tell_away(self, reason: str) -> None:
        if not self._told_away:
            self._told_away = True
            print(
                f"mqtt: {self._broker.host} is away ({reason}); the last {self._most_kept} "
                "readings are kept and sent when it is back",
                file=sys.stderr,
            )


def _trusting(ca: Path | None) -> ssl.SSLContext:
    """What checks the broker's certificate and its name; raises InputError for a bad file."""
    try:
        return ssl.create_default_context(cafile=ca)
    except OSError as error:
        reason = "it is no PEM file" if isinstance(error, ssl.SSLError) else error.strerror
        raise InputError(f"--mqtt-ca {ca}: {reason}; name the authority's certificate") from error
