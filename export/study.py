"""How many calibration images are enough, and which method: `python -m export.study`.

Every number of images and every method makes an int8 file from the same Keras model, each
with several seeded draws of training images. They are compared on training images that
calibrated none of them: the test images choose nothing.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from edge.artifact import DIGIT_LABELS, ModelArtifact, ModelFormat
from edge.command import command
from edge.errors import InputError
from edge.files import sha256_of, write_json, write_text
from edge.quantization import QuantizationScheme
from edge.runtimes.tflite import read_tensors
from export.calibration import CalibrationSet, balanced_choice, with_nondigits
from export.converted import Converted, artifact_of
from export.embed import embed_in_onnx, embed_in_tflite
from export.images import ImageSet
from export.job import EdgeType, ExportJob
from export.onnx import INPUT_NAME
from export.onnx import convert as convert_onnx
from export.onnx import read_tensors as read_onnx_tensors
from export.onnx_quantize import CalibrationMethod
from export.proof import Reference
from export.source import SourceModel, SourceRequest, load_source
from export.study_report import plot_study, table_of
from export.tflite import convert
from train.data import DataSource, load_dataset
from train.nondigits import draw_nondigits
from train.quiet import quiet_tensorflow

COUNTS = (1, 10, 100, 1000)
_ALONE = ", digits alone"


@dataclass(frozen=True, slots=True)
class StudyRow:
    """One int8 file of the study.

    Attributes:
        method: "tflite", or "onnx" with the method of its calibrator.
        count: digits that calibrate; unless said otherwise, a quarter as many non-digits beside.
        seed: of their draw.
        accuracy: on the held-out images, in [0, 1].
        accuracy_drop: that of Keras minus it.
        agreement: share of the held-out images with the label that Keras gives.
        mean_difference: of the probabilities.
        rejection: share of drawn non-digits that both refuse, or both take; None without
            the "is it a digit" output.
    """

    method: str
    count: int
    seed: int
    accuracy: float
    accuracy_drop: float
    agreement: float
    mean_difference: float
    rejection: float | None


class Study:
    """The images and what Keras says of them; makes one row after the other."""

    def __init__(self, source: SourceModel, data: str, held_out: int) -> None:
        """Parts the training images into those that may calibrate and the held-out ones."""
        if not source.contract.reads_digits:
            raise InputError(f"{source.path} reads no digits; the study needs a reader of digits")
        self._source = source
        dataset = load_dataset(data)
        everything = ImageSet(
            dataset.train.images, dataset.train.labels, dataset.name, dataset.sha256
        )
        rng = np.random.default_rng(0x57D1)
        order = rng.permutation(len(everything)).astype(np.int64)
        if len(order) < held_out + 2 * max(COUNTS):
            raise InputError(f"{len(order)} images are too few to hold {held_out} of them out")
        judging, self._pool = everything.take(order[:held_out]), everything.take(order[held_out:])
        odd = None
        if source.contract.rejects:
            odd = ImageSet(draw_nondigits(held_out, rng, judging.images), None, "non-digits", "")
        self._reference = Reference(source, judging, odd)
        self.facts = {
            "model": source.path.name,
            "parent_sha256": source.sha256,
            "dataset": dataset.name,
            "held_out": held_out,
            "keras_accuracy": float(np.mean(self._reference.prediction.labels == judging.labels)),
        }

    @property
    def methods(self) -> list[str]:
        """What is compared."""
        methods = ["tflite", *(f"onnx {method}" for method in CalibrationMethod)]
        return [*methods, f"tflite{_ALONE}"] if self._source.contract.rejects else methods

    def row(self, method: str, count: int, seed: int) -> StudyRow:
        """Makes one file and compares it with Keras."""
        pool = self._pool if count >= len(DIGIT_LABELS) else replace(self._pool, labels=None)
        chosen = balanced_choice(pool, count, seed)
        calibration = CalibrationSet(pool.images[chosen], chosen, {"count": count, "seed": seed})
        if self._source.contract.rejects and not method.endswith(_ALONE):
            calibration = with_nondigits(calibration, seed)
        with tempfile.TemporaryDirectory() as folder:
            job = ExportJob(
                self._source, calibration, self._reference, Path(folder), EdgeType.INTEGER, ()
            )
            name = method.removesuffix(_ALONE)
            proof = self._reference.prove(
                tflite_artifact(job)
                if name == "tflite"
                else onnx_artifact(job, CalibrationMethod(name.removeprefix("onnx ")))
            )
        return StudyRow(
            method,
            count,
            seed,
            proof.report.candidate_accuracy,
            proof.report.accuracy_drop,
            proof.report.agreement,
            proof.report.mean_difference,
            proof.refusal_agreement,
        )


def tflite_artifact(job: ExportJob) -> ModelArtifact:
    """An int8 .tflite file in the job's folder, not proved yet."""
    contract = job.source.contract
    with quiet_tensorflow():
        calibration = job.calibration_for(QuantizationScheme.INT8)
        content = convert(job.source.fixed, QuantizationScheme.INT8, contract, calibration)
        inputs, outputs = read_tensors(content)
    converted = Converted(inputs, outputs, lambda one: embed_in_tflite(content, one))
    return _written(converted, job, ModelFormat.TFLITE)


def onnx_artifact(job: ExportJob, method: CalibrationMethod) -> ModelArtifact:
    """An int8 .onnx file in the job's folder, not proved yet."""
    with quiet_tensorflow():
        model, params, _ = convert_onnx(job, QuantizationScheme.INT8, method)
    tensors = {one.name: one for one in read_onnx_tensors(model, params)}
    image = tensors.pop(INPUT_NAME)
    converted = Converted([image], list(tensors.values()), lambda one: embed_in_onnx(model, one))
    return _written(converted, job, ModelFormat.ONNX)


def _written(converted: Converted, job: ExportJob, kind: ModelFormat) -> ModelArtifact:
    path = job.output / f"study.{kind}"
    artifact = artifact_of(converted, job, kind, QuantizationScheme.INT8, path)
    path.write_bytes(converted.describe(artifact))
    return replace(artifact, sha256=sha256_of(path))


@command
def main(argv: Sequence[str] | None = None) -> int:
    """Runs the study and writes its table, plot and raw values."""
    parser = argparse.ArgumentParser(
        prog="python -m export.study",
        description="Compare numbers of calibration images and calibration methods.",
    )
    parser.add_argument("--model", type=Path, metavar="PATH", help="as in python -m export")
    parser.add_argument("--data", default=DataSource.MNIST_OR_DRAWN.value, metavar="SOURCE")
    parser.add_argument("--counts", type=int, nargs="+", default=list(COUNTS), metavar="N")
    parser.add_argument("--seeds", type=int, default=3, help="draws of each (default: 3)")
    parser.add_argument("--held-out", type=int, default=5000, metavar="N")
    parser.add_argument("--output", type=Path, default=Path("reports/calibration"), metavar="DIR")
    args = parser.parse_args(argv)
    if args.seeds < 1 or min(args.counts) < 1 or args.held_out < 1:
        raise InputError("--seeds, --counts and --held-out must be at least 1")
    study = Study(load_source(SourceRequest(args.model)), args.data, args.held_out)
    rows = []
    for count in sorted(set(args.counts)):
        for method in study.methods:
            rows += [study.row(method, count, seed) for seed in range(args.seeds)]
            print(f"{method}, {count} images: done", file=sys.stderr)
    values = [asdict(row) for row in rows]
    write_json(args.output / "study.json", {**study.facts, "rows": values})
    table = table_of(values, study.facts)
    write_text(args.output / "study.md", table)
    plot_study(values, args.output / "study.png")
    print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
