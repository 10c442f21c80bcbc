"""Puts together what the options of `edge.webcam` ask for, and runs it."""

from __future__ import annotations

import argparse
import os
import signal
from collections.abc import Sequence
from contextlib import ExitStack
from types import FrameType
from typing import Any

import cv2

from edge.controls import ControlledFrames, Controls
from edge.frames import FrameSource
from edge.loop import read_live
from edge.notify import Watchdog
from edge.options import build_parser
from edge.reader import Reader
from edge.session import Session, open_session
from edge.signs import NumberStyle
from edge.sinks.asked import all_sinks, network_sinks, record_path
from edge.sources import open_source
from edge.steady import FrameReader, SingleFrames, SteadyFrames


def run(argv: Sequence[str] | None) -> int:
    """The whole program; returns its exit code.

    Raises:
        InputError: an option, the source or a sink is not as it must be.
        MachineError: this machine lacks what was asked for, or the source was lost.
    """
    args = build_parser().parse_args(argv)
    _calm_opencv()
    if args.list:
        from edge.sources.listing import print_cameras

        print_cameras()
        return 0
    with ExitStack() as stack:
        for number in (signal.SIGINT, signal.SIGTERM):
            stack.callback(_restore, number, signal.getsignal(number))
        _stop_once()
        watchdog, controls = Watchdog(), Controls()
        try:
            source = _source(args, watchdog)
            recorded = record_path(args.record, args.source)
            session = open_session(args.model)
            reader = _reader(args, session, controls, film=source.film)
            sinks = network_sinks(args, source, controls)
            stack.enter_context(source)
            sinks = all_sinks(recorded, args, source, sinks, controls)
            for sink in sinks:
                stack.enter_context(sink)
            watchdog.ready()
            read_live(source, reader, sinks, args.frames, watchdog.alive)
        except KeyboardInterrupt:
            pass  # stopping is how a live loop ends
        watchdog.ending()
    return 0


def _restore(number: int, handler: Any) -> None:
    """Puts a signal's handler back, unless it was stopped: until its end it ignores the rest."""
    if signal.getsignal(number) is not signal.SIG_IGN:
        signal.signal(number, handler)


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
    if not (args.rotate or args.flip or args.roi):
        return source
    from edge.sources.shaped import Shape, ShapedSource

    return ShapedSource(source, Shape(args.rotate or 0, args.flip, args.roi))


def _reader(
    args: argparse.Namespace, session: Session, controls: Controls, *, film: bool
) -> FrameReader:
    """Photos are read one by one; a film is tracked, and its still scenes skipped."""
    numbers = NumberStyle(args.numbers)
    reader = Reader(session, numbers=numbers)
    frames: FrameReader = SingleFrames(reader)
    if film:
        frames = SteadyFrames(
            reader, session.artifact.labels, track=not args.no_tracking, skip=not args.every_frame
        )
    return ControlledFrames(frames, session, controls, numbers)


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
