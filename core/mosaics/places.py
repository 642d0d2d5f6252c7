"""Where the items of a mosaic lie, in pixels of the first."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..errors import InvalidRequest
from ..grid import PixelGrid
from ..limits import MOST_SIDE
from ..map_boxes import box_in
from ..source_windows import Window, source_window
from .items import Item

EDGE = 1e-6
"""Share of a pixel by which the middle of a pixel may miss an item and still lie in it."""


@dataclass(frozen=True)
class Box:
    """Whole pixels of the first item's grid, which may lie outside of that item."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def columns(self) -> int:
        """Its width."""
        return self.right - self.left

    @property
    def rows(self) -> int:
        """Its height."""
        return self.bottom - self.top

    @property
    def is_empty(self) -> bool:
        """Whether there is no pixel in it."""
        return min(self.columns, self.rows) <= 0

    def on(self, grid: PixelGrid) -> PixelGrid:
        """Its part of a grid."""
        return grid.crop(self.left, self.top, self.columns, self.rows)


@dataclass(frozen=True)
class Place:
    """Where an item lies on the grid of the first."""

    item: Item
    box: Box
    """The pixels whose middle lies in the item."""
    is_whole_pixels: bool
    """They are the pixels of the item."""


def place_of(item: Item, grid: PixelGrid) -> Place:
    """Where an item lies on the grid of the first. Raises InvalidRequest naming rasterItems."""
    window = source_window(grid, item.grid) or _window_around(item, grid)
    sides = (window.left, window.top, window.right, window.bottom)
    left, top, right, bottom = (math.ceil(side - 0.5 - EDGE) for side in sides)
    return Place(item, Box(left, top, right, bottom), window.is_whole_pixels)


def _window_around(item: Item, grid: PixelGrid) -> Window:
    """Where an item lies whose axes or system differ."""
    bounds = box_in(item.grid.bounds, item.grid.crs_wkt, grid.crs_wkt)
    if bounds is None:
        raise InvalidRequest(
            "rasterItems",
            f"'{item.source}' cannot be brought to the coordinate system of inputRaster; "
            "choose items that lie near each other.",
        )
    left, bottom, right, top = bounds
    columns, rows = grid.to_pixels(
        np.array([left, left, right, right]), np.array([bottom, top, bottom, top])
    )
    width, height = np.ptp(columns), np.ptp(rows)
    return Window(float(columns.min()), float(rows.min()), float(width), float(height), False)


def union(boxes: Sequence[Box]) -> Box:
    """The box around boxes. Raises InvalidRequest where GDAL could not hold it."""
    filled = [box for box in boxes if not box.is_empty]
    whole = Box(
        min(box.left for box in filled),
        min(box.top for box in filled),
        max(box.right for box in filled),
        max(box.bottom for box in filled),
    )
    if max(whole.columns, whole.rows) > MOST_SIDE:
        raise InvalidRequest(
            "rasterItems",
            f"lie so far from inputRaster that one image of all would have {whole.columns} × "
            f"{whole.rows} pixels; choose items that lie near each other, or export each on its "
            "own (processAllRasterItems).",
        )
    return whole
