"""A .tflite file that ends after its first operators.

The interpreters of Python have no profiler. What an operator adds to the run of the file that
ends before it is what it costs there, fused and delegated as it really is.
"""

from __future__ import annotations

from edge.errors import InputError
from edge.tflite_schema import import_schema

_IDENTIFIER = b"TFL3"


def cut_after(content: bytes, count: int) -> bytes:
    """The model whose run ends after `count` operators; what they leave unread are its outputs.

    Args:
        content: a .tflite file with one graph.
        count: from 0, which hands the input through, to all of them.

    Raises:
        InputError: the file has more graphs than one, or fewer operators.
        MachineError: no package here knows the schema.
    """
    flatbuffers, schema = import_schema()
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(content, 0))
    if len(model.subgraphs) != 1:
        raise InputError(f"a model of {len(model.subgraphs)} graphs is not cut")
    graph = model.subgraphs[0]
    if not 0 <= count <= len(graph.operators):
        raise InputError(f"no {count} operators in a model of {len(graph.operators)}")
    graph.operators = list(graph.operators[:count])
    read = {int(index) for one in graph.operators for index in one.inputs}
    made = [int(index) for one in graph.operators for index in one.outputs]
    graph.outputs = [index for index in made if index not in read] or list(graph.inputs)
    # Both name tensors of the whole.
    model.signatureDefs, model.metadata = [], []
    builder = flatbuffers.Builder(len(content))
    builder.Finish(model.Pack(builder), _IDENTIFIER)
    return bytes(builder.Output())


def operator_count(content: bytes) -> int:
    """How many operators the main graph has; errors are those of `cut_after`."""
    _, schema = import_schema()
    return int(schema.Model.GetRootAs(content, 0).Subgraphs(0).OperatorsLength())
