"""Read what is written in a frame: ink, candidates, digits, numbers, lines.

>>> reader = Reader()
>>> reading = reader.read(cv2.imread("page.jpg"))
>>> reading.lines
('314 15', '92')
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from edge.acceptance import Acceptance, Verdict
from edge.arrays import UInt8Array
from edge.belief import characters, choose
from edge.context import judge
from edge.errors import InputError
from edge.examination import Examination, is_clear, is_surely_turned, page_sureness
from edge.finding import find
from edge.hypotheses import hypotheses
from edge.laps import Laps
from edge.normalize import FIELD, normalize_all
from edge.orientation import turn, turned_back, upright_turns
from edge.prediction import Prediction
from edge.reading import Detection, Reading, arrange
from edge.second_look import looked_again
from edge.segment import Box, Candidate
from edge.session import Session, open_session
from edge.signs import NumberStyle, find_marks
from edge.slope import neighbours_slope
from edge.tilt import straightened, surely_read
from edge.working_copy import check_frame, on_frame


class Reader:
    """Reads frames with one model; the same code for a photo and for the live loop."""

    def __init__(
        self,
        session: Session | None = None,
        acceptance: Acceptance | None = None,
        numbers: NumberStyle = NumberStyle.PLAIN,
    ) -> None:
        """Takes the model to read with, by default the shipped one, and what numbers hold.

        Raises:
            InputError: the model does not take 28x28 images of one channel.
        """
        self._session = session or open_session()
        self._acceptance = acceptance or Acceptance()
        self._numbers = numbers
        labels = self._session.artifact.labels
        self._one = labels.index("1") if "1" in labels else -1
        self._zero = labels.index("0") if "0" in labels else -1
        shape = self._session.artifact.input.shape
        if shape not in ((1, FIELD, FIELD, 1), (1, FIELD, FIELD)):
            raise InputError(
                f"{self._session.artifact.path.name} takes {shape}; the reader needs a model of "
                f"(1, {FIELD}, {FIELD}, 1)"
            )

    @property
    def session(self) -> Session:
        """The model that it reads with."""
        return self._session

    def read(self, frame: UInt8Array, *, turns: int | None = 0) -> Reading:
        """Reads one frame.

        Args:
            frame: (h, w, 3) BGR, (h, w, 4) BGRA or (h, w) grey, uint8.
            turns: quarter turns, anticlockwise, that bring the page upright; None finds
                out which way up it lies. Boxes are in pixels of the frame as given.

        Returns:
            What was read; an empty reading where there is nothing.

        Raises:
            InputError: the frame is empty or of another shape or type.
        """
        return self.examine(frame, turns=turns).reading

    def examine(self, frame: UInt8Array, *, turns: int | None = 0) -> Examination:
        """Reads one frame and keeps what every stage made of it; arguments as in `read`."""
        frame = check_frame(frame)
        clock = Laps()
        first = self._upright(frame, turns, clock)
        # A sheet between dark things looks like a board, on which nothing stands then.
        empty = first.ink.light_on_dark and not first.reading.detections
        if not (first.ink.doubtful or empty) or is_clear(first):
            return first
        other = self._upright(frame, turns, clock, not first.ink.light_on_dark)
        return other if page_sureness(other) > page_sureness(first) else first

    def _upright(
        self,
        frame: UInt8Array,
        turns: int | None,
        clock: Laps,
        light_on_dark: bool | None = None,
    ) -> Examination:
        """Reads one frame the way up that is asked for, or that is found out."""
        first = self._examine(frame, turns or 0, clock, light_on_dark)
        if turns is not None:
            return first
        # As they were found: what is cut apart is cut where it makes digits this way up.
        upright = upright_turns(
            first.found,
            first.said,
            self._session,
            self._acceptance,
            self._one,
            (first.page.shape[0], first.page.shape[1]),
        )
        clock.lap("orientation")
        if upright == 0:
            return first
        # Print votes as well as digits do. Which page holds more of them is seen by reading it.
        second = self._examine(frame, upright, clock, first.ink.light_on_dark)
        better = page_sureness(second) > page_sureness(first) and is_surely_turned(second)
        return second if better else first

    def _examine(
        self, frame: UInt8Array, turns: int, clock: Laps, light_on_dark: bool | None = None
    ) -> Examination:
        looked = find(turn(frame, turns), clock, light_on_dark)
        page, scale, ink, candidates = looked.page, looked.scale, looked.ink, looked.candidates
        images = normalize_all([candidate.ink for candidate in candidates])
        clock.lap("normalize")
        prediction = said = self._session.run(images)
        clock.lap("classify")
        found = candidates
        candidates, images, prediction = self._reconsider(candidates, images, prediction)
        sure = surely_read(candidates, prediction)
        steepest = neighbours_slope(sure)
        images, prediction = straightened(candidates, images, prediction, self._session, steepest)
        prediction = looked_again(images, prediction, self._session, self._acceptance)
        clock.lap("reconsider")
        size = page.shape[0], page.shape[1]
        verdicts = judge(candidates, prediction, self._acceptance, self._one, size, self._zero)
        rows = [row for row, verdict in enumerate(verdicts) if verdict is Verdict.ACCEPTED]
        boxes = [candidates[row].box for row in rows]
        marks = find_marks(ink.mask, boxes) if self._numbers is NumberStyle.SIGNED else []
        whole = (frame.shape[1], frame.shape[0]) if turns % 2 else frame.shape[:2]
        digits = [
            self._detection(on_frame(box, scale, whole), images[row], prediction, row)
            for row, box in zip(rows, boxes, strict=True)
        ]
        reading = arrange(
            digits,
            [on_frame(mark, scale, whole) for mark in marks],
            steepest if boxes == sure else None,
        )
        if turns % 4:
            reading = turned_back(reading, turns, frame.shape)
        clock.lap("layout")
        reading = replace(reading, stages_us=clock.laps_us)
        return Examination(
            page, ink, found, said, candidates, images, prediction, verdicts, turns, reading
        )

    def _reconsider(
        self, candidates: list[Candidate], images: UInt8Array, prediction: Prediction
    ) -> tuple[list[Candidate], UInt8Array, Prediction]:
        """Joins and splits where that makes a digit of what was none."""
        outcomes = hypotheses(candidates, prediction.sureness)
        if not outcomes:
            return candidates, images, prediction
        parts = [part for outcome in outcomes for part in outcome.parts]
        theirs = normalize_all([part.ink for part in parts])
        said = self._session.run(theirs)
        ends = np.cumsum([len(outcome.parts) for outcome in outcomes])
        chosen = choose(
            outcomes,
            np.split(said.sureness, ends[:-1]),
            np.split(said.labels == self._one, ends[:-1]),
            prediction.sureness,
            characters(candidates, prediction.sureness),
        )
        gone = {index for one, _ in chosen for index in outcomes[one].replaces}
        kept = [index for index in range(len(candidates)) if index not in gone]
        rows = [ends[one] - len(outcomes[one].parts) + part for one, way in chosen for part in way]
        return (
            [candidates[index] for index in kept] + [parts[row] for row in rows],
            np.concatenate([images[kept], theirs[rows]]),
            prediction.take(kept).joined(said.take(rows)),
        )

    def _detection(
        self, box: Box, image: UInt8Array, prediction: Prediction, row: int
    ) -> Detection:
        return Detection(
            box=box,
            digit=self._session.artifact.labels[prediction.labels[row]],
            confidence=min(1.0, float(prediction.sureness[row])),
            probabilities=prediction.probabilities[row],
            image=image,
        )
