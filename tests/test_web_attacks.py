"""What a stranger may try on the page: each is answered, and none holds up the loop."""

from __future__ import annotations

import socket
import threading
import time
from email.message import Message

import pytest

from edge.web import server
from edge.web.access import Access
from edge.web.server import BoundedServer
from tests.served import TOKEN, Served, frame, reading, serving

BEARER = f"Authorization: Bearer {TOKEN}"


def spoken(page: Served, *lines: str, body: bytes = b"") -> bytes:
    """All that the server says to a head of these lines, until it closes or has no more."""
    with socket.create_connection(("127.0.0.1", page.port), 20) as raw:
        raw.sendall("\r\n".join([*lines, "", ""]).encode("latin-1") + body)
        raw.shutdown(socket.SHUT_WR)
        found = b""
        while more := raw.recv(1 << 16):
            found += more
        return found


def posted(page: Served, length: str, body: bytes = b"") -> bytes:
    return spoken(
        page, "POST /settings HTTP/1.1", "Host: localhost", BEARER,
        "Content-Type: application/json", f"Content-Length: {length}", body=body,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("length", "status"),
    [
        pytest.param("0000000009999999999", b" 413 ", id="behind noughts"),
        pytest.param("0" * 5000, b" 413 ", id="more digits than Python reads"),
        pytest.param("1025", b" 413 ", id="one more than may be"),
        pytest.param("-1", b" 411 ", id="negative"),
        pytest.param("1_0", b" 411 ", id="not digits alone"),
        pytest.param("\xb2", b" 411 ", id="a raised two"),
        pytest.param("5, 5", b" 411 ", id="twice"),
        pytest.param("0", b" 400 ", id="nothing"),
    ],
)
def test_a_length_that_is_none_is_refused(length: str, status: bytes) -> None:
    with serving(TOKEN) as page:
        assert status in posted(page, length)[:20]
        assert page.controls.take_change() is None


def test_a_body_in_chunks_is_refused_and_nothing_of_it_is_a_request() -> None:
    with serving(TOKEN) as page:
        said = spoken(
            page, "POST /settings HTTP/1.1", "Host: localhost", BEARER,
            "Content-Type: application/json", "Transfer-Encoding: chunked",
            body=b"0\r\n\r\nGET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        )  # fmt: skip
        assert said.count(b"HTTP/1.1 ") == 1
        assert b" 411 " in said[:20]


@pytest.mark.parametrize("told", ["Content-Length: 45", "Transfer-Encoding: chunked"])
def test_a_body_where_none_belongs_is_not_the_next_request(told: str) -> None:
    """Behind a proxy it would be answered to whoever comes next."""
    with serving() as page:
        hidden = b"GET /state.json HTTP/1.1\r\nHost: localhost\r\n\r\n"
        said = spoken(page, "GET /page.css HTTP/1.1", "Host: localhost", told, body=hidden)
        assert said.count(b"HTTP/1.1 ") == 1
        assert b"\r\nConnection: close\r\n" in said


@pytest.mark.parametrize(
    ("line", "status"),
    [
        pytest.param("GET //[ HTTP/1.1", b" 404 ", id="no address"),
        pytest.param("GET http://[::1 HTTP/1.1", b" 400 ", id="a broken one"),
        pytest.param("GET /../../../../etc/passwd HTTP/1.1", b" 404 ", id="out of its folder"),
        pytest.param("GET /%2e%2e/handler.py HTTP/1.1", b" 404 ", id="out, written otherwise"),
        pytest.param("GET /page.css%00.html HTTP/1.1", b" 404 ", id="a nought"),
        pytest.param("OPTIONS * HTTP/1.1", b" 501 ", id="options"),
        pytest.param("CONNECT evil.example:443 HTTP/1.1", b" 501 ", id="a proxy"),
        pytest.param("GET / HTTP/9.9", b"505 ", id="another version"),
    ],
)
def test_an_odd_request_is_answered(line: str, status: bytes) -> None:
    with serving() as page:
        said = spoken(page, line, "Host: localhost", "Upgrade: websocket", "Connection: close")
        assert status in said[:20]
        assert b"root:" not in said
        assert b"Access-Control" not in said, "it lets other sites in"


def test_a_threshold_too_large_for_a_float_is_refused() -> None:
    with serving(TOKEN) as page:
        body = b'{"threshold": 1' + b"0" * 400 + b"}"
        assert b" 400 " in posted(page, str(len(body)), body)[:20]


def test_a_head_alone_can_be_asked_for() -> None:
    with serving() as page:
        whole, head = page.ask("/"), page.ask("/", "HEAD")
        assert (head[0], head[2]) == (200, b"")
        assert head[1]["Content-Length"] == whole[1]["Content-Length"]
        assert page.ask("/none", "HEAD")[0] == 404
        assert page.ask("/state.json", "HEAD", Host="evil.example")[0] == 401


def test_a_cookie_of_quotes_takes_no_time_from_the_loop() -> None:
    """Python's own reader took two seconds for this one."""
    headers = Message()
    headers["Cookie"] = 'edge-digits="' + "\\" * 15_000 + '"'
    gate = Access("127.0.0.1", TOKEN)
    began = time.process_time()
    assert not gate.may_view(headers, "here")
    assert time.process_time() - began < 0.2


def test_a_session_is_found_among_other_cookies() -> None:
    gate = Access("127.0.0.1", TOKEN)
    session = gate.log_in(TOKEN, "here")
    for cookies, may in [
        (f"a=b; edge-digits={session}; c", True),
        (f"a=b;edge-digits={session}", True),
        (f"xedge-digits={session}", False),
        ("edge-digits=", False),
        ("edge-digits", False),
        ("", False),
    ]:
        headers = Message()
        headers["Cookie"] = cookies
        assert gate.may_view(headers, "here") is may, cookies


@pytest.mark.parametrize(
    ("origin", "host", "foreign"),
    [
        pytest.param(None, "localhost:80", False, id="no page"),
        pytest.param("http://localhost:80", "localhost:80", False, id="its own"),
        pytest.param("https://pi.example", "pi.example", False, id="its own behind a proxy"),
        pytest.param("http://localhost:81", "localhost:80", True, id="another port"),
        pytest.param("http://evil.example", "localhost", True, id="another site"),
        pytest.param("null", "localhost", True, id="a page without a site"),
        pytest.param("null", None, True, id="the same, of nobody"),
        pytest.param("", None, True, id="nothing"),
    ],
)
def test_who_is_foreign(origin: str | None, host: str | None, foreign: bool) -> None:
    headers = Message()
    for name, value in (("Origin", origin), ("Host", host)):
        if value is not None:
            headers[name] = value
    assert Access("127.0.0.1", TOKEN).is_foreign(headers) is foreign


def test_guesses_in_a_header_take_as_long_as_those_in_the_form(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("edge.web.handler._WRONG_S", 0.3)
    with serving(TOKEN) as page:
        for path, method in [("/state.json", "GET"), ("/settings", "POST")]:
            began = time.monotonic()
            body = {"threshold": 0.5} if method == "POST" else None
            assert page.ask(path, method, body, Authorization="Bearer guess")[0] in (401, 403)
            assert time.monotonic() - began >= 0.3


def test_one_address_cannot_take_every_place() -> None:
    answered: list[str] = []

    class Open(BoundedServer):
        def finish_request(self, request: socket.socket, client_address: tuple[str, int]) -> None:
            answered.append(client_address[0])
            over.wait(20)

    over = threading.Event()
    with Open(("127.0.0.1", 0), server.BaseHTTPRequestHandler) as one:
        pairs = [socket.socketpair() for _ in range(4 + server.MOST_CLIENTS)]
        addresses = ["2001:db8::" + str(i) for i in range(server.MOST_CLIENTS)]
        for (mine, _), address in zip(pairs, [*addresses, *["10.0.0.1"] * 4], strict=True):
            one.process_request(mine, (address, 1))
        over.set()
        for mine, theirs in pairs:
            theirs.close()
            mine.close()
    turned_away = server.MOST_CLIENTS - server.MOST_FROM_ONE
    assert sum(one.startswith("2001") for one in answered) == server.MOST_FROM_ONE
    assert answered.count("10.0.0.1") == turned_away == 4


def test_hundreds_of_connections_leave_the_loop_and_the_page_alone() -> None:
    with serving() as page:
        began, spent = threading.active_count(), []
        for index in range(200):
            with socket.create_connection(("127.0.0.1", page.port), 20) as raw:
                raw.sendall(b"GET / HTT")
            at = time.perf_counter()
            page.sink.show(frame(index), reading("7"), 25.0)
            spent.append(time.perf_counter() - at)
        assert threading.active_count() <= began + server.MOST_CLIENTS
        assert sorted(spent)[190] < 0.1
        until = time.monotonic() + 20
        while page.ask("/")[0] != 200:
            assert time.monotonic() < until, "it serves nobody any more"
