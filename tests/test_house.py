"""The house keeps its order: imports run downwards, and edge stays light."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import ROOT

ALLOWED = {
    "edge": {"edge"},
    "train": {"edge", "train"},
    "export": {"edge", "train", "export"},
    "benchmarks": {"edge", "train", "benchmarks"},
}
HEAVY = {"tensorflow", "keras", "tf2onnx", "onnx", "matplotlib", "scipy", "tqdm"}

FILES = sorted(path for room in ALLOWED for path in (ROOT / room).rglob("*.py"))


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names.add((node.module or "").split(".")[0])
    return names


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_run_downwards(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    assert (imported(path) & set(ALLOWED)) <= ALLOWED[room]
    if room == "edge":
        assert not imported(path) & HEAVY


def test_every_module_of_edge_is_imported_without_tensorflow() -> None:
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in FILES
        if path.relative_to(ROOT).parts[0] == "edge"
    ]
    assert "edge.reader" in modules
    program = f"""
import importlib, importlib.abc, sys

class Wall(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {sorted(HEAVY)!r}:
            raise ImportError("edge imports " + name)

sys.meta_path.insert(0, Wall())
for name in {modules!r}:
    importlib.import_module(name)
"""
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr


def test_no_file_outgrows_its_room() -> None:
    long = {str(p.relative_to(ROOT)): len(p.read_text("utf-8").splitlines()) for p in FILES}
    assert {name: lines for name, lines in long.items() if lines > 300} == {}


def test_nothing_unpickles() -> None:
    for path in FILES:
        assert "pickle" not in imported(path), path
        assert "allow_pickle=True" not in path.read_text("utf-8"), path
