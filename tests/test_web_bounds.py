"""What a client of the page may take: it never slows the loop."""

from __future__ import annotations

import contextlib
import http.client
import socket
import time

import numpy as np
import pytest

from edge.controls import Controls
from edge.errors import InputError
from edge.frames import Frame
from edge.sinks.web import WebSink, parse_address
from edge.web import server
from tests.served import TOKEN, frame, reading, serving


def test_a_request_that_is_too_large_is_refused() -> None:
    with serving(TOKEN) as page:
        assert page.ask("/", X_Long="a" * 20_000)[0] == 431
        assert page.ask("/login", "POST", {"token": "a" * 5000})[0] == 413
        with socket.create_connection(("127.0.0.1", page.port), 10) as raw:
            raw.sendall(b"GET /" + b"a" * 70_000)
            assert b"4" in raw.recv(100)[:10], "it was taken"


def test_only_so_many_clients_are_served_at_once() -> None:
    with serving() as page, contextlib.ExitStack() as stack:
        for _ in range(server.MOST_CLIENTS):
            stack.enter_context(socket.create_connection(("127.0.0.1", page.port), 10))
        until = time.monotonic() + 10
        while time.monotonic() < until:
            with contextlib.suppress(ConnectionError):
                if page.ask("/")[0] == 503:
                    break
        else:
            pytest.fail("there is no bound")


def test_a_client_that_does_not_read_is_cut_off_and_never_slows_the_loop(
    monkeypatch: pytest.MonkeyPatch, rng: np.random.Generator
) -> None:
    deadline_s = 1.5
    monkeypatch.setattr("edge.web.server.DEADLINE_S", deadline_s)
    monkeypatch.setattr("edge.web.handler.PageHandler.timeout", deadline_s)
    noise = rng.integers(0, 256, (720, 1280, 3), np.uint8)  # a JPEG of about a megabyte
    with serving() as page:
        page.sink.show(Frame(noise, 2, 0.1), reading("7"), 25.0)
        with socket.socket() as slow:
            slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            slow.connect(("127.0.0.1", page.port))
            slow.sendall(b"GET /snapshot.jpg HTTP/1.1\r\nHost: localhost\r\n\r\n" * 20)
            spent = []
            for index in range(200):
                began = time.perf_counter()
                page.sink.show(frame(index), reading("7"), 25.0)
                spent.append(time.perf_counter() - began)
                time.sleep(0.005)
            slow.settimeout(20)
            received = 1
            with contextlib.suppress(ConnectionError):
                while received:  # ends only because the server cuts it off
                    received = len(slow.recv(1 << 16))
        # A loop that waited for the client would have taken its whole time at least once.
        assert max(spent) < deadline_s
        assert page.ask("/")[0] == 200


def test_a_client_that_sends_a_byte_now_and_then_is_cut_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("edge.web.server.DEADLINE_S", 0.3)

    def dawdle(slow: socket.socket) -> None:
        for byte in b"GET / HTTP/1.1\r\nX: " + b"y" * 200:
            slow.sendall(bytes([byte]))
            time.sleep(0.05)

    with serving() as page, socket.create_connection(("127.0.0.1", page.port), 20) as slow:
        with pytest.raises(ConnectionError):  # no byte is late, only the request as a whole
            dawdle(slow)
        assert page.ask("/")[0] == 200


def test_a_port_that_is_taken_is_told_in_one_line() -> None:
    with serving() as page:
        other = WebSink(("127.0.0.1", page.port), None, "a test", Controls())
        with pytest.raises(InputError, match="the port is taken; name another"), other:
            pass


def test_it_serves_on_version_6_as_well() -> None:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        pytest.skip("this machine has no ::1")
    with WebSink(("::1", 0), None, "a test", Controls()) as sink:
        assert sink.url.startswith("http://[::1]:")
        port = int(sink.url.rsplit(":", 1)[1].strip("/"))
        connection = http.client.HTTPConnection("::1", port, timeout=30)
        connection.request("GET", "/state.json")
        assert connection.getresponse().status == 200
        connection.close()


@pytest.mark.parametrize(
    ("text", "address"),
    [
        pytest.param("127.0.0.1:8080", ("127.0.0.1", 8080), id="version 4"),
        pytest.param("8080", ("127.0.0.1", 8080), id="a port is loopback's"),
        pytest.param("[::1]:80", ("::1", 80), id="version 6"),
        pytest.param("camera.local:1", ("camera.local", 1), id="a name"),
        pytest.param("here", None, id="no port"),
        pytest.param("a b:80", None, id="a space"),
        pytest.param("::1:80", None, id="version 6 without brackets"),
        pytest.param("127.0.0.1:99999", None, id="no such port"),
    ],
)
def test_an_address_is_a_host_and_a_port(text: str, address: tuple[str, int] | None) -> None:
    if address:
        assert parse_address(text) == address
    else:
        with pytest.raises(InputError, match="--serve takes"):
            parse_address(text)
