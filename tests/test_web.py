"""What the page promises: it shows what is read, while it is read."""

from __future__ import annotations

import contextlib
import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from edge.sinks.web import WebSink
from tests.browser import needs_chromium, open_browser
from tests.served import TOKEN, WEB, frame, reading, serving


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
