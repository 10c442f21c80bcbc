"""Every format and scheme with one manifest: `python -m export`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from edge.artifact import ModelFormat
from edge.command import command
from edge.errors import CheckError
from edge.quantization import QuantizationScheme
from export.job import prepare
from export.onnx import export_onnx
from export.options import add_arguments, read_options
from export.table import print_table
from export.tflite import export_tflite

EXPORTERS = {ModelFormat.TFLITE: export_tflite, ModelFormat.ONNX: export_onnx}

BOTH_FORMATS = [one for one in QuantizationScheme if one is not QuantizationScheme.INT16X8]
"""onnxruntime has no kernels for 16-bit activations on most layers."""


@command
def main(argv: Sequence[str] | None = None) -> int:
    """Exports every asked-for scheme in both formats."""
    parser = argparse.ArgumentParser(
        prog="python -m export", description="Convert a Keras model to every format."
    )
    parser.add_argument(
        "--quantize",
        type=QuantizationScheme,
        choices=BOTH_FORMATS,
        nargs="+",
        default=BOTH_FORMATS,
        help="the schemes to write (default: all)",
    )
    add_arguments(parser)
    args = parser.parse_args(argv)
    job = prepare(read_options(args))
    made, broken = [], []
    for exporter in EXPORTERS.values():
        for scheme in args.quantize:
            try:
                made.append(exporter(job, scheme))
            except CheckError as error:
                # One scheme over its budget does not keep the others from being written.
                print(error, file=sys.stderr)
                broken.append(str(error).split(" ", 1)[0])
    print_table(made, job.output)
    if broken:
        raise CheckError(
            f"{len(broken)} of {len(made) + len(broken)} files break their budget and are not "
            f"written: {', '.join(broken)}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
