"""Who may look and who may change: loopback, or a token.

Without a token the page serves this machine only, and only under a loopback name: a
foreign site whose name was turned to 127.0.0.1 would else read the camera through the
owner's browser. A token comes by a form and stays out of every URL; what the browser keeps
is a cookie with a random session, not the token.
"""

from __future__ import annotations

import hmac
import secrets
import threading
import time
from collections import OrderedDict, deque
from email.message import Message

from edge.errors import InputError
from edge.loopback import is_loopback

COOKIE = "edge-digits"
LEAST_TOKEN = 12
"""Shortest token, in characters."""

SESSION_S = 12 * 3600.0
_MOST_SESSIONS = 64
_MOST_ADDRESSES = 256
_TRIES, _TRIES_IN_S = 5, 60.0


class Access:
    """Decides by a request's headers."""

    def __init__(self, host: str, token: str | None) -> None:
        """Takes the address to listen on and the token, None for none.

        Raises:
            InputError: another address than loopback without a token, or one too short.
        """
        if token is not None and len(token) < LEAST_TOKEN:
            raise InputError(f"a token needs at least {LEAST_TOKEN} characters; make it longer")
        if token is None and not is_loopback(host):
            raise InputError(
                f"serving on {host} shows the camera to the network; add --token, or serve on "
                "127.0.0.1"
            )
        self._token = token.encode() if token is not None else None
        self._host = host
        self._lock = threading.Lock()
        self._sessions: deque[tuple[bytes, float]] = deque(maxlen=_MOST_SESSIONS)
        self._failures: OrderedDict[str, list[float]] = OrderedDict()

    def may_view(self, headers: Message, address: str) -> bool:
        """Whether a request from an address may see the picture and the readings."""
        if self._token is None:
            return self._names_us(headers)
        return self._is_known(headers, address)

    def may_change(self, headers: Message, address: str) -> bool:
        """Whether a request from an address may change settings: never without a token."""
        return self._token is not None and self._is_known(headers, address)

    def is_foreign(self, headers: Message) -> bool:
        """Whether another site's page sent the request."""
        origin = headers.get("Origin")
        if origin is None:
            return False
        site = origin.partition("://")[2]  # nothing of "null"
        return not site or site != headers.get("Host", "")

    def log_in(self, offered: str, address: str) -> str | None:
        """A new session for the right token, None for a wrong one or too many of them."""
        if not self._is_token(offered, address):
            return None
        session = secrets.token_urlsafe(32)
        with self._lock:
            self._sessions.append((session.encode(), time.monotonic() + SESSION_S))
        return session

    def _is_token(self, offered: str, address: str) -> bool:
        """Whether it is the token; an address that guessed too often is told no at once."""
        now = time.monotonic()
        with self._lock:
            recent = [at for at in self._failures.get(address, []) if now - at < _TRIES_IN_S]
            if self._token is None or len(recent) >= _TRIES:
                return False
            if hmac.compare_digest(offered.encode(), self._token):
                return True
            self._failures[address] = [*recent, now]
            self._failures.move_to_end(address)
            while len(self._failures) > _MOST_ADDRESSES:
                self._failures.popitem(last=False)
            return False

    def _is_known(self, headers: Message, address: str) -> bool:
        scheme, _, offered = headers.get("Authorization", "").partition(" ")
        if self._token is not None and scheme.lower() == "bearer":
            return self._is_token(offered.strip(), address)
        value, now = _session(headers).encode(), time.monotonic()
        with self._lock:
            known = [
                hmac.compare_digest(value, session) and now < until
                for session, until in self._sessions
            ]
        return any(known)

    def _names_us(self, headers: Message) -> bool:
        host = headers.get("Host", "")
        name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
        return name == self._host or is_loopback(name)


def _session(headers: Message) -> str:
    """The session that a browser sent, "" for none.

    Not by http.cookies: until 2024 its time grew with the square of a quoted value's length,
    and a stranger's 16 kB took the core from the loop for seconds.
    """
    for pair in ";".join(headers.get_all("Cookie", [])).split(";"):
        name, _, value = pair.strip().partition("=")
        if name == COOKIE:
            return value
    return ""
