"""The command line of the live loop."""

from __future__ import annotations

import argparse
import os
import re
from pathlib import Path

from edge.parser import QuickParser
from edge.reading_options import add_model, add_numbers
from edge.sources import FLIPS, ROTATIONS, TAKES

_NO_DISCOVERY = "none"


def build_parser() -> argparse.ArgumentParser:
    """All options of `python -m edge.webcam`, in groups."""
    parser = QuickParser(
        prog="python -m edge.webcam",
        description="Read handwritten digits live. q, Esc or Ctrl-C ends it; h in the window "
        "names the other keys.",
    )
    add_model(parser)
    parser.add_argument("--frames", type=_positive, metavar="N", help="stop after N frames")
    _add_source(parser)
    _add_reading(parser)
    _add_sinks(parser)
    _add_mqtt(parser)
    return parser


def _add_source(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("source")
    group.add_argument(
        "--source",
        default=os.environ.get("EDGE_DIGITS_SOURCE") or "0",
        help=f"{TAKES} (default: EDGE_DIGITS_SOURCE, the place for an address with a password in "
        "it, else 0)",
    )
    group.add_argument("--list", action="store_true", help="list the cameras found, and end")
    group.add_argument("--size", type=_size, metavar="WxH", help="ask the camera for this size")
    group.add_argument("--fps", type=_positive, metavar="N", help="ask the camera for this rate")
    group.add_argument("--rotate", type=int, choices=ROTATIONS, help="turn clockwise, degrees")
    group.add_argument("--flip", choices=FLIPS, help="mirror the picture")
    group.add_argument(
        "--roi", type=_roi, metavar="X,Y,W,H", help="read this part, in pixels of what is shown"
    )
    group.add_argument(
        "--retry",
        type=_natural,
        metavar="N",
        help="how often to try again when a live source is lost; 0 ends it (default: for ever)",
    )


def _add_reading(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("reading")
    group.add_argument(
        "--no-tracking", action="store_true", help="read each frame by itself, without memory"
    )
    group.add_argument(
        "--every-frame", action="store_true", help="read still scenes again and again as well"
    )
    add_numbers(group)


def _add_sinks(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("what is done with it")
    group.add_argument("--json", action="store_true", help="one JSON object a frame on stdout")
    group.add_argument(
        "--on-change", action="store_true", help="with --json: only when the lines change"
    )
    group.add_argument(
        "--record", type=Path, metavar="FILE", help="write the annotated video: .avi or .mp4"
    )
    group.add_argument(
        "--raw", action="store_true", help="with --record: the frames as they came, undrawn"
    )
    group.add_argument(
        "--no-window",
        action="store_true",
        help="open no window; the text is printed instead, whenever it changes",
    )
    group.add_argument(
        "--quiet", action="store_true", help="without a window: do not print the text"
    )
    group.add_argument(
        "--snapshots",
        type=Path,
        default=Path("snapshots"),
        metavar="DIR",
        help="where the window's s key writes (default: %(default)s)",
    )
    group.add_argument("--serve", metavar="HOST:PORT", help="serve a page, such as 127.0.0.1:8080")
    group.add_argument(
        "--token",
        help="what the page asks for; needed beyond 127.0.0.1. Better in EDGE_DIGITS_TOKEN: "
        "every user of a machine sees its command lines",
    )


def _add_mqtt(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("MQTT")
    group.add_argument("--mqtt", metavar="HOST[:PORT]", help="publish readings to this broker")
    group.add_argument(
        "--mqtt-topic", default="", metavar="TOPIC", help="(default: edge-digits/HOSTNAME)"
    )
    group.add_argument("--mqtt-qos", type=int, choices=(0, 1, 2), default=1)
    group.add_argument(
        "--mqtt-user", metavar="NAME", help="the password is EDGE_DIGITS_MQTT_PASSWORD"
    )
    group.add_argument("--mqtt-tls", action="store_true", help="encrypt, and check the broker")
    group.add_argument(
        "--mqtt-ca",
        type=Path,
        metavar="FILE",
        help="with TLS: trust the certificates that this PEM file vouches for, in place of the "
        "system's",
    )
    group.add_argument(
        "--mqtt-discovery",
        default="homeassistant",
        metavar="PREFIX",
        help=f"of Home Assistant; {_NO_DISCOVERY} announces nothing (default: %(default)s)",
    )


def discovery_prefix(text: str) -> str:
    """The prefix, "" for none."""
    return "" if text == _NO_DISCOVERY else text


def _positive(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or int(text[:9]) < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number from 1, not {text!r}")
    return int(text[:9])


def _natural(text: str) -> int:
    return 0 if text == "0" else _positive(text)


def _size(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"([1-9][0-9]{0,4})x([1-9][0-9]{0,4})", text)
    if found is None:
        raise argparse.ArgumentTypeError(f"must be WIDTHxHEIGHT such as 640x480, not {text!r}")
    return int(found[1]), int(found[2])


def _roi(text: str) -> tuple[int, int, int, int]:
    found = re.fullmatch(r"([0-9]{1,5}),([0-9]{1,5}),([1-9][0-9]{0,4}),([1-9][0-9]{0,4})", text)
    if found is None:
        raise argparse.ArgumentTypeError(f"must be X,Y,W,H such as 100,50,320,240, not {text!r}")
    x, y, w, h = map(int, found.groups())
    return x, y, w, h
