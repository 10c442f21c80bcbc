"""The sinks that the options of `edge.webcam` ask for."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from edge.controls import Controls
from edge.display import display_available
from edge.errors import InputError
from edge.frames import FrameSource
from edge.options import discovery_prefix
from edge.signs import NumberStyle
from edge.sinks import Sink
from edge.sinks.jsonlines import JsonLinesSink
from edge.sinks.minute import MinuteSink
from edge.sinks.text import TextSink


def network_sinks(args: argparse.Namespace, source: FrameSource, controls: Controls) -> list[Sink]:
    """The page and MQTT: told to be wrong before a camera is opened."""
    sinks: list[Sink] = []
    token = args.token or os.environ.get("EDGE_DIGITS_TOKEN") or None
    if args.serve:
        # Imported when asked for: http.server would cost every start a third of its time.
        from edge.sinks.web import WebSink, parse_address

        sinks.append(WebSink(parse_address(args.serve), token, source.name, controls))
    elif args.token:
        raise InputError("--token is the page's; add --serve HOST:PORT")
    if args.token:
        print(
            "--token can be read in this machine's list of processes; EDGE_DIGITS_TOKEN cannot",
            file=sys.stderr,
        )
    if args.mqtt:
        from edge.sinks.broker import Broker, parse_broker
        from edge.sinks.mqtt import MqttSink

        host, port = parse_broker(args.mqtt)
        sinks.append(
            MqttSink(
                Broker(
                    host,
                    port,
                    args.mqtt_topic,
                    args.mqtt_qos,
                    discovery_prefix(args.mqtt_discovery),
                    args.mqtt_user,
                    os.environ.get("EDGE_DIGITS_MQTT_PASSWORD"),
                    args.mqtt_tls,
                    args.mqtt_ca,
                )
            )
        )
    return sinks


def all_sinks(
    recorded: Path | None,
    args: argparse.Namespace,
    source: FrameSource,
    others: Sequence[Sink],
    controls: Controls,
) -> list[Sink]:
    """All that the options ask for, and a window where there can be one, else the text.

    Raises:
        InputError: options that do not go together.
    """
    pace = None if source.live else source.fps
    if args.raw and not recorded:
        raise InputError("--raw is for recordings; add --record FILE")
    if args.on_change and not args.json:
        raise InputError("--on-change is for --json; add it")
    if args.quiet and args.json:
        raise InputError("--json prints and --quiet does not; leave one of them out")
    # Recorded before it is printed: who stops the loop at a line finds its frame in the video.
    sinks: list[Sink] = []
    if recorded:
        from edge.sinks.record import RecordSink

        sinks.append(RecordSink(recorded, pace, raw=args.raw))
    sinks += others
    if args.json:
        signed = NumberStyle(args.numbers) is NumberStyle.SIGNED
        sinks.append(JsonLinesSink(on_change=args.on_change, signed=signed))
    if not args.no_window:
        if display_available():
            from edge.sinks.window import WindowSink

            return [*sinks, WindowSink(pace, controls, args.snapshots)]
        print("no display here: no window is opened; Ctrl-C ends it", file=sys.stderr)
    if not (args.json or args.quiet):
        sinks.append(TextSink())
    return [*sinks, MinuteSink()]


def record_path(recorded: Path | None, source: str) -> Path | None:
    """Where to record; raises InputError for the very file that is read."""
    try:
        same = recorded is not None and recorded.samefile(source)
    except OSError:  # one of them does not exist, or cannot, which whoever opens it tells
        same = False
    if same:
        raise InputError(f"recording to {recorded} would replace the source; name another file")
    return recorded
