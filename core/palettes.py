"""Images whose pixels are numbers of colours, read as the colours."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Optional

import numpy as np
from numpy.typing import NDArray
from osgeo import gdal

from .gdal_errors import open_raster
from .grid import PixelGrid
from .raster import Raster
from .shared_window import PixelwiseReader

if TYPE_CHECKING:
    from .files import Pixels


@dataclass(frozen=True, eq=False)
class PaletteReader(PixelwiseReader):
    """Reads a raster of colour numbers as red, green and blue.

    Numbers cannot be averaged: the reader beneath takes the nearest pixel.
    """

    colors: NDArray[np.uint8]
    """(number, 3)"""

    @property
    def raster(self) -> Raster:
        """The raster as it is read."""
        raster = self.reader.raster
        return replace(raster, bands=(1, 2, 3), data_type="uint8", nodata=(None, None, None))

    def read(self, grid: PixelGrid) -> Pixels:
        """Pixels (band, row, column), read-only."""
        numbers = self.reader.read(grid)[0]
        pixels = self.colors.take(numbers, axis=0, mode="clip")
        pixels.flags.writeable = False
        return pixels.transpose(2, 0, 1)


def palette_of(raster: Raster) -> Optional[NDArray[np.uint8]]:
    """The colours (number, 3) of a raster that is one band of colour numbers; else None."""
    if len(raster.bands) != 1 or np.dtype(raster.data_type).kind not in "iu":
        return None
    dataset = open_raster(raster.source.path, raster.source.open_options)
    band = dataset.GetRasterBand(raster.bands[0])
    table = band.GetRasterColorTable()
    if table is None or band.GetRasterColorInterpretation() != gdal.GCI_PaletteIndex:
        return None
    entries = [table.GetColorEntry(number)[:3] for number in range(table.GetCount())]
    return np.array(entries, np.uint8)
