"""An operator's time is what it adds to a run, and all of them together are the run."""

from __future__ import annotations

import importlib.util
from typing import Any

import numpy as np
import pytest

from benchmarks.operators.cut import cut_after, operator_count
from benchmarks.operators.measure import profile_operators, put_together
from benchmarks.operators.profile import OperatorProfile, OperatorTime, Way
from benchmarks.operators.section import explain_operators, operator_sections
from edge.errors import EdgeDigitsError, InputError, MachineError
from edge.manifest import load_artifact
from edge.session import DEFAULT_MODEL, Runtime
from tests.support import SHIPPED, needs_onnxruntime

needs_litert = pytest.mark.skipif(
    importlib.util.find_spec("ai_edge_litert") is None,
    reason="ai-edge-litert, which brings the schema, is not installed",
)


def answer(*times: tuple[str, str, float], call_us: float | None = 0.5) -> dict[str, Any]:
    operators = [{"name": n, "output": o, "us": us, "macs": None} for n, o, us in times]
    return {"call_us": call_us, "operators": operators}


def test_processes_are_put_together_by_their_medians() -> None:
    told = [answer(("CONV_2D", "4x4x8", us), ("SOFTMAX", "10", us - 3)) for us in (2.0, 9.0, 4.0)]
    found = put_together("a.tflite", "int8", "ai-edge-litert", Way.CUT, told)
    conv, softmax = found.operators
    assert (conv.us, conv.range_us) == (4.0, (2.0, 9.0))
    assert (softmax.us, softmax.range_us) == (1.0, (-1.0, 6.0))
    assert found.total_us == pytest.approx(0.5 + 4.0 + 1.0)
    assert found.longest is conv


def test_a_profilers_nodes_are_summed_by_kind_and_the_longest_comes_first() -> None:
    told = [answer(("Gemm", "", 2.0), ("Conv", "", 4.0), ("Conv", "", 5.0), call_us=None)]
    found = put_together("a.onnx", "int8", "onnxruntime", Way.PROFILER, told)
    assert [(one.label, one.us) for one in found.operators] == [("Conv x 2", 9.0), ("Gemm", 2.0)]


def test_processes_that_tell_different_operators_are_refused() -> None:
    told = [answer(("Conv", "", 4.0)), answer(("Gemm", "", 4.0))]
    with pytest.raises(EdgeDigitsError, match="other operators"):
        put_together("a.onnx", "int8", "onnxruntime", Way.PROFILER, told)


@pytest.mark.parametrize("us", [float("nan"), 3.0])
def test_a_time_outside_its_range_is_refused(us: float) -> None:
    with pytest.raises(InputError, match="cannot take"):
        OperatorTime("CONV_2D", "", 1, us, (0.0, 2.0))


def profile(scheme: str, *times: tuple[str, str, float]) -> OperatorProfile:
    return put_together("a", scheme, "ai-edge-litert", Way.CUT, [answer(*times)])


def test_the_sentence_names_the_longest_operator_and_what_float32_takes_for_it() -> None:
    small = profile("int8", ("CONV_2D", "4x4x8", 1.0), ("CONV_2D", "2x2x8", 2.5))
    exact = profile("none", ("CONV_2D", "4x4x8", 3.0), ("CONV_2D", "2x2x8", 7.5))
    said = explain_operators(small, exact)
    assert "number 2, CONV_2D to 2x2x8: 2.50 us, 62% of the run" in said
    assert "float32 it takes 7.50 us" in said
    # Other operators: nothing is set side by side.
    assert "float32" not in explain_operators(small, profile("none", ("SOFTMAX", "10", 3.0)))


def test_a_table_holds_every_operator_and_the_longest_bar_is_the_longest_time() -> None:
    (section,) = operator_sections(
        (profile("int8", ("CONV_2D", "4x4x8", 8.0), ("SOFTMAX", "10", -0.1)),)
    )
    assert [row[0] for row in section.rows] == ["call", "CONV_2D", "SOFTMAX"]
    assert [len(row[-1]) for row in section.rows] == [1, 20, 0]
    assert section.rows[2][4] == "0%"


@needs_litert
def test_a_cut_file_runs_and_the_whole_cut_says_what_the_file_says() -> None:
    from ai_edge_litert.interpreter import Interpreter

    content = DEFAULT_MODEL.read_bytes()
    artifact = load_artifact(DEFAULT_MODEL)
    image = np.random.default_rng(0).integers(-128, 128, artifact.input.shape, np.int8)

    def answers(model: bytes) -> list[np.ndarray]:
        runner = Interpreter(model_content=model, num_threads=1)
        runner.allocate_tensors()
        runner.set_tensor(runner.get_input_details()[0]["index"], image)
        runner.invoke()
        found = runner.get_output_details()
        return [runner.get_tensor(one["index"]) for one in sorted(found, key=lambda o: o["name"])]

    count = operator_count(content)
    cuts = [answers(cut_after(content, number)) for number in range(count + 1)]
    assert np.array_equal(cuts[0][0], image)
    whole = answers(content)
    assert len(whole) == len(cuts[-1]) == 2
    assert all(np.array_equal(a, b) for a, b in zip(whole, cuts[-1], strict=True))


@needs_litert
@pytest.mark.parametrize("count", [-1, 99])
def test_a_file_is_cut_within_itself(count: int) -> None:
    with pytest.raises(InputError, match=f"no {count} operators"):
        cut_after(DEFAULT_MODEL.read_bytes(), count)


@needs_litert
def test_the_shipped_network_spends_its_time_in_its_convolutions() -> None:
    found = profile_operators(load_artifact(DEFAULT_MODEL), Runtime.LITERT, 1)
    convolutions = [one for one in found.operators if one.name == "CONV_2D"]
    assert sum(one.us for one in convolutions) > found.total_us / 2
    assert all(one.macs for one in convolutions)
    assert found.call_us is not None
    assert 0 < found.call_us < found.total_us


@needs_onnxruntime
def test_onnxruntime_is_asked_by_its_own_profiler() -> None:
    found = profile_operators(load_artifact(SHIPPED / "digits-int8.onnx"), Runtime.ONNXRUNTIME, 1)
    assert found.way is Way.PROFILER
    assert {"QLinearConv", "QuantizeLinear"} <= {one.name for one in found.operators}
    assert "onnxruntime's profiler" in explain_operators(found, None)


def test_without_a_schema_the_missing_package_is_named() -> None:
    if importlib.util.find_spec("ai_edge_litert") or importlib.util.find_spec("tensorflow"):
        pytest.skip("the schema is installed here")
    with pytest.raises(MachineError, match="pip install ai-edge-litert"):
        operator_count(DEFAULT_MODEL.read_bytes())
