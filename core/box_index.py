"""Many boxes sorted into cells, so that those that meet a window are found without a look at all.

A box belongs to the cell of its lower left corner. Boxes of about one size share a grid whose cells
are at least as large as they are, so that nothing farther than a cell away can meet a window.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import floor
from typing import Optional

import numpy as np
from numpy.typing import NDArray

Window = tuple[float, float, float, float]
"""left, bottom, right, top"""
Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

PER_CELL = 32
"""Boxes in a cell of the finest grid, if they are spread evenly."""
GREATEST_SIDE = 1 << 15
"""Cells along a side of a grid; keeps the numbers of cells small."""

FEW = 20_000
"""Below so many boxes a look at all of them takes no longer."""
SORTING_COST = 16
"""Looks at a box that sorting one costs."""
GREATEST_LEVEL = 40
"""Doublings from the finest cells to the coarsest."""


@dataclass(frozen=True, eq=False)
class _CellGrid:
    """Boxes of one size, by row and column of their cells."""

    cell: float
    left: float
    bottom: float
    columns: int
    rows: int
    keys: Indices
    """The cells of the boxes (row · columns + column), ascending."""
    boxes: Indices
    """The boxes in this order."""

    def spans(self, window: Window) -> list[tuple[int, int]]:
        """Where boxes that may meet a window stand in `boxes`: those of all cells that it reaches
        into, or that lie just before it.
        """
        left, bottom, right, top = window
        first, last = self._cells(left, right, self.left, self.columns)
        lowest, highest = self._cells(bottom, top, self.bottom, self.rows)
        if last < first or highest < lowest:
            return []
        rows = np.arange(lowest, highest + 1) * self.columns
        begin, end = self.keys.searchsorted(rows + first), self.keys.searchsorted(rows + last + 1)
        return list(zip(begin.tolist(), end.tolist()))

    def _cells(self, low: float, high: float, origin: float, count: int) -> tuple[int, int]:
        """Rows or columns from one cell before `low` to the cell of `high`."""
        first = min(max((low - origin) / self.cell - 1.0, 0.0), float(count))
        last = min(max((high - origin) / self.cell, -1.0), count - 1.0)
        return floor(first), floor(last)


@dataclass(frozen=True, eq=False)
class BoxIndex:
    """Finds boxes that meet a window; immutable, so any number of threads may ask."""

    left: Floats
    bottom: Floats
    right: Floats
    top: Floats
    grids: tuple[_CellGrid, ...]

    def meeting(self, window: Window) -> Indices:
        """Boxes whose inside meets that of a window, ascending."""
        left, bottom, right, top = window
        near = self._near(window)
        if near is None:
            return np.flatnonzero(
                (self.left < right)
                & (self.right > left)
                & (self.bottom < top)
                & (self.top > bottom)
            )
        meets = (self.left[near] < right) & (self.right[near] > left)
        meets &= (self.bottom[near] < top) & (self.top[near] > bottom)
        return near[meets]

    def _near(self, window: Window) -> Optional[Indices]:
        """Boxes that may meet a window, ascending; None if a look at all of them is cheaper."""
        if len(self.left) < FEW:
            return None
        spans = [(it.boxes, *span) for it in self.grids for span in it.spans(window)]
        if sum(end - begin for _, begin, end in spans) * SORTING_COST > len(self.left):
            return None
        parts = [boxes[begin:end] for boxes, begin, end in spans if end > begin]
        return np.sort(np.concatenate(parts)) if parts else np.empty(0, np.intp)


def box_index(left: Floats, bottom: Floats, right: Floats, top: Floats) -> BoxIndex:
    """The index of some boxes.

    >>> index = box_index(*np.array([[0.0, 5.0], [0.0, 5.0], [2.0, 9.0], [2.0, 9.0]]))
    >>> index.meeting((4.0, 4.0, 6.0, 6.0))
    array([1])
    """
    if not len(left):
        return BoxIndex(left, bottom, right, top, ())
    size = np.maximum(right - left, top - bottom)
    finest = _finest_cell(float(np.ptp(left)), float(np.ptp(bottom)), size)
    level = np.ceil(np.log2(np.maximum(size / finest, 1.0))).astype(np.intp)
    grids = tuple(
        _cell_grid(left, bottom, np.flatnonzero(level == each), float(finest * 2.0**each))
        for each in np.unique(level).tolist()
    )
    return BoxIndex(left, bottom, right, top, grids)


def _finest_cell(across: float, up: float, size: Floats) -> float:
    """The side of the smallest cells for boxes whose corners are spread so far."""
    evenly = float(np.sqrt(across * up * PER_CELL / len(size)))
    greatest = float(size.max()) / 2**GREATEST_LEVEL
    return max(evenly, max(across, up) / GREATEST_SIDE, greatest) or 1.0


def _cell_grid(left: Floats, bottom: Floats, boxes: Indices, cell: float) -> _CellGrid:
    origin = float(left[boxes].min()), float(bottom[boxes].min())
    column = np.floor((left[boxes] - origin[0]) / cell).astype(np.intp)
    row = np.floor((bottom[boxes] - origin[1]) / cell).astype(np.intp)
    columns = int(column.max()) + 1
    keys = row * columns + column
    order = np.argsort(keys, kind="stable")
    return _CellGrid(cell, *origin, columns, int(row.max()) + 1, keys[order], boxes[order])
