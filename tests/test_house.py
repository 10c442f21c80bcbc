"""The house keeps its order: imports run downwards, edge stays light, no file is lost."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.support import ROOT, needs_onnxruntime, needs_tensorflow

ALLOWED = {
    "edge": {"edge"},
    "train": {"edge", "train"},
    "export": {"edge", "train", "export"},
    "benchmarks": {"edge", "train", "benchmarks"},
}
ROOMS = {*ALLOWED, "tests"}
# What edge may import by name; other runtimes, cameras and brokers it asks for where they are used.
LIGHT = {"edge", "numpy", "cv2", "onnxruntime", *sys.stdlib_module_names}
HEAVY = {"tensorflow", "keras", "tf2onnx", "onnx", "matplotlib", "scipy", "tqdm"}

FILES = sorted(path for room in ALLOWED for path in (ROOT / room).rglob("*.py"))
LONGEST = 300


def name_of(path: Path) -> str:
    """The name under which a file is imported."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {name_of(path): path for path in FILES}


def imported(path: Path) -> set[str]:
    """The modules that a file imports anywhere in it; of `from a import b` both a and a.b."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names |= {str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def packages(path: Path) -> set[str]:
    return {name.partition(".")[0] for name in imported(path)}


def import_all(names: list[str], walled: set[str]) -> None:
    """Imports modules in a process in which the packages in `walled` cannot be imported."""
    program = f"""
import importlib, importlib.abc, sys

class Wall(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {sorted(walled)!r}:
            raise ImportError("edge imports " + name)

sys.meta_path.insert(0, Wall())
for name in {names!r}:
    importlib.import_module(name)
"""
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr


def test_these_are_all_the_rooms() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    built = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert set(built) == set(ALLOWED) == set(project["tool"]["mypy"]["packages"])
    assert {path.parent.name for path in ROOT.glob("*/__init__.py")} == set(ALLOWED)


def test_every_folder_is_a_package() -> None:
    # mypy and the wheel would pass over one that is not, and say nothing.
    assert {path.parent for path in FILES if not (path.parent / "__init__.py").is_file()} == set()


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_run_downwards(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    assert (packages(path) & ROOMS) <= ALLOWED[room]
    if room == "edge":
        assert packages(path) <= LIGHT


def test_every_module_of_edge_is_imported_without_tensorflow() -> None:
    names = [name for name in MODULES if name.partition(".")[0] == "edge"]
    assert "edge.reader" in names
    assert "edge.sources.camera" in names
    import_all(names, HEAVY)


@needs_tensorflow
@needs_onnxruntime
def test_every_module_is_imported() -> None:
    import_all(list(MODULES), set())


def test_every_file_is_used() -> None:
    used = {name for path in FILES for name in imported(path)}
    lost = {
        name
        for name, path in MODULES.items()
        if name not in used and '__name__ == "__main__"' not in path.read_text("utf-8")
    }
    assert {
        name for name in lost if not any(one.startswith(f"{name}.") for one in MODULES)
    } == set()


def test_no_file_outgrows_its_room() -> None:
    files = [*FILES, *sorted((ROOT / "tests").rglob("*.py"))]
    long = {str(p.relative_to(ROOT)): len(p.read_text("utf-8").splitlines()) for p in files}
    assert {name: lines for name, lines in long.items() if lines > LONGEST} == {}


def test_no_file_is_a_drawer_for_anything() -> None:
    assert {p for p in FILES if p.stem in {"util", "utils", "helper", "helpers", "misc"}} == set()


def test_nothing_unpickles() -> None:
    for path in FILES:
        assert "pickle" not in packages(path), path
        assert "allow_pickle=True" not in path.read_text("utf-8"), path
