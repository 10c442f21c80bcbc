"""Names of tensors as people read them: of what a fused operator was, the first part."""

from __future__ import annotations

from collections.abc import Sequence


def short_names(names: Sequence[str]) -> list[str]:
    """Tensor names with what follows the first semicolon left out.

    The converter names a fused tensor after everything that went into it, at 200 bytes a
    name: in a small network that is as much as a layer. Where two become the same, the
    later ones get a number; a name without a semicolon stays as it is.

    Args:
        names: all of a graph's, each there once.

    Returns:
        As many, each there once.
    """
    taken = {name for name in names if ";" not in name}
    return [name if ";" not in name else _free(name.split(";")[0], taken) for name in names]


def _free(name: str, taken: set[str]) -> str:
    """`name`, or `name_2` and so on: the first that is not taken, which it then is."""
    candidate, count = name, 1
    while candidate in taken:
        count += 1
        candidate = f"{name}_{count}"
    taken.add(candidate)
    return candidate
