"""Which models run on which installed runtimes: a family is what one process may load."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from edge.artifact import ModelArtifact, ModelFormat
from edge.errors import InputError, MachineError
from edge.manifest import load_manifest
from edge.session import Runtime

_RUNTIMES = {
    ModelFormat.TFLITE: (Runtime.LITERT, Runtime.TFLITE_RUNTIME),
    ModelFormat.ONNX: (Runtime.ONNXRUNTIME,),
}


@dataclass(frozen=True, slots=True)
class Family:
    """Models of one format on one runtime."""

    runtime: Runtime
    artifacts: tuple[ModelArtifact, ...]

    def __post_init__(self) -> None:
        if len({artifact.format for artifact in self.artifacts}) != 1:
            raise InputError(f"{self.runtime} was given {len(self.artifacts)} models to run")

    @property
    def name(self) -> str:
        """For a person: "tflite on ai-edge-litert"."""
        return f"{self.artifacts[0].format} on {self.runtime}"


def load_models(folder: Path) -> list[ModelArtifact]:
    """The models of a folder's manifest, every file compared with its hash.

    Raises:
        InputError: there is no manifest, it lists nothing, or a file is missing or altered.
    """
    artifacts = load_manifest(folder)
    if not artifacts:
        raise InputError(f"the manifest in {folder} lists no models; make some: python -m export")
    for artifact in artifacts:
        artifact.read_bytes()
    return artifacts


def families_of(artifacts: Sequence[ModelArtifact]) -> list[Family]:
    """Each format on each of its runtimes that is installed.

    Raises:
        MachineError: no runtime for any of the models is installed.
    """
    found = []
    for kind in ModelFormat:
        members = tuple(artifact for artifact in artifacts if artifact.format is kind)
        if members:
            found += [Family(runtime, members) for runtime in installed_runtimes(kind)]
    if not found:
        needed = sorted({_RUNTIMES[artifact.format][0].value for artifact in artifacts})
        raise MachineError(
            f"no runtime for these models is installed; install: pip install {' '.join(needed)}"
        )
    return found


def installed_runtimes(kind: ModelFormat) -> list[Runtime]:
    """The libraries on this machine that execute models of one format."""
    found = [runtime for runtime in _RUNTIMES[kind] if _is_installed(runtime)]
    if not found and kind is ModelFormat.TFLITE and _is_installed(Runtime.TENSORFLOW):
        # Its own interpreter is deprecated: measured only where nothing else runs the file.
        return [Runtime.TENSORFLOW]
    return found


def _is_installed(runtime: Runtime) -> bool:
    return importlib.util.find_spec(runtime.value.replace("-", "_")) is not None
