"""Grids of the pixels that are fetched of a service."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Optional

from .grid import PixelGrid
from .map_boxes import Box

SAME = 1e-6
"""Share of a cell by which sizes may differ and still be the same."""


def grid_over(box: Box, cell_size: float, crs_wkt: str) -> PixelGrid:
    """The cells around a box (left, bottom, right, top), their edges at multiples of their size.

    So the pixels of pictures are the same whatever part is asked for.

    >>> grid_over((12, 0, 31, 20), 10, "").geotransform
    (10.0, 10, 0.0, 20.0, 0.0, -10)
    """
    left, right = math.floor(box[0] / cell_size + SAME), math.ceil(box[2] / cell_size - SAME)
    bottom, top = math.floor(box[1] / cell_size + SAME), math.ceil(box[3] / cell_size - SAME)
    corner = (float(left * cell_size), cell_size, 0.0, float(top * cell_size), 0.0, -cell_size)
    return PixelGrid(max(0, right - left), max(0, top - bottom), corner, crs_wkt)


def at_cell_size(grid: PixelGrid, cell_size: Optional[float]) -> PixelGrid:
    """The grid that is fetched: coarser where that is asked for, never finer than it is."""
    if cell_size is None or cell_size <= max(grid.cell_size) * (1 + SAME):
        return grid
    return grid.with_cell_size(cell_size)


def part_of(grid: PixelGrid, box: Optional[Box], margin: int = 0) -> PixelGrid:
    """The pixels of a north-up grid about a box, and some more on each side."""
    if box is None:
        return grid
    left, x_size, _, top, _, y_size = grid.geotransform
    sides = (
        math.floor((box[0] - left) / x_size + SAME) - margin,
        math.floor((box[3] - top) / y_size + SAME) - margin,
        math.ceil((box[2] - left) / x_size - SAME) + margin,
        math.ceil((box[1] - top) / y_size - SAME) + margin,
    )
    first, upper = max(0, sides[0]), max(0, sides[1])
    columns, rows = min(grid.columns, sides[2]) - first, min(grid.rows, sides[3]) - upper
    if columns <= 0 or rows <= 0:
        return replace(grid, columns=0, rows=0)
    return grid.crop(first, upper, columns, rows)


def common_box(first: Box, second: Optional[Box]) -> Box:
    """What two boxes share; with right below left, or top below bottom, where that is nothing."""
    if second is None:
        return first
    low = [max(pair) for pair in zip(first[:2], second[:2])]
    high = [min(pair) for pair in zip(first[2:], second[2:])]
    return low[0], low[1], high[0], high[1]
