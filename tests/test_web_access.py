"""To whom the page shows what is read, and who may change it."""

from __future__ import annotations

import json
from email.message import Message

import pytest

from edge.errors import InputError
from edge.web import access
from edge.web.access import Access
from tests.served import TOKEN, serving

EVERYWHERE = "0.0.0.0"  # noqa: S104 - nothing binds to it


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
