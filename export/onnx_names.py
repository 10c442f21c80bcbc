"""Names and order of an ONNX graph's nodes, by the graph alone.

tf2onnx names what it makes by counters, and where a network has branches the counters follow
the order of sets: two exports of one model differ, and the names, which every quantizing node
repeats, are as much as a layer of a small network.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

_WEIGHTED = ("Conv", "Gemm", "MatMul")
_ROLES = {1: "weights", 2: "bias"}


def settle_names(model: Any) -> None:
    """Orders and names an onnx.ModelProto's nodes and constants in place: "conv_2", "conv_2_bias".

    A node comes after those that it needs, in the order in which it needs them; what no
    output needs goes. Names are those of the operators, counted. The graph's inputs and
    outputs keep theirs. A graph with graphs inside, as a loop has, is left as it is.
    """
    graph = model.graph
    if any(one.HasField("g") or one.graphs for node in graph.node for one in node.attribute):
        return
    nodes = _in_order(graph)
    kept = [value.name for value in (*graph.input, *graph.output)]
    names = {"": "", **{name: name for name in kept}}
    taken = set(kept)
    constants = {one.name for one in graph.initializer}
    counts: Counter[str] = Counter()
    for node in nodes:
        node.name = _next(node.op_type.lower(), counts, taken)
        for place, name in enumerate(node.input):
            if name in constants and name not in names:
                role = _ROLES.get(place) if node.op_type in _WEIGHTED else None
                names[name] = _free(f"{node.name}_{role or f'operand_{place}'}", taken)
        for place, name in enumerate(node.output):
            if name not in names:
                names[name] = node.name if place == 0 else _free(f"{node.name}_{place}", taken)
    for node in nodes:
        node.input[:] = [names[name] for name in node.input]
        node.output[:] = [names[name] for name in node.output]
    used = {name: at for at, name in enumerate(names)}
    constant = sorted(
        (one for one in graph.initializer if one.name in used), key=lambda one: used[one.name]
    )
    for one in constant:
        one.name = names[one.name]
    _replace(graph.node, nodes)
    _replace(graph.initializer, constant)
    del graph.value_info[:]


def _in_order(graph: Any) -> list[Any]:
    """The nodes that the outputs need, each after those that it needs itself."""
    # An output or an input that is left out has no name.
    makers = {name: node for node in graph.node for name in node.output if name}
    order: list[Any] = []
    seen: set[int] = set()
    waiting = [(value.name, False) for value in reversed(graph.output)]
    while waiting:
        name, ready = waiting.pop()
        node = makers.get(name)
        if node is None:
            continue
        if ready:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            waiting.append((name, True))
            waiting += [(one, False) for one in reversed(node.input)]
    return order


def _next(kind: str, counts: Counter[str], taken: set[str]) -> str:
    """The first of "conv_1", "conv_2", ... that is neither given nor taken; takes it."""
    while True:
        counts[kind] += 1
        name = f"{kind}_{counts[kind]}"
        if name not in taken:
            taken.add(name)
            return name


def _free(name: str, taken: set[str]) -> str:
    """The name, or with an underscore more where it is taken; takes it."""
    while name in taken:
        name += "_"
    taken.add(name)
    return name


def _replace(field: Any, values: list[Any]) -> None:
    copies = [type(one).FromString(one.SerializeToString()) for one in values]
    del field[:]
    field.extend(copies)
