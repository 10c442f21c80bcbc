"""What the page promises: it shows what is read, to whom it may, and never slows the loop."""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from edge.controls import Controls
from edge.errors import InputError
from edge.frames import Frame
from edge.reading import Detection, Number, Reading
from edge.sinks.web import WebSink, parse_address
from edge.web import access, server
from edge.web.access import Access
from tests.browser import needs_chromium, open_browser

TOKEN = "a token of some length"  # noqa: S105 - of the tests alone
EVERYWHERE = "0.0.0.0"  # noqa: S104 - nothing binds to it
WEB = Path(server.__file__).parent


def reading(text: str) -> Reading:
    """A reading of one line; every digit has its place and a bright input."""
    detections = tuple(
        Detection(
            (20 + 40 * place, 60, 30, 50),
            digit,
            0.9,
            np.eye(10, dtype=np.float32)[int(digit)],
            np.full((28, 28), 40 * place + 60, np.uint8),
        )
        for place, digit in enumerate(text)
    )
    numbers = (Number(text, (20, 60, 200, 50)),) if text else ()
    stages = {"ink": 1200.0, "segment": 900.0, "classify": 150.0}
    return Reading(detections, numbers, (text,) if text else (), stages)


def frame(index: int) -> Frame:
    """A page whose grey follows from its number."""
    return Frame(np.full((240, 320, 3), 40 + index % 8 * 25, np.uint8), index, index / 25)


@dataclass
class Served:
    """An open page with what stands behind it."""

    sink: WebSink
    controls: Controls
    port: int

    def ask(
        self,
        path: str,
        method: str = "GET",
        body: object = None,
        **headers: str,
    ) -> tuple[int, dict[str, str], bytes]:
        """One request on a connection of its own: status, headers, content."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        content = None
        if body is not None:
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            sent.setdefault("Content-Type", "application/json")
        try:
            connection.request(method, path, content, sent)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()


@contextlib.contextmanager
def serving(token: str | None = None, text: str | None = "314") -> Iterator[Served]:
    controls = Controls()
    with WebSink(("127.0.0.1", 0), token, "a test", controls) as sink:
        port = int(sink.url.rsplit(":", 1)[1].strip("/"))
        if text is not None:
            sink.show(frame(1), reading(text), 25.0)
        yield Served(sink, controls, port)


# What it shows


def test_the_picture_the_state_and_a_snapshot_are_those_of_the_newest_frame() -> None:
    with serving(text="12") as page:
        page.sink.show(frame(5), reading("314"), 24.0)
        status, headers, content = page.ask("/frame.jpg")
        assert (status, headers["Content-Type"]) == (200, "image/jpeg")
        picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
        assert picture is not None
        assert picture.shape == (240, 320, 3)
        assert np.ptp(picture.astype(int), axis=2).max() > 60, "nothing is drawn on it"
        state = json.loads(page.ask("/state.json")[2])
        assert (state["lines"], state["numbers"], state["frame"]) == (["314"], ["314"], 5)
        assert [one["digit"] for one in state["digits"]] == list("314")
        assert state["stages_us"] == {"ink": 1200.0, "segment": 900.0, "classify": 150.0}
        assert state["latency_ms"]["p50"] <= state["latency_ms"]["p95"]
        assert state["inputs"].startswith("data:image/png;base64,")
        status, headers, content = page.ask("/snapshot.jpg")
        assert status == 200
        assert 'filename="edge-digits-5.jpg"' in headers["Content-Disposition"]


def test_a_picture_comes_once_and_then_only_when_it_is_new() -> None:
    with serving() as page:
        version = page.ask("/frame.jpg")[1]["X-Version"]
        assert page.ask(f"/frame.jpg?after={version}")[0] == 204
        page.sink.show(frame(2), reading("9"), 25.0)
        assert page.ask(f"/frame.jpg?after={version}")[0] == 200
        assert page.ask("/frame.jpg?after=x")[0] == 200


def test_before_the_first_frame_there_is_a_page_and_no_picture() -> None:
    with serving(text=None) as page:
        assert page.ask("/")[0] == 200
        assert page.ask("/frame.jpg")[0] == 204
        assert page.ask("/snapshot.jpg")[0] == 503
        assert json.loads(page.ask("/state.json")[2])["lines"] == []


def test_the_page_takes_nothing_from_outside() -> None:
    for path in sorted(WEB.glob("page.*")):
        assert not re.search(r"(?:https?:)?//[a-z]", path.read_text("utf-8")), path


# Who may


@pytest.mark.parametrize(
    ("host", "token"),
    [
        pytest.param(EVERYWHERE, None, id="every address without a token"),
        pytest.param("192.168.1.5", None, id="an address of the network without a token"),
        pytest.param("camera.local", None, id="a name without a token"),
        pytest.param("127.0.0.1", "short", id="a short token"),
        pytest.param(EVERYWHERE, "", id="an empty token"),
    ],
)
def test_serving_to_the_network_needs_a_good_token(host: str, token: str | None) -> None:
    with pytest.raises(InputError, match="token"):
        Access(host, token)


@pytest.mark.parametrize(
    ("named", "may"),
    [
        pytest.param("127.0.0.1:8080", True, id="loopback"),
        pytest.param("localhost", True, id="its name"),
        pytest.param("[::1]:8080", True, id="version 6"),
        pytest.param("evil.example:8080", False, id="a foreign name turned to loopback"),
        pytest.param("", False, id="no name"),
    ],
)
def test_without_a_token_only_loopback_names_are_answered(named: str, may: bool) -> None:
    headers = Message()
    headers["Host"] = named
    assert Access("127.0.0.1", None).may_view(headers, "here") is may
    with serving() as page:
        assert page.ask("/frame.jpg", Host=named)[0] == (200 if may else 401)


def test_without_a_token_nothing_can_be_changed() -> None:
    with serving() as page:
        assert page.ask("/settings", "POST", {"threshold": 0.9})[0] == 403
        assert page.ask("/login", "POST", {"token": ""})[0] == 401
        assert page.controls.take_change() is None
        assert json.loads(page.ask("/state.json")[2])["may_change"] is False


def test_a_token_opens_the_page_by_a_cookie_that_does_not_hold_it(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with serving(TOKEN) as page:
        for path in (
            "/frame.jpg",
            "/state.json",
            "/snapshot.jpg",
            f"/state.json?token={TOKEN[:1]}",
        ):
            assert page.ask(path)[0] == 401
        assert page.ask("/login", "POST", {"token": TOKEN + "x"})[0] == 401
        status, headers, _ = page.ask("/login", "POST", {"token": TOKEN})
        assert status == 204
        cookie = headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        assert TOKEN not in cookie
        session = cookie.partition(";")[0]
        assert page.ask("/frame.jpg", Cookie=session)[0] == 200
        assert page.ask("/frame.jpg", Cookie=session[:-1] + "-")[0] == 401
        assert page.ask("/settings", "POST", {"threshold": 0.8}, Cookie=session)[0] == 204
        assert page.controls.take_change() == 0.8
        assert page.ask("/state.json", Authorization=f"Bearer {TOKEN}")[0] == 200
        assert page.ask("/state.json", Authorization="Bearer wrong")[0] == 401
    told = capfd.readouterr()
    assert TOKEN not in told.out + told.err, "the token was logged"


def test_a_wrong_token_can_be_tried_a_few_times_only(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Access(EVERYWHERE, TOKEN)
    assert [gate.log_in(f"guess {i}", "10.0.0.1") for i in range(5)] == [None] * 5
    assert gate.log_in(TOKEN, "10.0.0.1") is None, "it goes on guessing"
    assert gate.log_in(TOKEN, "10.0.0.2") is not None, "one guesser locks everybody out"
    monkeypatch.setattr(access, "_TRIES_IN_S", 0.0)
    assert gate.log_in(TOKEN, "10.0.0.1") is not None


def test_a_token_in_a_header_can_be_guessed_no_more_often_than_in_the_form() -> None:
    wrong, right = Message(), Message()
    wrong["Authorization"] = "Bearer a wrong one"
    right["Authorization"] = f"Bearer {TOKEN}"
    gate = Access(EVERYWHERE, TOKEN)
    assert not any(gate.may_view(wrong, "10.0.0.1") for _ in range(5))
    assert not gate.may_view(right, "10.0.0.1"), "it goes on guessing"
    assert gate.log_in(TOKEN, "10.0.0.1") is None, "the form is another way to guess"
    assert gate.may_view(right, "10.0.0.2"), "one guesser locks everybody out"


def test_a_session_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "SESSION_S", -1.0)
    gate = Access(EVERYWHERE, TOKEN)
    headers = Message()
    headers["Cookie"] = f"edge-digits={gate.log_in(TOKEN, 'here')}"
    assert not gate.may_view(headers, "here")


def test_another_sites_page_changes_nothing() -> None:
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    with serving(TOKEN) as page:
        body = {"threshold": 0.7}
        foreign = {**bearer, "Origin": "http://evil.example"}
        assert page.ask("/settings", "POST", body, **foreign)[0] == 403
        plain = {**bearer, "Content_Type": "text/plain"}
        assert page.ask("/settings", "POST", body, **plain)[0] == 415
        assert page.controls.take_change() is None
        own = {**bearer, "Origin": f"http://127.0.0.1:{page.port}"}
        assert page.ask("/settings", "POST", body, **own)[0] == 204


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'{"threshold": "much"}', b'{"threshold": NaN}', b"[" * 900],
)
def test_settings_that_make_no_sense_are_refused(body: bytes) -> None:
    with serving(TOKEN) as page:
        status, _, _ = page.ask("/settings", "POST", body, Authorization=f"Bearer {TOKEN}")
        assert status == 400
        assert page.controls.take_change() is None


def test_every_answer_carries_the_security_headers() -> None:
    with serving() as page:
        for path, method in [("/", "GET"), ("/frame.jpg", "GET"), ("/no", "GET"), ("/", "PUT")]:
            _, headers, content = page.ask(path, method)
            assert headers["Content-Security-Policy"].startswith("default-src 'none';")
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Cache-Control"] == "no-store"
            assert headers["Server"] == "edge-digits", "it tells its versions"
            assert b"Traceback" not in content
        assert page.ask("/../access.py")[0] == 404
        assert page.ask("/page.html/../handler.py")[0] == 404


# What a client may take


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
    with serving() as page, socket.create_connection(("127.0.0.1", page.port), 20) as slow:
        with contextlib.suppress(ConnectionError):
            for byte in b"GET / HTTP/1.1\r\nX: " + b"y" * 200:
                slow.sendall(bytes([byte]))
                time.sleep(0.05)
        with contextlib.suppress(ConnectionError):
            assert slow.recv(100) == b""


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


# In a browser


@contextlib.contextmanager
def filming(sink: WebSink) -> Iterator[None]:
    """Frames that change, and numbers that count."""
    stop = threading.Event()

    def film() -> None:
        index = 0
        while not stop.wait(0.04):
            index += 1
            sink.show(frame(index), reading(str(100 + index // 10)), 25.0)

    thread = threading.Thread(target=film)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


PIXEL = """(() => {
  const picture = document.getElementById('picture');
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  const context = canvas.getContext('2d');
  context.drawImage(picture, 2, 2, 1, 1, 0, 0, 1, 1);
  return picture.naturalWidth ? context.getImageData(0, 0, 1, 1).data[0] : -1;
})()"""


@needs_chromium
@pytest.mark.parametrize("width", [1280, 390], ids=["wide", "phone"])
def test_in_a_browser_the_picture_moves_and_the_numbers_change(tmp_path: Path, width: int) -> None:
    with serving() as page, filming(page.sink), open_browser(tmp_path) as browser:
        browser.open(page.sink.url, width)
        browser.wait_for("document.getElementById('picture').naturalWidth === 320")
        first = browser.ask(PIXEL)
        browser.wait_for(f"Math.abs({PIXEL} - {first}) > 10")
        number = "document.getElementById('lines').textContent"
        before = browser.wait_for(f"/^[0-9]+$/.test({number}) && {number}")
        browser.wait_for(f"{number} > {before!r}")
        browser.wait_for("document.querySelectorAll('#inputs canvas').length === 3")
        browser.wait_for("document.querySelectorAll('#stages .bar').length === 3")
        bars: Any = "[...document.querySelectorAll('#stages .bar')].map((b) => b.clientWidth)"
        ink, segment, classify = browser.ask(bars)
        assert ink > segment > classify > 0
        assert browser.ask("document.documentElement.scrollWidth") <= width
        buttons = browser.ask("document.getElementById('snapshot').getBoundingClientRect().height")
        assert buttons >= 44, "too small for a thumb"
        assert browser.ask("document.getElementById('threshold').disabled")
        assert browser.complaints == []


@needs_chromium
def test_in_a_browser_the_token_opens_the_page_and_stays_out_of_its_address(
    tmp_path: Path,
) -> None:
    with serving(TOKEN) as page, filming(page.sink), open_browser(tmp_path) as browser:
        browser.open(page.sink.url, 390)
        browser.wait_for("!document.getElementById('login').hidden")
        assert browser.ask("document.getElementById('live').hidden")
        enter = (
            "document.getElementById('token').value = {};"
            "document.querySelector('#login button').click()"
        )
        browser.ask(enter.format("'a wrong token, long'"))
        browser.wait_for("!document.getElementById('refused').hidden")
        browser.ask(enter.format(repr(TOKEN)))
        browser.wait_for("document.getElementById('picture').naturalWidth === 320")
        assert browser.ask("location.href") == page.sink.url
        assert TOKEN not in browser.ask("document.cookie + document.documentElement.outerHTML")
        browser.wait_for("!document.getElementById('threshold').disabled")
        browser.ask(
            "(() => { const t = document.getElementById('threshold'); t.value = 0.8;"
            "t.dispatchEvent(new Event('change')); })()"
        )
        browser.wait_for("document.getElementById('threshold-value').textContent === '0.80'")
        assert page.controls.take_change() == 0.8
