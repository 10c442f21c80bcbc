"""From a converter's bytes to a proved file with its entry in the manifest."""

from __future__ import annotations

import hashlib
import importlib.metadata
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from edge.artifact import ModelArtifact, ModelFormat
from edge.errors import CheckError, InputError
from edge.files import atomic_path
from edge.manifest import record_artifact
from edge.quantization import QuantizationScheme
from edge.tensors import TensorSpec
from edge.untrusted import first_line
from export.budget import read_budget
from export.cost import Cost
from export.flips import draw_flips
from export.job import ExportJob
from export.proof import Proof

_PROBE_BYTES = 1 << 24
_TOOLS = ("tensorflow", "keras", "tf2onnx", "onnx", "onnxruntime", "numpy")


@dataclass(frozen=True, slots=True)
class Converted:
    """A converter's result.

    Attributes:
        inputs: the tensors that the model takes.
        outputs: the tensors that it gives.
        describe: the file's bytes with a description of the artifact inside.
        notes: what a user should know of this conversion, a sentence each.
    """

    inputs: Sequence[TensorSpec]
    outputs: Sequence[TensorSpec]
    describe: Callable[[ModelArtifact], bytes]
    notes: Sequence[str] = ()


def store(
    converted: Converted, job: ExportJob, kind: ModelFormat, scheme: QuantizationScheme, cost: Cost
) -> ModelArtifact:
    """Proves the file against Keras, gives it its final name and records it.

    Raises:
        CheckError: the file breaks its budget; a picture of the flipped images is written in
            its place, and an older file of that name stays.
        InputError: the tensors are not those of the model, or nothing can be written there.
    """
    path = job.output / f"{job.stem(scheme)}.{kind}"
    budget = read_budget(job.budget, scheme)
    artifact = artifact_of(converted, job, kind, scheme, path)
    content = converted.describe(artifact)
    artifact = replace(artifact, sha256=hashlib.sha256(content).hexdigest())
    with atomic_path(path) as temporary:
        temporary.write_bytes(content)
        try:
            proof = job.reference.prove(replace(artifact, path=temporary))
        except InputError as error:
            told = str(error).replace(str(temporary), path.name).replace(temporary.name, path.name)
            raise InputError(told) from error
        broken = proof.violations(budget)
        if not broken:
            proven = replace(
                artifact,
                provenance={
                    **artifact.provenance,
                    **_indices(job, scheme),
                    "notes": list(converted.notes),
                    "proof": proof.facts(budget),
                    "cost": cost.facts(),
                },
            )
        else:
            picture = _draw(path, job, proof, broken)
            raise CheckError(
                f"{path.name} is not written, since it breaks its budget: {'; '.join(broken)}; "
                f"the images are in {picture}; calibrate with more images, choose another "
                "scheme, or allow more with --budget"
            )
    record_artifact(proven)
    return proven


def refusal(converter: str, error: Exception) -> InputError:
    """What a converter's exception means to a user, in one line."""
    full = error if isinstance(error, OSError) else _disk_error()
    if full is not None:
        return InputError(
            f"the {converter} converter cannot write its temporary files in "
            f"{tempfile.gettempdir()}: {full.strerror or full}; free some space or set TMPDIR"
        )
    text = str(error)
    for line in text.splitlines():
        if line.startswith(("Flex ops:", "Custom ops:", "TF Select ops:")):
            return unsupported(converter, line.split(":", 1)[1].strip())
    return InputError(f"the {converter} converter refuses this model: {first_line(error)}")


def _disk_error() -> OSError | None:
    """Why nothing can be written to the temporary folder; None where something can.

    TensorFlow's converter hides a full disk behind errors of its own, so the disk is asked.
    """
    try:
        with tempfile.TemporaryFile() as probe:
            probe.write(bytes(_PROBE_BYTES))
            probe.flush()
    except OSError as error:
        return error
    return None


def unsupported(converter: str, operators: str) -> InputError:
    """A layer that no operator of the format stands for."""
    return InputError(
        f"the {converter} converter has no operator for {operators[:160]}; "
        "replace the layer that needs it by others"
    )


def artifact_of(
    converted: Converted,
    job: ExportJob,
    kind: ModelFormat,
    scheme: QuantizationScheme,
    path: Path,
) -> ModelArtifact:
    """The artifact before its file exists; the hash is that of nothing yet."""
    source = job.source
    (image,) = converted.inputs
    if image.shape != (1, *source.contract.shape):
        raise InputError(f"the converter made an input of {image.shape}")
    count = len(source.contract.labels)
    by_width = {spec.shape[-1]: spec for spec in converted.outputs}
    if count not in by_width:
        raise InputError(f"the converter made outputs of {sorted(by_width)}, not of {count}")
    calibration = job.calibration_for(scheme)
    return ModelArtifact(
        path=path,
        format=kind,
        scheme=scheme,
        input=image,
        probabilities=by_width[count],
        is_digit=by_width.get(1),
        sha256=hashlib.sha256(b"").hexdigest(),
        parent_sha256=source.sha256,
        labels=source.contract.labels,
        preprocessing=source.contract.preprocessing,
        provenance={
            "parent": source.path.name,
            "training": dict(source.training),
            "calibration": calibration and calibration.facts,
            "versions": {tool: importlib.metadata.version(tool) for tool in _TOOLS},
        },
    )


def _indices(job: ExportJob, scheme: QuantizationScheme) -> dict[str, Any]:
    """The calibration with its indices, for the manifest: a file has no room for them."""
    calibration = job.calibration_for(scheme)
    if calibration is None:
        return {"calibration": None}
    places = " ".join(str(int(index)) for index in calibration.indices)
    return {"calibration": {**calibration.facts, "indices": places}}


def _draw(path: Path, job: ExportJob, proof: Proof, broken: Sequence[str]) -> Path:
    picture = path.with_name(f"{path.name}-flipped.png")
    title = f"{path.name}: agreement {proof.report.agreement:.4f}. {broken[0]}"
    labels = job.source.contract.labels
    if proof.refused is not None and all("non-digits" in one for one in broken):
        draw_flips(picture, title, proof.refused, labels, refusals=True)
    else:
        draw_flips(picture, title, proof.known, labels)
    return picture
