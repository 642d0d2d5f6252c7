"""The mask: only chips that lie wholly within some polygons are wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from osgeo import ogr

from .clipping import clip
from .plan import Strip
from .shapes import Shapes
from .wkb import shapes_of_wkb


class Region(Protocol):
    """Where chips may lie."""

    def holds(self, strip: Strip) -> NDArray[np.bool_]:
        """For each place, whether it lies wholly within."""


TOLERANCE = 1e-2
"""Square pixels of a chip that may lie outside: what a seam between reprojected neighbours and the
rounding of coordinates come to, far less than one pixel."""


@dataclass(frozen=True, eq=False)
class Mask:
    """The union of some polygons, in the system of the image."""

    shapes: Shapes

    def holds(self, strip: Strip) -> NDArray[np.bool_]:
        """For each place, whether it lies within; touching the edge from inside counts."""
        chosen = self.shapes.in_box(strip.grid.bounds)
        shapes = self.shapes.select(chosen).on(strip.grid)
        clips = clip(shapes, strip.lefts, strip.tops, strip.tile.columns, strip.tile.rows)
        covered = np.bincount(clips.place, weights=clips.area, minlength=strip.place_count)
        return covered >= strip.tile.columns * strip.tile.rows - TOLERANCE


def mask_of(blobs: Sequence[bytes]) -> Mask:
    """The mask of polygons in WKB; neighbours are joined, so that their seams are no edges."""
    everything = ogr.Geometry(ogr.wkbMultiPolygon)
    for blob in blobs:
        for polygon in _parts(ogr.CreateGeometryFromWkb(blob)):
            everything.AddGeometry(polygon)
    if everything.IsEmpty():
        return Mask(shapes_of_wkb([]))
    union = everything.UnionCascaded()
    return Mask(shapes_of_wkb([bytes(part.ExportToIsoWkb(ogr.wkbNDR)) for part in _parts(union)]))


def _parts(geometry: ogr.Geometry) -> list[ogr.Geometry]:
    if ogr.GT_Flatten(geometry.GetGeometryType()) == ogr.wkbPolygon:
        return [geometry]
    return [geometry.GetGeometryRef(part).Clone() for part in range(geometry.GetGeometryCount())]
