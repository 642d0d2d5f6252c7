"""GeoTIFF chips that GDAL writes from beginning to end: what those of core are compared with."""

from __future__ import annotations

from typing import Optional

from osgeo import gdal, gdal_array

from chipwright.core.grid import PixelGrid
from chipwright.core.memory_folder import contents
from chipwright.tests.core.making import Array


def written_by_gdal(
    pixels: Array,
    grid: PixelGrid,
    nodata: Optional[float],
    options: tuple[str, ...] = (),
    strip_rows: Optional[int] = None,
) -> bytes:
    """A chip of one strip, or of strips of so many rows, pixel-interleaved."""
    bands, rows, columns = pixels.shape
    kind = gdal_array.NumericTypeCodeToGDALTypeCode(pixels.dtype.type)
    creation = ["INTERLEAVE=PIXEL", f"BLOCKYSIZE={strip_rows or rows}", "BIGTIFF=NO", *options]
    path = "/vsimem/tests_of_chipwright/expected.tif"
    driver = gdal.GetDriverByName("GTiff")
    dataset = driver.Create(path, columns, rows, bands, kind, creation)
    dataset.SetGeoTransform(grid.geotransform)
    if grid.crs_wkt:
        dataset.SetProjection(grid.crs_wkt)
    if nodata is not None:
        dataset.GetRasterBand(1).SetNoDataValue(nodata)
    dataset.WriteArray(pixels)
    del dataset
    return contents(path)
