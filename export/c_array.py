"""A model as C++ source for a microcontroller: `python -m export.c_array FILE`.

The .cc holds the model as an aligned constant, which stays in flash; the .h declares it,
with the labels, the size of the tensor arena and a function that registers exactly the
kernels that the model needs. Neither includes TensorFlow Lite Micro.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from edge.artifact import DIGIT_LABELS
from edge.command import command
from edge.embedded import model_body
from edge.errors import InputError
from edge.files import sha256_of, write_text
from export.lint.common import description_of
from export.lint.tflite_graph import read_graph
from export.micro import arena_bytes, needed_kernels

_PER_LINE = 16


@dataclass(frozen=True, slots=True)
class MicroModel:
    """What the two files say.

    Attributes:
        file: name of the .tflite file.
        sha256: of that file.
        name: in C++: "DigitsInt8".
        body: the flatbuffer without the description behind it.
        kernels: names of the needed kernels.
        arena: bytes of the tensor arena.
        arena_is: "measured" or "estimated".
        labels: what each output stands for.
    """

    file: str
    sha256: str
    name: str
    body: bytes
    kernels: Sequence[str]
    arena: int
    arena_is: str
    labels: Sequence[str]


def read_micro_model(path: Path) -> MicroModel:
    """Looks into a .tflite file.

    Raises:
        InputError: it cannot be read, or TensorFlow Lite Micro cannot run it.
    """
    if path.suffix != ".tflite":
        raise InputError(f"{path} is not for microcontrollers: name a .tflite file")
    try:
        body = model_body(path.read_bytes())
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}; name a .tflite file") from error
    graph = read_graph(body, path)
    kernels = needed_kernels(graph)
    arena, arena_is = arena_bytes(body, graph)
    described = description_of(path)
    name = "".join(part.capitalize() for part in re.split(r"[^A-Za-z0-9]+", path.stem) if part)
    return MicroModel(
        path.name,
        sha256_of(path),
        name if name[:1].isalpha() else f"Model{name}",
        body,
        kernels,
        arena,
        arena_is,
        described.labels if described else DIGIT_LABELS,
    )


def header_of(model: MicroModel) -> str:
    """The .h."""
    guard = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", model.name).upper() + "_H_"
    checks = " &&\n         ".join(
        f"static_cast<int>(resolver.Add{kernel}()) == 0" for kernel in model.kernels
    )
    return f"""// {model.file} for TensorFlow Lite Micro, written by python -m export.c_array.
// sha256 {model.sha256}
#ifndef {guard}
#define {guard}

#include <cstddef>
#include <cstdint>

// The model. It stays in flash: it is const, and aligned as a flatbuffer must be.
extern const unsigned char k{model.name}Model[];
constexpr std::size_t k{model.name}ModelBytes = {len(model.body)};

// What each probability stands for, in the order of the output.
extern const char* const k{model.name}Labels[];
constexpr int k{model.name}LabelCount = {len(model.labels)};

// Memory for tensors and kernels, {model.arena_is} on a 64-bit host, with a quarter to spare.
//   alignas(16) static std::uint8_t arena[k{model.name}ArenaBytes];
constexpr std::size_t k{model.name}ArenaBytes = {model.arena};

// Registers the kernels that the model needs and no other; true when all went well.
//   tflite::MicroMutableOpResolver<k{model.name}OpCount> resolver;
constexpr int k{model.name}OpCount = {len(model.kernels)};
template <typename Resolver>
bool Register{model.name}Ops(Resolver& resolver) {{
  return {checks};
}}

#endif  // {guard}
"""


def source_of(model: MicroModel, header: str) -> str:
    """The .cc; `header` is the name of the .h."""
    rows = [
        "  " + " ".join(f"0x{byte:02x}," for byte in model.body[at : at + _PER_LINE])
        for at in range(0, len(model.body), _PER_LINE)
    ]
    labels = ", ".join(_quoted(label) for label in model.labels)
    table = "\n".join(rows)
    return f"""// {model.file} for TensorFlow Lite Micro, written by python -m export.c_array.
#include "{header}"

const char* const k{model.name}Labels[] = {{{labels}}};

alignas(16) const unsigned char k{model.name}Model[] = {{
{table}
}};

static_assert(sizeof(k{model.name}Model) == k{model.name}ModelBytes, "length");
"""


def _quoted(text: str) -> str:
    """A C++ string literal; what is no plain ASCII is written in octal, byte by byte."""
    plain = "".join(
        chr(byte) if 32 <= byte < 127 and byte not in b'"\\?' else f"\\{byte:03o}"
        for byte in text.encode("utf-8")
    )
    return f'"{plain}"'


@command
def main(argv: Sequence[str] | None = None) -> int:
    """Writes the two files."""
    parser = argparse.ArgumentParser(
        prog="python -m export.c_array",
        description="Write a .tflite file as C++ source for TensorFlow Lite Micro.",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="a .tflite file, int8 or float32")
    parser.add_argument(
        "--output", type=Path, metavar="DIR", help="folder for the files (default: the model's)"
    )
    args = parser.parse_args(argv)
    model = read_micro_model(args.file)
    folder: Path = args.output or args.file.parent
    stem = re.sub(r"[^A-Za-z0-9]+", "_", args.file.stem).lower()
    header, source = folder / f"{stem}.h", folder / f"{stem}.cc"
    write_text(header, header_of(model))
    write_text(source, source_of(model, header.name))
    print(f"{source}  {len(model.body):,} bytes of flash")
    print(f"{header}  arena {model.arena:,} bytes ({model.arena_is})")
    print(f"kernels: {', '.join(model.kernels)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
