"""Many polygons that are burned into rows of pixels when those rows are painted."""

from __future__ import annotations

import struct
import threading
from collections.abc import Iterable
from typing import Any

import numpy as np
from osgeo import gdal, ogr, osr


class BurnLayer:
    """Polygons in pixel coordinates with a number each; the later one lies on top."""

    def __init__(self, rings: Iterable[tuple[Any, int]]) -> None:
        self._source = ogr.GetDriverByName("Memory").CreateDataSource("")
        self._lock = threading.Lock()
        self._layer = self._source.CreateLayer("shapes", _plane(), ogr.wkbPolygon)
        self._layer.CreateField(ogr.FieldDefn("number", ogr.OFTInteger))
        for ring, number in rings:
            feature = ogr.Feature(self._layer.GetLayerDefn())
            feature.SetField(0, number)
            feature.SetGeometryDirectly(polygon(ring))
            self._layer.CreateFeature(feature)

    def burn(self, top: int, bottom: int, columns: int) -> Any:
        """The number of the topmost polygon at each pixel's centre, 0 where there is none."""
        target = gdal.GetDriverByName("MEM").Create("", columns, bottom - top, 1, gdal.GDT_Int32)
        target.SetGeoTransform((0, 1, 0, top, 0, 1))
        target.SetSpatialRef(_plane())
        with self._lock:
            self._layer.SetSpatialFilterRect(0, top, columns, bottom)
            gdal.RasterizeLayer(target, [1], self._layer, options=["ATTRIBUTE=number"])
        return target.ReadAsArray()


def polygon(ring: Any) -> Any:
    """An OGR polygon from corners of shape (n, 2), which need not repeat the first."""
    closed = np.ascontiguousarray([*ring, ring[0]], dtype="<f8")
    head = struct.pack("<BIII", 1, ogr.wkbPolygon, 1, len(closed))
    return ogr.CreateGeometryFromWkb(head + closed.tobytes())


def _plane() -> Any:
    """Any metric coordinate system: GDAL warns when layers have none."""
    plane = osr.SpatialReference()
    plane.ImportFromEPSG(32633)
    return plane
