"""MQTT over TLS: a broker proves who it is before it is told anything."""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path

import pytest

from benchmarks.soak.process import free_port
from edge.errors import InputError
from edge.sinks.broker import Broker
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

NO_LOOPBACK = "0.0.0.0"  # noqa: S104 - refuses at once where nobody listens
OPENSSL = shutil.which("openssl")
needs_openssl = pytest.mark.skipif(
    OPENSSL is None, reason="openssl is not installed (Debian: apt install openssl)"
)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an authority of our own (ca.pem), and its certificate for 127.0.0.1."""
    folder = tmp_path_factory.mktemp("authority")

    def openssl(*arguments: str) -> None:
        subprocess.run([str(OPENSSL), *arguments], cwd=folder, check=True, capture_output=True)

    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    openssl("req", "-x509", *key, "-days", "2", "-subj", "/CN=tests", "-keyout", "ca.key",
            "-out", "ca.pem", "-addext", "keyUsage=critical,keyCertSign")  # fmt: skip
    openssl("req", *key, "-subj", "/CN=broker", "-keyout", "broker.key", "-out", "broker.csr")
    (folder / "names").write_text(
        "subjectAltName=IP:127.0.0.1\nauthorityKeyIdentifier=keyid\nsubjectKeyIdentifier=hash\n"
    )
    openssl("x509", "-req", "-in", "broker.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-days", "2",
            "-extfile", "names", "-out", "broker.pem")  # fmt: skip
    return folder


def encrypted(folder: Path) -> tuple[str, ...]:
    """The lines that make a listener speak TLS alone."""
    return (
        "allow_anonymous true",
        f"certfile {folder / 'broker.pem'}",
        f"keyfile {folder / 'broker.key'}",
        "user root",  # started by root, it would become one who may not enter the folder
    )


@needs_broker
@needs_openssl
def test_an_encrypted_broker_is_taken_when_its_authority_is_trusted(
    tmp_path: Path, authority: Path
) -> None:
    port = free_port()
    broker = Broker("127.0.0.1", port, TOPIC, tls=True, ca=authority / "ca.pem")
    with (
        broker_on(port, tmp_path, *encrypted(authority)),
        Listener(port, authority / "ca.pem") as heard,
        MqttSink(broker) as sink,
    ):
        wait_until(heard.availability)
        sink.show(frame(), reading("314"), 10.0)
        wait_until(heard.texts)
    assert heard.texts() == ["314"]


@needs_broker
@needs_openssl
# paho leaves the socket of a failed handshake to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(
    ("host", "trusted"),
    [
        pytest.param("127.0.0.1", False, id="an authority that the system does not know"),
        pytest.param("localhost", True, id="a certificate for another name"),
    ],
)
def test_an_encrypted_broker_that_cannot_prove_itself_gets_nothing(
    tmp_path: Path, authority: Path, capsys: pytest.CaptureFixture[str], host: str, trusted: bool
) -> None:
    port = free_port()
    ca = authority / "ca.pem"
    secret = "a password"  # noqa: S105
    broker = Broker(
        host, port, TOPIC, user="a", password=secret, tls=True, ca=ca if trusted else None
    )
    with broker_on(port, tmp_path, *encrypted(authority)), Listener(port, ca) as heard:
        with MqttSink(broker) as sink:
            sink.show(frame(), reading("314"), 10.0)
            time.sleep(2.5)
            assert not sink._connected
        assert heard.messages == []
    errors = capsys.readouterr().err
    assert errors.count("is away") == 1
    assert "1 readings were not sent" in errors


@needs_paho
def test_an_authority_that_cannot_be_read_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "no.pem").write_text("no certificate")
    for name, reason in (("no.pem", "no PEM file"), ("missing.pem", "No such file")):
        broker = Broker("here", tls=True, ca=tmp_path / name)
        with pytest.raises(InputError, match=reason), MqttSink(broker):
            pass


@needs_paho
@pytest.mark.parametrize(
    ("host", "tls", "warned"),
    [
        pytest.param(NO_LOOPBACK, False, True, id="to the network"),
        pytest.param(NO_LOOPBACK, True, False, id="encrypted"),
        pytest.param("127.0.0.1", False, False, id="within this machine"),
    ],
)
def test_a_password_that_would_travel_readable_is_told_of(
    capsys: pytest.CaptureFixture[str], host: str, tls: bool, warned: bool
) -> None:
    with MqttSink(Broker(host, free_port(), TOPIC, user="a", password="secret!", tls=tls)):  # noqa: S106
        pass
    errors = capsys.readouterr().err
    assert ("unencrypted" in errors) is warned
    assert "secret!" not in errors
