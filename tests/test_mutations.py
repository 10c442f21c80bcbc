"""A damaged model or manifest is one clear line, and never the end of the process.

    MUTATIONS=1000 python -m pytest -s tests/test_mutations.py     the full number, with a table

What loads in spite of its damage runs here, in the process of the tests: were it to end that,
there would be no result at all.
"""

from __future__ import annotations

import collections
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from edge.artifact import ModelArtifact
from edge.errors import EdgeDigitsError, InputError
from edge.manifest import MANIFEST_NAME, load_artifact, load_manifest
from edge.session import open_session
from tests.mutations import DAMAGES, MANIFEST_DAMAGES, bare, described, mutants
from tests.support import SHIPPED, needs_onnxruntime
from tests.trials import Trials

COUNT = int(os.environ.get("MUTATIONS", "60"))
HARMFUL: dict[str, tuple[int, ...]] = {"digits-int8.tflite": (), "digits-float32.onnx": ()}

MODELS = [
    "digits-int8.tflite",
    pytest.param("digits-float32.onnx", marks=needs_onnxruntime),
]

Tally = collections.Counter[str]


@pytest.fixture(scope="module")
def tally(pytestconfig: pytest.Config) -> Iterator[dict[str, Tally]]:
    tables: dict[str, Tally] = {}
    yield tables
    for name, counted in tables.items():
        print(f"\n{name}: {counted.total()} mutations")
        for outcome, count in counted.most_common():
            print(f"  {count:5d}  {outcome}")


def answers(path: Path) -> str:
    """What becomes of a file: "runs", or the one line that refuses it."""
    try:
        session = open_session(path)
    except EdgeDigitsError as error:
        line = str(error)
        assert line, "a refusal without a word"
        assert "\n" not in line
        assert line.isprintable()
        assert len(line) < 1000
        return line
    shape = session.artifact.input.shape[1:]
    images = np.random.default_rng(0).integers(0, 256, (2, *shape), np.uint8)
    prediction = session.run(images)
    assert prediction.probabilities.shape == (2, len(session.artifact.labels))
    return "runs"


def kind_of(line: str) -> str:
    """The outcome of a mutation, in a word or two for the table."""
    for outcome, pattern in {
        "runs": "^runs$",
        "refused by its hash": "not the file that its manifest|not the model that its metadata",
        "refused: nothing describes it": "nothing describes",
        "refused: the description is broken": "is broken|are broken",
        "refused by the trial: ended its process": "ended the process",
        "refused by the trial: no numbers": "no numbers",
        "to be tried: the damage is not in the model": "^to be tried",
        "refused by the trial: other": "tried|asks for more|cannot be run",
        "refused by the runtime": "cannot load",
        "refused by its tensors": "its manifest says|its manifest lists|takes .* inputs",
        "refused: the manifest makes no sense": "manifest|tensor|label|sha256|takes|has|says",
        "refused: a value out of range": "cannot be scale|a scale must|zero point|quantized values",
    }.items():
        if re.search(pattern, line):
            return outcome
    return line


def shipped(name: str) -> ModelArtifact:
    return next(one for one in load_manifest(SHIPPED) if one.path.name == name)


@pytest.mark.parametrize("name", MODELS)
def test_a_listed_file_is_refused_by_its_hash(
    name: str, tmp_path: Path, tally: dict[str, Tally], monkeypatch: pytest.MonkeyPatch
) -> None:
    def seen(*_: object) -> None:
        raise AssertionError("a runtime saw it")

    monkeypatch.setattr("edge.session.load_backend", seen)
    shutil.copy(SHIPPED / MANIFEST_NAME, tmp_path / MANIFEST_NAME)
    path, counted = tmp_path / name, Tally()
    for _, _, content in mutants((SHIPPED / name).read_bytes(), COUNT):
        path.write_bytes(content)
        line = answers(path)
        assert "not the file that its manifest describes" in line
        counted[kind_of(line)] += 1
    tally[f"{name} beside its manifest"] = counted
    assert counted.total() > COUNT * 0.9


@pytest.mark.parametrize("name", MODELS)
def test_a_file_that_describes_itself_is_refused_by_what_it_says(
    name: str, tmp_path: Path, tally: dict[str, Tally], monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []
    monkeypatch.setattr("edge.trial.try_out", lambda artifact, *_: tried.append(artifact.sha256))
    path, counted = tmp_path / name, Tally()
    whole = described(bare(shipped(name)), shipped(name))
    for _, _, content in mutants(whole, COUNT):
        path.write_bytes(content)
        try:
            load_artifact(path)
        except InputError as error:
            line = str(error)
        else:
            # Only labels.txt, or some padding, or the description's own words were damaged.
            line = "to be tried: the damage is not in the model"
        assert line.isprintable()
        counted[kind_of(line)] += 1
    tally[f"{name} without a manifest"] = counted
    assert counted["refused by its hash"] > counted.total() * 0.3
    assert not tried, "load_artifact starts nothing"


@pytest.mark.parametrize("name", MODELS)
def test_a_damaged_model_with_a_fitting_description_is_tried_elsewhere_first(
    name: str, tmp_path: Path, tally: dict[str, Tally], monkeypatch: pytest.MonkeyPatch
) -> None:
    artifact = shipped(name)
    again = [one for one in mutants(bare(artifact), 1000) if one[0] in HARMFUL[name]]

    def outcome(mutant: tuple[int, str, bytes]) -> tuple[int, str, str]:
        number, damage, content = mutant
        path = tmp_path / f"{number}{artifact.path.suffix}"
        path.write_bytes(described(content, artifact))
        line = answers(path)
        path.unlink()
        return number, damage, line

    chosen = {one[0]: one for one in [*mutants(bare(artifact), COUNT), *again]}
    with Trials() as trials:
        monkeypatch.setattr(subprocess, "run", trials.run)
        said = [outcome(one) for one in chosen.values()]
    counted = Tally(kind_of(line) for _, _, line in said)
    tally[f"{name} without a manifest, described anew"] = counted
    for number, damage, line in said:
        if "ended the process" in line or kind_of(line) == line:
            print(f"\n{name} {number} {damage}: {line}")
    assert {number for number, _, line in said if "ended the process" in line} >= set(HARMFUL[name])
    assert len(counted) > 1, "every mutation came to the same end"


@pytest.mark.parametrize("name", ["digits-int8.tflite"])
def test_a_damaged_manifest_is_told_or_harmless(
    name: str, tmp_path: Path, tally: dict[str, Tally]
) -> None:
    whole = (SHIPPED / MANIFEST_NAME).read_bytes()
    document = json.loads(whole)
    # Without the other models and the long story of how it was made: damage hits what counts.
    document["models"] = [
        one | {"provenance": {}} for one in document["models"] if one["file"] == name
    ]
    shutil.copy(SHIPPED / name, tmp_path / name)
    counted = Tally()
    for _, _, content in mutants(json.dumps(document).encode(), COUNT, MANIFEST_DAMAGES):
        (tmp_path / MANIFEST_NAME).write_bytes(content)
        counted[kind_of(answers(tmp_path / name))] += 1
    tally["manifest.json"] = counted
    assert counted.total() > COUNT * 0.9
    assert counted["runs"] < counted.total() / 2


def test_the_same_seed_gives_the_same_damage() -> None:
    content = bytes(range(256)) * 40
    assert list(mutants(content, 20)) == list(mutants(content, 20))
    assert {name for _, name, _ in mutants(content, 20)} == {one.__name__ for one in DAMAGES}
