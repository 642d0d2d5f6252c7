"""The order in which features are drawn: by a field of theirs, then by their ids."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Optional

import numpy as np
from numpy.typing import NDArray
from osgeo import ogr

from .errors import InvalidRequest
from .layer_columns import Cell
from .shapes import Indices


def priority_position(layer: ogr.Layer, name: str) -> int:
    """Position of the field with ranks. Raises InvalidRequest if there is none of this name."""
    definition = layer.GetLayerDefn()
    names = [definition.GetFieldDefn(i).GetName() for i in range(definition.GetFieldCount())]
    lower = [each.lower() for each in names]
    if name.lower() not in lower:
        raise InvalidRequest(
            "classPriority",
            f"'{name}' is neither 'feature order', 'smaller on top' nor a field of "
            f"the label layer; its fields are {', '.join(names) or 'none'}.",
        )
    return lower.index(name.lower())


Priority = tuple[int, float, str]
"""Whether there is one at all, as a number, as a text: numbers before texts."""


def priority_of(cell: Cell) -> Priority:
    """The rank that a cell gives; what is NULL or no number of a size is the lowest.

    >>> priority_of("2.5"), priority_of(7), priority_of("high")
    ((1, 2.5, ''), (1, 7.0, ''), (1, inf, 'high'))
    """
    if cell is None:
        return 0, 0.0, ""
    try:
        number = float(cell)
    except ValueError:
        return 1, math.inf, str(cell)
    return (0, 0.0, "") if math.isnan(number) else (1, number, "")


class DrawOrder:
    """Grows with the features that are read."""

    def __init__(self) -> None:
        self._fids: list[NDArray[np.int64]] = []
        self._priorities: list[Priority] = []

    def add(self, fids: NDArray[np.int64], ranks: Optional[Sequence[Cell]]) -> None:
        """Some features more, and the cells of their ranks where there is such a field."""
        self._fids.append(fids)
        if ranks is not None:
            known = {cell: priority_of(cell) for cell in set(ranks)}
            self._priorities.extend([known[cell] for cell in ranks])

    def numbers(self) -> Indices:
        """The features, numbered as they were added, in the order they are drawn in."""
        fids = np.concatenate([np.empty(0, np.int64), *self._fids])
        if not self._priorities:
            return np.argsort(fids, kind="stable")
        keys = list(zip(self._priorities, fids.tolist()))
        return np.array(sorted(range(len(keys)), key=keys.__getitem__), np.intp)
