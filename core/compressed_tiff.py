"""Compressed GeoTIFF chips, by GDAL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Optional

import numpy as np
from osgeo import gdal, gdal_array

from .gdal_errors import checked, gdal_messages
from .grid import PixelGrid
from .memory_folder import memory_folder
from .tiff import Bytes, contents

if TYPE_CHECKING:
    from .files import Pixels

LEVELS = {"DEFLATE": "ZLEVEL=1", "ZSTD": "ZSTD_LEVEL=1"}
"""The fastest of each: level 6 of DEFLATE takes two to four times as long for files that are one to
four percent smaller, level 9 of ZSTD five times for two to ten."""


@dataclass(frozen=True)
class CompressedTiffEncoding:
    """Chips as GeoTIFF of one strip, pixel-interleaved, compressed by LZW, DEFLATE or ZSTD."""

    compression: str
    nodata: Optional[float] = None
    ending = ".tif"

    def files(self, pixels: Pixels, grid: PixelGrid) -> Iterator[tuple[str, Bytes]]:
        """The one file of an image. Raises GdalFailure."""
        with memory_folder() as folder:
            path = f"{folder}/chip.tif"
            self._write(path, pixels, grid)
            yield self.ending, contents(path)

    def _write(self, path: str, pixels: Pixels, grid: PixelGrid) -> None:
        """Not copied from an image in memory, for which GDAL takes twice as long."""
        with gdal_messages() as messages:
            dataset = checked(self._created(path, pixels), messages)
            if grid.is_on_map:
                dataset.SetGeoTransform(grid.geotransform)
            if grid.crs_wkt:
                dataset.SetProjection(grid.crs_wkt)
            if self.nodata is not None:
                dataset.GetRasterBand(1).SetNoDataValue(self.nodata)
            dataset.WriteArray(pixels)
            dataset.FlushCache()  # to close it may not be in our hands: others may hold it
            del dataset

    def _created(self, path: str, pixels: Pixels) -> Any:
        bands, rows, columns = pixels.shape
        kind = gdal_array.NumericTypeCodeToGDALTypeCode(pixels.dtype.type)
        options = ["INTERLEAVE=PIXEL", f"BLOCKYSIZE={rows}", "BIGTIFF=NO"]
        options.append(f"COMPRESS={self.compression}")
        options.append(f"PREDICTOR={predictor(self.compression, pixels.dtype)}")
        if self.compression in LEVELS:
            options.append(LEVELS[self.compression])
        return gdal.GetDriverByName("GTiff").Create(path, columns, rows, bands, kind, options)


def predictor(compression: str, data_type: np.dtype[Any]) -> int:
    """TIFF's predictor: differences of numbers (2), of the bytes of real numbers (3), none (1).

    Neighbours are alike in images: with differences files are a quarter smaller. DEFLATE is for
    every reader, and some have no predictor 3, and others none for numbers of 64 bits.
    """
    if data_type.kind == "f" and compression != "DEFLATE":
        return 3
    return 2 if data_type.itemsize <= 4 else 1
