"""The live loop: `python -m edge.webcam [--source 0] [--json] [--serve HOST:PORT] ...`."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import FrameType

import cv2

from edge.command import command
from edge.controls import ControlledFrames, Controls
from edge.display import display_available
from edge.errors import InputError
from edge.frames import FrameSource
from edge.loop import read_live
from edge.notify import Watchdog
from edge.options import build_parser, discovery_prefix
from edge.reader import Reader
from edge.session import Session, open_session
from edge.sinks import Sink
from edge.sinks.jsonlines import JsonLinesSink
from edge.sinks.minute import MinuteSink
from edge.sinks.text import TextSink
from edge.sources import open_source
from edge.sources.shaped import Shape, ShapedSource
from edge.steady import FrameReader, SingleFrames, SteadyFrames


@command
def main(argv: Sequence[str] | None = None) -> int:
    """Reads a camera, a video or pictures until they end or are stopped."""
    args = build_parser().parse_args(argv)
    _calm_opencv()
    if args.list:
        from edge.sources.listing import print_cameras

        print_cameras()
        return 0
    with ExitStack() as stack:
        for number in (signal.SIGINT, signal.SIGTERM):
            stack.callback(signal.signal, number, signal.getsignal(number))
        _stop_once()
        watchdog, controls = Watchdog(), Controls()
        try:
            source = _source(args, watchdog)
            recorded = _record_path(args.record, args.source)
            session = open_session(args.model)
            reader = _reader(args, session, controls, film=source.film)
            sinks = _quick_sinks(args, source, controls)
            stack.enter_context(source)
            sinks = _ordered(recorded, args, source, sinks, controls)
            for sink in sinks:
                stack.enter_context(sink)
            watchdog.ready()
            read_live(source, reader, sinks, args.frames, watchdog.alive)
        except KeyboardInterrupt:
            pass  # stopping is how a live loop ends
        watchdog.ending()
    return 0


def _stop_once() -> None:
    """Makes Ctrl-C and SIGTERM end the loop, and whatever follows them do nothing.

    A second one must not cost the recording that is being finished.
    """

    def stop(signum: int, frame: FrameType | None) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)


def _source(args: argparse.Namespace, watchdog: Watchdog) -> FrameSource:
    """What --source names, tried again when it is lost, turned and cut as asked."""

    def make() -> FrameSource:
        return open_source(args.source, size=args.size, fps=args.fps)

    source = make()
    if source.live and args.retry != 0:
        from edge.sources.retry import RetryingSource

        source = RetryingSource(source.name, make, args.retry, watchdog.alive)
    shape = Shape(args.rotate or 0, args.flip, args.roi)
    return ShapedSource(source, shape) if shape else source


def _reader(
    args: argparse.Namespace, session: Session, controls: Controls, *, film: bool
) -> FrameReader:
    """Photos are read one by one; a film is tracked, and its still scenes skipped."""
    reader = Reader(session)
    frames: FrameReader = SingleFrames(reader)
    if film:
        frames = SteadyFrames(
            reader, session.artifact.labels, track=not args.no_tracking, skip=not args.every_frame
        )
    return ControlledFrames(frames, session, controls)


def _quick_sinks(args: argparse.Namespace, source: FrameSource, controls: Controls) -> list[Sink]:
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


def _ordered(
    recorded: Path | None,
    args: argparse.Namespace,
    source: FrameSource,
    others: Sequence[Sink],
    controls: Controls,
) -> list[Sink]:
    """All that the options ask for, and a window where there can be one."""
    pace = None if source.live else source.fps
    if args.raw and not recorded:
        raise InputError("--raw is for recordings; add --record FILE")
    if args.on_change and not args.json:
        raise InputError("--on-change is for --json; add it")
    # Recorded before it is printed: who stops the loop at a line finds its frame in the video.
    sinks: list[Sink] = []
    if recorded:
        from edge.sinks.record import RecordSink

        sinks.append(RecordSink(recorded, pace, raw=args.raw))
    sinks += others
    if args.json:
        sinks.append(JsonLinesSink(on_change=args.on_change))
    if not args.no_window:
        if display_available():
            from edge.sinks.window import WindowSink

            return [*sinks, WindowSink(pace, controls, args.snapshots)]
        print("no display here: no window is opened; Ctrl-C ends it", file=sys.stderr)
    return [*(sinks or [TextSink()]), MinuteSink()]


def _record_path(recorded: Path | None, source: str) -> Path | None:
    """Where to record; raises InputError for the very file that is read."""
    try:
        same = recorded is not None and recorded.samefile(source)
    except OSError:  # one of them does not exist, or cannot, which whoever opens it tells
        same = False
    if same:
        raise InputError(f"recording to {recorded} would replace the source; name another file")
    return recorded


def _calm_opencv() -> None:
    """One thread, and no words beside our own errors unless the user asked for them."""
    # Its pictures are small: a second thread made a frame 1.2 times faster here and cost
    # 1.25 times the processor's time, which a Pi has other uses for.
    cv2.setNumThreads(1)
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    if "OPENCV_LOG_LEVEL" in os.environ:
        return
    # OpenCV 5 moved it.
    module = getattr(getattr(cv2, "utils", None), "logging", cv2)
    module.setLogLevel(0)


if __name__ == "__main__":
    sys.exit(main())
