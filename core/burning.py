"""Polygons burned into pixels by GDAL: a pixel belongs to what covers its centre."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from osgeo import gdal, gdal_array, ogr

from .gdal_errors import GdalFailure, gdal_messages
from .grid import PixelGrid

if TYPE_CHECKING:
    from .files import Pixels

VALUE = "value"


def burned(
    grid: PixelGrid, blobs: Sequence[bytes], values: NDArray[np.int64], data_type: str
) -> Pixels:
    """An image (row, column) of the values of polygons in WKB, the later over the earlier.

    0 where there is none. Grids that are quarter turns of each other get the same pixels, turned:
    else those whose centre lies just on an edge would differ. Raises GdalFailure.
    """
    upright, quarters = grid.upright()
    return np.rot90(_burned(upright, blobs, values, data_type), quarters)


def _burned(
    grid: PixelGrid, blobs: Sequence[bytes], values: NDArray[np.int64], data_type: str
) -> Pixels:
    pixels = np.zeros((grid.rows, grid.columns), data_type)
    if not len(blobs):
        return pixels
    with gdal_messages() as messages:
        target = gdal_array.OpenNumPyArray(pixels[None], True)
        target.SetGeoTransform(grid.geotransform)
        memory = _memory_layer(zip(blobs, values.tolist()))
        options = [f"ATTRIBUTE={VALUE}"]
        if gdal.RasterizeLayer(target, [1], memory.GetLayer(0), options=options) != gdal.CE_None:
            raise GdalFailure(messages.last_error)
        target.FlushCache()
    return pixels


def _memory_layer(rows: Iterable[tuple[bytes, int]]) -> gdal.Dataset:
    """A layer in memory that keeps the order of its features, unlike an indexed file."""
    driver = gdal.GetDriverByName("Memory") or gdal.GetDriverByName("MEM")
    dataset = driver.Create("", 0, 0, 0, gdal.GDT_Unknown)
    layer = dataset.CreateLayer("labels", None, ogr.wkbUnknown)
    layer.CreateField(ogr.FieldDefn(VALUE, ogr.OFTReal))
    feature = ogr.Feature(layer.GetLayerDefn())
    for blob, value in rows:
        feature.SetGeometryDirectly(ogr.CreateGeometryFromWkb(blob))
        feature.SetField(0, value)
        feature.SetFID(-1)
        layer.CreateFeature(feature)
    return dataset
