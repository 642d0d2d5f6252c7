"""An image and layers drawn upon it: geometries are given in pixels of the image."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Optional

from numpy.typing import NDArray
from osgeo import ogr, osr

from chipwright.core.grid import Geotransform, PixelGrid

from .making import box, crs, random_pixels, reference, write_layer, write_raster

__all__ = ["box", "features_file", "noise_file", "on_map", "random_pixels", "raster_file"]

LEFT, TOP, PIXEL = 500_000.0, 5_400_000.0, 0.5
"""Upper left corner and pixel size of the image in metres, in EPSG:32633."""
GEOTRANSFORM: Geotransform = (LEFT, PIXEL, 0.0, TOP, 0.0, -PIXEL)
UTM, DEGREES, WEB_MERCATOR = 32633, 4326, 3857
COORDINATES = re.compile(r"(-?[\d.]+) (-?[\d.]+)")

Row = tuple[str, Mapping[str, Any]]
"""A geometry as WKT in pixels of the image, and attributes."""


def raster_file(
    path: Path,
    pixels: NDArray[Any],
    geotransform: Geotransform = GEOTRANSFORM,
    epsg: int = UTM,
    nodata: Optional[float] = None,
) -> Path:
    """A GeoTIFF of pixels (band, row, column)."""
    _, rows, columns = pixels.shape
    return Path(
        write_raster(path, pixels, PixelGrid(columns, rows, geotransform, crs(epsg)), nodata)
    )


def noise_file(path: Path, columns: int, rows: int, bands: int = 3, dtype: str = "uint8") -> Path:
    """An image of which no two windows are alike."""
    return raster_file(path, random_pixels((bands, rows, columns), dtype))


def features_file(path: Path, rows: Sequence[Row], epsg: int = UTM) -> Path:
    """A GeoPackage (or FlatGeobuf) of features that are drawn on the image, in any coordinate system."""
    names = dict.fromkeys(name for _, attributes in rows for name in attributes)
    columns = {name: [attributes.get(name) for _, attributes in rows] for name in names}
    return Path(write_layer(path, [on_map(wkt, epsg) for wkt, _ in rows], columns, epsg))


def on_map(wkt: str, epsg: int = UTM) -> str:
    """WKT in pixels of the image (column row) as WKT in map coordinates.

    >>> on_map("POINT (4 2)")
    'POINT (500002.0 5399999.0)'
    """
    mapped = COORDINATES.sub(
        lambda at: f"{LEFT + float(at[1]) * PIXEL!r} {TOP - float(at[2]) * PIXEL!r}", wkt
    )
    if epsg == UTM:
        return mapped
    geometry = ogr.CreateGeometryFromWkt(mapped)
    geometry.Transform(osr.CoordinateTransformation(reference(UTM), reference(epsg)))
    return str(geometry.ExportToWkt())
