"""The part of an image that lies in the extent of a request."""

from __future__ import annotations

import math
from typing import Optional

import numpy as np

from .errors import InvalidRequest
from .gdal_errors import GdalFailure
from .grid import PixelGrid
from .map_boxes import box_in
from .pixel_space import MapPlace, ToPixels
from .reach import FARTHEST
from .request import Extent

SNAP = 1e-6
"""Share of a pixel by which an extent may miss a pixel edge and still lie on it."""


class NoRoom(InvalidRequest):
    """An image in which no whole chip has room, or that lies outside of the extent."""


def within_extent(
    extent: Optional[Extent], grid: PixelGrid, place: Optional[MapPlace]
) -> PixelGrid:
    """The part of an image's grid in an extent, snapped outward to whole pixels; all without one.

    `place` is that of an image whose grid is no map. Raises InvalidRequest.
    """
    if extent is None:
        return grid
    sides = (extent.left, extent.bottom, extent.right, extent.top)
    if not all(map(math.isfinite, sides)):
        raise InvalidRequest("extent", f"has a side that is no number: {sides}.")
    if extent.left >= extent.right or extent.bottom >= extent.top:
        raise InvalidRequest(
            "extent", "is empty: its left must be below its right, its bottom below its top."
        )
    left, bottom, right, top = (min(max(side, -FARTHEST), FARTHEST) for side in sides)
    to_pixels = grid.to_pixels if place is None else place.to_pixels
    system = grid.crs_wkt if place is None else place.grid.crs_wkt
    try:
        inside = box_in((left, bottom, right, top), extent.crs_wkt, system)
    except GdalFailure as failure:
        raise InvalidRequest(
            "extent", f"has a coordinate system that cannot be read ({failure}); choose another."
        ) from failure
    column, row, columns, rows = _window(inside, to_pixels, grid)
    if columns <= 0 or rows <= 0:
        raise NoRoom(
            "extent",
            f"does not meet the raster, which covers {_box_text(grid)}; choose a part of that, or "
            "leave it empty.",
        )
    return grid.crop(column, row, columns, rows)


def _window(
    box: Optional[tuple[float, float, float, float]], to_pixels: ToPixels, grid: PixelGrid
) -> tuple[int, int, int, int]:
    """Column, row, columns and rows of the whole pixels around a map box, cut to the grid."""
    if box is None:
        raise InvalidRequest("extent", "cannot be brought to the coordinate system of the raster.")
    left, bottom, right, top = box
    columns, rows = to_pixels(
        np.array([left, left, right, right]), np.array([bottom, top, bottom, top])
    )
    column, row = max(0, math.floor(columns.min() + SNAP)), max(0, math.floor(rows.min() + SNAP))
    end = min(grid.columns, math.ceil(columns.max() - SNAP))
    end_row = min(grid.rows, math.ceil(rows.max() - SNAP))
    return column, row, end - column, end_row - row


def _box_text(grid: PixelGrid) -> str:
    left, bottom, right, top = (f"{value:.10g}" for value in grid.bounds)
    return f"x {left} to {right}, y {bottom} to {top}"
