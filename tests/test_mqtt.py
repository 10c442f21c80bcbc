"""What MQTT promises, against a real mosquitto: readings arrive, also late ones."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from benchmarks.soak.process import free_port
from edge.errors import InputError, MachineError
from edge.sinks.broker import Broker, parse_broker
from edge.sinks.mqtt import MqttSink
from tests.broker import (
    TOPIC,
    Listener,
    broker_on,
    frame,
    needs_broker,
    needs_paho,
    reading,
    wait_until,
)


@needs_broker
@pytest.mark.parametrize("qos", [0, 1, 2])
def test_readings_that_change_arrive_in_order(tmp_path: Path, qos: int) -> None:
    port = free_port()
    with broker_on(port, tmp_path), Listener(port) as heard:
        with MqttSink(Broker("127.0.0.1", port, TOPIC, qos)) as sink:
            wait_until(heard.availability)
            for index, lines in enumerate([(), ("31",), ("31",), ("31", "4 5"), ()]):
                assert sink.show(frame(index), reading(*lines), 10.0)
            wait_until(lambda: len(heard.texts()) == 4)
        wait_until(lambda: heard.availability() == ["online", "offline"])
    assert heard.texts() == ["", "31", "31 | 4 5", ""]
    [document] = [m[1] for m in heard.messages if m[1] and m[0].endswith("/reading")][2:3]
    assert document["lines"] == ["31", "4 5"]
    assert document["frame"] == 3
    assert document["time"].endswith("+00:00")
    assert {m[3] for m in heard.messages if m[0].endswith("/reading")} == {qos}


@needs_broker
def test_who_joins_later_knows_the_last_reading_and_that_it_is_online(tmp_path: Path) -> None:
    port = free_port()
    with broker_on(port, tmp_path), MqttSink(Broker("127.0.0.1", port, TOPIC)) as sink:
        with Listener(port) as early:
            sink.show(frame(), reading("314"), 10.0)
            wait_until(early.texts)
        with Listener(port) as late:
            wait_until(late.texts)
            wait_until(late.availability)
            assert late.texts() == ["314"]
            assert late.availability() == ["online"]
            assert all(retained for _, _, retained, _ in late.messages)


@needs_broker
def test_home_assistant_finds_the_camera(tmp_path: Path) -> None:
    port = free_port()
    with broker_on(port, tmp_path), Listener(port) as heard:
        with MqttSink(Broker("127.0.0.1", port, TOPIC)):
            wait_until(lambda: any(m[0].startswith("homeassistant/") for m in heard.messages))
        with MqttSink(Broker("127.0.0.1", port, "other", discovery="")):
            wait_until(lambda: ("other/availability", "online") in [m[:2] for m in heard.messages])
        configured = [m[:2] for m in heard.messages if m[0].startswith("homeassistant/")]
    [(topic, document)] = configured
    assert topic == "homeassistant/sensor/edge_digits_house_desk/text/config"
    assert document["state_topic"] == f"{TOPIC}/reading"
    assert document["availability_topic"] == f"{TOPIC}/availability"
    assert document["unique_id"] == "edge_digits_house_desk_text"
    assert document["device"]["identifiers"] == ["edge_digits_house_desk"]


@needs_broker
def test_readings_outlast_a_broker_that_is_down_at_the_start(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    port = free_port()
    with MqttSink(Broker("127.0.0.1", port, TOPIC)) as sink:
        for index in range(5):
            sink.show(frame(index), reading(str(index)), 10.0)
        with broker_on(port, tmp_path), Listener(port) as heard:
            wait_until(lambda: len(heard.texts()) == 5)
            assert heard.texts() == list("01234")
    errors = capsys.readouterr().err
    assert errors.count("is away") >= 1
    assert "Traceback" not in errors


@needs_broker
def test_readings_outlast_a_broker_that_restarts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    port = free_port()
    with MqttSink(Broker("127.0.0.1", port, TOPIC)) as sink:
        with broker_on(port, tmp_path), Listener(port) as heard:
            sink.show(frame(), reading("1"), 10.0)
            wait_until(heard.texts)
        wait_until(lambda: "is away" in capsys.readouterr().err)
        for text in ("2", "3", "4"):
            sink.show(frame(), reading(text), 10.0)
        with broker_on(port, tmp_path), Listener(port) as heard:
            wait_until(lambda: len(heard.texts()) >= 3)
            assert heard.texts()[-3:] == ["2", "3", "4"]
            assert "online" in heard.availability()


def test_a_broker_that_goes_as_the_camera_stops_ends_in_no_traceback() -> None:
    """It went between two lines: paho publishes nothing then, and says so when it is waited for."""
    pytest.importorskip("paho.mqtt.client", reason="paho-mqtt is not installed")
    with MqttSink(Broker("127.0.0.1", free_port(), TOPIC)) as sink:
        sink._connected = True  # nobody has noticed yet


@needs_broker
def test_only_so_many_readings_are_kept_and_the_newest_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    port = free_port()
    with MqttSink(Broker("127.0.0.1", port, TOPIC), most_kept=3) as sink:
        for index in range(10):
            sink.show(frame(index), reading(str(index)), 10.0)
        with broker_on(port, tmp_path), Listener(port) as heard:
            wait_until(lambda: len(heard.texts()) == 3)
            assert heard.texts() == list("789")
    assert "7 readings were too many to keep" in capsys.readouterr().err


@needs_broker
def test_the_broker_says_offline_when_the_machine_vanishes(tmp_path: Path) -> None:
    port = free_port()
    program = f"""
import os, sys, time
from edge.sinks.broker import Broker
from edge.sinks.mqtt import MqttSink
with MqttSink(Broker("127.0.0.1", {port}, {TOPIC!r})):
    sys.stdin.readline()
    os._exit(1)  # no goodbye, as when the cable is pulled
"""
    with broker_on(port, tmp_path), Listener(port) as heard:
        with subprocess.Popen(
            [sys.executable, "-c", program], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as process:
            wait_until(lambda: heard.availability() == ["online"])
            process.communicate(b"\n", timeout=20)
        wait_until(lambda: heard.availability() == ["online", "offline"])


@needs_broker
def test_a_password_that_is_refused_is_told_once_and_not_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    port = free_port()
    secret = "a password"  # noqa: S105
    broker = Broker("127.0.0.1", port, TOPIC, user="somebody", password=secret)
    with broker_on(port, tmp_path, "allow_anonymous false"), MqttSink(broker):
        time.sleep(2.5)
    errors = capsys.readouterr().err
    assert errors.count("is away (not authorized)") == 1
    assert secret not in errors + repr(broker)


@needs_paho
def test_a_broker_that_is_never_there_keeps_nobody_waiting() -> None:
    with MqttSink(Broker("127.0.0.1", free_port(), TOPIC)) as sink:
        began = time.monotonic()
        for index in range(2000):
            sink.show(frame(index), reading(str(index)), 10.0)
        assert len(sink._waiting) == 1000
    assert time.monotonic() - began < 30


def test_without_paho_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "paho.mqtt.client", None)
    with pytest.raises(MachineError, match="pip install paho-mqtt"), MqttSink(Broker("here")):
        pass


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param({"host": ""}, id="no host"),
        pytest.param({"host": "a", "port": 0}, id="port 0"),
        pytest.param({"host": "a", "qos": 3}, id="no such quality"),
        pytest.param({"host": "a", "topic": "all/#"}, id="a wildcard"),
        pytest.param({"host": "a", "topic": "/desk"}, id="a leading slash"),
        pytest.param({"host": "a", "discovery": "x/"}, id="a trailing slash"),
    ],
)
def test_a_broker_is_valid_from_birth(settings: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        Broker(**settings)


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("broker", ("broker", None)),
        ("10.0.0.1:1884", ("10.0.0.1", 1884)),
        ("[::1]:1883", ("::1", 1883)),
        ("mqtt://broker", None),
        ("user@broker", None),
        ("", None),
    ],
)
def test_a_broker_is_named_by_host_and_port(
    text: str, parsed: tuple[str, int | None] | None
) -> None:
    if parsed:
        assert parse_broker(text) == parsed
    else:
        with pytest.raises(InputError, match="--mqtt takes"):
            parse_broker(text)
