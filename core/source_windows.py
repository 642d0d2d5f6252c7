"""Where a grid lies in the pixels of a raster."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Optional

import numpy as np

from .grid import PixelGrid
from .reference_systems import may_be_same_reference

if TYPE_CHECKING:
    from .grid import Coordinates

SAME_PIXEL = 1e-3
"""Grids whose pixels lie closer together than this share of a pixel are the same grid."""
Around = tuple[int, int, int, int]
"""Left, top, right and bottom in whole pixels."""


@dataclass(frozen=True)
class Window:
    """A window of a raster in its own pixels, continuous, and its size in pixels."""

    left: float
    top: float
    columns: float
    rows: float
    is_whole_pixels: bool
    """Each pixel of the window's grid is a pixel of the raster."""

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.left + self.columns

    @property
    def bottom(self) -> float:
        """Where it ends."""
        return self.top + self.rows

    def lies_in(self, grid: PixelGrid) -> bool:
        """Whether no part of the window is outside of a grid."""
        within = self.right <= grid.columns and self.bottom <= grid.rows
        return min(self.left, self.top) >= 0 and within


def pixels_before(start: float, step: float, end: float, extent: int) -> int:
    """How many pixels (of `step`) to read before a window so that its rounded self stays inside.

    GDAL checks a window by its rounded start plus its rounded length, which may be one too many.

    >>> pixels_before(start=298.5, step=1.5, end=300, extent=300)
    1
    """
    for count in range(math.floor(start / step) + 1):
        begin = start - count * step
        if math.floor(begin + 0.5) + math.floor(end - begin + 0.5) <= extent:
            return count
    return 0


def quarter_turns(source: PixelGrid, grid: PixelGrid) -> int:
    """The quarters by which a grid of pixels of `source` is turned; 0 if it is none, or is not."""
    for quarters in (1, 2, 3):
        window = source_window(source, grid.turned(-quarters))
        if window is not None and window.is_whole_pixels:
            return quarters
    return 0


def source_window(source: PixelGrid, grid: PixelGrid) -> Window | None:
    """The window of `source` that `grid` covers; None if their axes or systems differ.

    A system that is unknown is taken for that of the other.

    >>> native = PixelGrid(100, 100, (0, 1, 0, 100, 0, -1))
    >>> source_window(native, native.crop(10, 20, 5, 5)).is_whole_pixels
    True
    """
    if not may_be_same_reference(source.crs_wkt, grid.crs_wkt) or not source.cell_area:
        return None
    left, top = source.to_pixels(*grid.to_map(0.0, 0.0))
    right, top_right = source.to_pixels(*grid.to_map(float(grid.columns), 0.0))
    bottom_left, bottom = source.to_pixels(*grid.to_map(0.0, float(grid.rows)))
    width, height = right - left, bottom - top
    skew = max(abs(top_right - top), abs(bottom_left - left))
    if not skew <= SAME_PIXEL or width <= 0 or height <= 0:
        return None
    off_grid = max(
        abs(left - round(left)),
        abs(top - round(top)),
        abs(width - grid.columns),
        abs(height - grid.rows),
    )
    left, top, right, bottom = map(_snapped, (left, top, right, bottom))
    return Window(left, top, right - left, bottom - top, off_grid < SAME_PIXEL)


def _snapped(value: float) -> float:
    """Free of the rounding of map coordinates, so that a window does not leave its raster."""
    whole = round(value)
    return float(whole) if abs(value - whole) < SAME_PIXEL else value


def pixels_around(source: PixelGrid, grids: Sequence[PixelGrid]) -> Optional[Around]:
    """The pixels of `source` around grids that can be interpolated from them.

    None if one of them is in another system or leaves the raster.
    """
    if not all(may_be_same_reference(source.crs_wkt, grid.crs_wkt) for grid in grids):
        return None
    corners = [source.to_pixels(*grid.to_map(*_corners(grid))) for grid in grids]
    columns, rows = np.concatenate(corners, axis=1)
    left, top, right, bottom = columns.min(), rows.min(), columns.max(), rows.max()
    if min(left, top) < -SAME_PIXEL:
        return None
    if right > source.columns + SAME_PIXEL or bottom > source.rows + SAME_PIXEL:
        return None
    return (
        max(0, math.floor(left) - 1),
        max(0, math.floor(top) - 1),
        min(source.columns, math.ceil(right) + 1),
        min(source.rows, math.ceil(bottom) + 1),
    )


def is_coarser(grid: PixelGrid, source: PixelGrid) -> bool:
    """Whether the pixels of a grid are larger than those of a raster."""
    return grid.cell_area > source.cell_area * (1 + SAME_PIXEL)


def _corners(grid: PixelGrid) -> tuple[Coordinates, Coordinates]:
    """Columns and rows of the four corners of a grid."""
    columns, rows = float(grid.columns), float(grid.rows)
    return np.array([0.0, columns, columns, 0.0]), np.array([0.0, 0.0, rows, rows])
