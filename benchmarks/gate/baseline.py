"""What was approved: figures of every file on every runtime, and the parent's own answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from edge.errors import InputError
from edge.files import write_json

SCHEMA_VERSION = 1
SHIPPED = Path(__file__).resolve().parent.parent / "baselines" / "shipped.json"
"""The baseline of the shipped models."""

_UPDATE = "make it with: python -m benchmarks gate --baseline FILE --update"


@dataclass(frozen=True, slots=True)
class Entry:
    """One file on one runtime.

    Attributes:
        file: its name.
        runtime: the library that executed it.
        runtime_version: of that library.
        scheme: a `QuantizationScheme` value.
        sha256: of the file.
        parent_sha256: of the Keras weights it was converted from.
        size_bytes: of the file.
        accuracy: share of the probe's digits read right.
        agreement: share of them with the reference's label; None without a reference,
            and so for the next two.
        is_digit_agreement: share of all images that both take, or both refuse, as digits.
        kl_nats: mean divergence from the reference over the digits.
        turned_away: share of the digits refused; None without the second output.
        strangers: share of the non-digits taken for digits; None like the one before.
        labels: the digit it reads in each image of one, as text.
        rows: packed CRC of every answer.
        reference_rows: the same on TFLite's reference kernels for every fifth image; empty
            where the file has none. Integer arithmetic gives these on every processor.
        body_sha256: of the file without the description inside it: its graph and weights.
        medians_us: one a process, the runtime's own call; empty where not timed.
        yardstick_us: time of a fixed piece of work in the same processes.
    """

    file: str
    runtime: str
    runtime_version: str
    scheme: str
    sha256: str
    parent_sha256: str
    size_bytes: int
    accuracy: float
    agreement: float | None
    is_digit_agreement: float | None
    kl_nats: float | None
    turned_away: float | None
    strangers: float | None
    labels: str
    rows: str
    reference_rows: str = ""
    body_sha256: str = ""
    medians_us: tuple[float, ...] = ()
    yardstick_us: tuple[float, ...] = ()

    @property
    def name(self) -> str:
        """For a person: "digits-int8.tflite on ai-edge-litert"."""
        return f"{self.file} on {self.runtime}"

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Entry:
        """Reads one entry; KeyError, TypeError, ValueError where it is broken."""
        known = {one.name: document[one.name] for one in fields(cls) if one.name in document}
        for name in ("medians_us", "yardstick_us"):
            known[name] = tuple(float(one) for one in known.get(name, ()))
        entry = cls(**known)
        if not 0 <= float(entry.accuracy) <= 1 or int(entry.size_bytes) < 0:
            raise ValueError(f"accuracy {entry.accuracy}, size {entry.size_bytes}")
        return entry


@dataclass(frozen=True, slots=True)
class Baseline:
    """One approved state.

    Attributes:
        created: date and time, UTC, ISO 8601.
        host: `HostFacts` as JSON.
        probe: name of the probe's file, beside the baseline.
        probe_sha256: of that file.
        images: how many images the probe holds.
        parent_sha256: of the Keras weights whose answers stand below; "" without any.
        reference: who gave them, for a person.
        answers: packed answers of that reference to every image of the probe; "" without.
        entries: the files.
    """

    created: str
    host: Mapping[str, Any]
    probe: str
    probe_sha256: str
    images: int
    parent_sha256: str
    reference: str
    answers: str
    entries: tuple[Entry, ...] = field(default_factory=tuple)

    def find(self, file: str, runtime: str) -> Entry | None:
        """The file's entry on this runtime, else on any other; None for an unknown file."""
        same = [one for one in self.entries if one.file == file]
        return next((one for one in same if one.runtime == runtime), same[0] if same else None)


def load_baseline(path: Path) -> Baseline:
    """Reads a baseline; raises InputError where there is none or it is broken."""
    try:
        document = json.loads(path.read_text("utf-8"))
        version = document["schema_version"]
        if version != SCHEMA_VERSION:
            raise InputError(
                f"the baseline {path} has schema version {version}, this program reads "
                f"{SCHEMA_VERSION}; {_UPDATE}"
            )
        known = {one.name: document[one.name] for one in fields(Baseline)}
        known["entries"] = tuple(Entry.from_json(one) for one in document["entries"])
        if not known["entries"]:
            raise InputError(f"the baseline {path} lists no models; {_UPDATE}")
        return Baseline(**known)
    except OSError as error:
        raise InputError(f"no baseline at {path} ({error.strerror}); {_UPDATE}") from error
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise InputError(
            f"the baseline {path} is broken ({type(error).__name__}: {error}); {_UPDATE}"
        ) from error


def save_baseline(baseline: Baseline, path: Path) -> None:
    """Writes a baseline; raises InputError where nothing can be written."""
    write_json(path, {"schema_version": SCHEMA_VERSION, **asdict(baseline)})
