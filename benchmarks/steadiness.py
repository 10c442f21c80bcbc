"""How steady a clip is read, against a known truth, with and without tracking."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import cv2
import numpy as np

from edge.arrays import UInt8Array
from edge.frames import Frame
from edge.matching import match_boxes
from edge.reader import Reader
from edge.reading import Reading
from edge.session import Session
from edge.steady import SteadyFrames
from train.scenes import draw_clip, draw_page

FPS = 20.0
SIZE = (640, 480)

SETTLING = 4
"""Frames after the text changed in which no flicker and no ghosts are counted."""

_TEXTS = (("314 159",), ("2718", "281 8"), ("60 221 47",), ("90", "35", "746"))


class Truth(NamedTuple):
    """What a frame should be read as.

    Attributes:
        lines: that stand wholly in view, none where there is no paper.
        page: all lines of the paper, where parts of it are out of view; else `lines`.
    """

    lines: tuple[str, ...] = ()
    page: tuple[str, ...] = ()

    @property
    def written(self) -> tuple[str, ...]:
        """The lines of the paper, in view or not."""
        return self.page or self.lines


@dataclass(frozen=True, slots=True)
class Shot:
    """One frame of a clip and what it should be read as."""

    image: UInt8Array
    truth: Truth


@dataclass(frozen=True, slots=True)
class Steadiness:
    """How a clip was read.

    In the frames right after another paper came, what comes and goes is the change itself:
    there only `right`, `found` and `late_frames` are counted.

    Attributes:
        frames: how many the clip has.
        right: share of the frames with text whose lines were read exactly: those that stand
            wholly in view.
        found: share of the digits in view that were shown, place disregarded.
        changes_per_s: how often a digit that stays where it is becomes another, a second.
        blinks_per_s: how often one appears or vanishes, a second.
        ghosts: digits shown that are not written on the paper, a frame.
        late_frames: frames after the paper left in which something was still shown, the
            most of any time that it left.
    """

    frames: int
    right: float
    found: float
    changes_per_s: float
    blinks_per_s: float
    ghosts: float
    late_frames: int

    def to_json(self) -> dict[str, Any]:
        """A JSON object."""
        return asdict(self)


def drawn_shots(
    rng: np.random.Generator, *, frames: int = 40, noise: float = 9.0
) -> Iterator[Shot]:
    """Pages that come into view one after another, bare paper between them.

    Yields:
        `frames` shots of each page, swaying in the hand, then a quarter as many without any.
    """
    for lines in _TEXTS:
        scene = draw_page(lines, rng, size=SIZE)
        for image in draw_clip(scene, frames, rng):
            yield Shot(_hand_held(image, rng, noise), Truth(lines))
        bare = draw_page(("",), rng, size=SIZE)
        for image in draw_clip(bare, frames // 4, rng):
            yield Shot(_hand_held(image, rng, noise), Truth())


def measure_steadiness(shots: Iterable[Shot], session: Session, *, track: bool) -> Steadiness:
    """Reads the shots as the live loop does."""
    frames = SteadyFrames(Reader(session), session.artifact.labels, track=track, skip=False)
    return judge(
        (shot.truth, frames.read(Frame(shot.image, index, index / FPS)))
        for index, shot in enumerate(shots)
    )


def judge(answers: Iterable[tuple[Truth, Reading]]) -> Steadiness:
    """Counts what went right and what flickered."""
    count = with_text = right = in_view = found = changes = blinks = ghosts = late = latest = 0
    before: Reading | None = None
    written_before: tuple[str, ...] = ()
    settling = 0
    for truth, reading in answers:
        count += 1
        settling = SETTLING if truth.written != written_before else max(0, settling - 1)
        with_text += bool(truth.lines)
        right += bool(truth.lines) and reading.lines == truth.lines
        shown = Counter(one.digit for one in reading.detections)
        visible = _digits(truth.lines)
        in_view += visible.total()
        found += (shown & visible).total()
        ghosts += 0 if settling else (shown - _digits(truth.written)).total()
        late = late + 1 if not truth.written and reading.detections else 0
        latest = max(latest, late)
        if before is not None and not settling:
            became, came_or_went = _differences(before, reading)
            changes += became
            blinks += came_or_went
        before, written_before = reading, truth.written
    seconds = max(count, 1) / FPS
    return Steadiness(
        frames=count,
        right=right / max(with_text, 1),
        found=found / max(in_view, 1),
        changes_per_s=changes / seconds,
        blinks_per_s=blinks / seconds,
        ghosts=ghosts / max(count, 1),
        late_frames=latest,
    )


def _digits(lines: Sequence[str]) -> Counter[str]:
    return Counter("".join(lines).replace(" ", ""))


def _differences(before: Reading, after: Reading) -> tuple[int, int]:
    """Digits that became others, and digits that came or went, between two frames."""
    old, new = before.detections, after.detections
    alike = np.ones((len(old), len(new)))  # by place alone: labels are what is judged
    pairs, _ = match_boxes([o.box for o in old], [n.box for n in new], alike, (0.0, 0.0))
    became = sum(old[i].digit != new[j].digit for i, j in pairs.items())
    return became, len(old) + len(new) - 2 * len(pairs)


def _hand_held(image: UInt8Array, rng: np.random.Generator, noise: float) -> UInt8Array:
    """The picture of a poor camera: jerks that smear, light that pumps, a noisy sensor."""
    picture = image.astype(np.float32) * np.float32(rng.uniform(0.8, 1.05))
    if rng.random() < 0.3:
        length = int(rng.integers(3, 12))
        kernel = np.zeros((length, length), np.float32)
        kernel[length // 2] = 1 / length
        turned = kernel if rng.random() < 0.5 else kernel.T
        picture = np.asarray(cv2.filter2D(picture, -1, turned), np.float32)
    picture += rng.normal(0, noise, picture.shape).astype(np.float32)
    return np.asarray(np.clip(picture, 0, 255), np.uint8)
