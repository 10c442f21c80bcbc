"""What a benchmark says of the machine it ran on."""

from __future__ import annotations

import json

import numpy as np
import pytest

from benchmarks.host import parse_cpuinfo, read_host

X86 = "processor\t: 0\nmodel name\t: Some CPU @ 3 GHz\nflags\t\t: fpu avx2 avx512_vnni\n"
PI_5 = (
    "processor\t: 0\nFeatures\t: fp asimd asimdhp asimddp\nCPU implementer\t: 0x41\n"
    "CPU part\t: 0xd0b\n\nRevision\t: c04170\nModel\t\t: Raspberry Pi 5 Model B Rev 1.0\n"
)


@pytest.mark.parametrize(
    ("text", "board", "cpu", "features"),
    [
        (X86, None, "Some CPU @ 3 GHz", ("avx2", "avx512_vnni")),
        (PI_5, None, "Raspberry Pi 5 Model B Rev 1.0, Cortex-A76", ("asimd", "asimddp")),
        ("CPU part : 0xd08\n", "Raspberry Pi 4", "Raspberry Pi 4, Cortex-A72", ()),
        ("CPU part : 0xfff\n", None, "Arm part 0xfff", ()),
        ("", None, None, ()),
        ("no colon\n:\n", None, None, ()),
    ],
    ids=["x86", "Pi 5", "Pi 4 by its device tree", "unknown Arm", "nothing", "nonsense"],
)
def test_a_processor_is_named_with_what_int8_wants(text, board, cpu, features) -> None:
    assert parse_cpuinfo(text, board) == (cpu, features)


def test_this_host_can_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    host = read_host()
    assert host.packages["numpy"] == np.__version__
    assert json.loads(json.dumps(host.to_json(), allow_nan=False))["cores"] >= 1
    # A machine that tells nothing about itself is no reason to stop.
    monkeypatch.setattr("benchmarks.host.read_fact", lambda path: None)
    monkeypatch.setattr("os.getloadavg", lambda: (_ for _ in ()).throw(OSError()))
    monkeypatch.setenv("PATH", "")
    bare = read_host()
    assert (bare.load_1m, bare.governor, bare.commit) == (None, None, None)
    assert bare.cpu
