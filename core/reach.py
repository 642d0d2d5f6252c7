"""How far from a raster things may lie, and polygons that reach farther than GDAL can burn."""

from __future__ import annotations

from typing import Optional

import numpy as np
from numpy.typing import NDArray
from osgeo import ogr

from .grid import PixelGrid

FARTHEST = 1e30
"""No system has coordinates like that; their squares and products are numbers still."""
REACH = 1e7
"""Pixels around a raster. GDAL counts them in 32 bits, and burns nothing of what goes beyond; chips
may have a hundred times the pixels of the raster."""

Box = tuple[float, float, float, float]


def reach_of(grid: PixelGrid) -> Box:
    """left, bottom, right, top of what lies near enough to a raster, on its map."""
    far = REACH * min(grid.cell_size)
    left, bottom, right, top = grid.bounds
    return left - far, bottom - far, right + far, top + far


def goes_beyond(box: Box, sides: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which boxes, (left, bottom, right, top; box), do not lie in a box."""
    left, bottom, right, top = sides
    return (left < box[0]) | (bottom < box[1]) | (right > box[2]) | (top > box[3])


def cut_off(polygon: ogr.Geometry, box: Box) -> Optional[ogr.Geometry]:
    """The part of a valid polygon in a box; None if GEOS cannot find it."""
    left, bottom, right, top = box
    around = ogr.Geometry(ogr.wkbLinearRing)
    for x, y in ((left, bottom), (left, top), (right, top), (right, bottom), (left, bottom)):
        around.AddPoint_2D(x, y)
    frame = ogr.Geometry(ogr.wkbPolygon)
    frame.AddGeometry(around)
    try:
        return polygon.Intersection(frame)
    except RuntimeError:
        return None
