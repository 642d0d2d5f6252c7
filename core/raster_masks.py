"""Where a raster has no data by its mask: an internal mask or a mask file.

An alpha band is a band like others: many a fourth band is called alpha and is near infrared.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Optional

import numpy as np
from numpy.typing import NDArray
from osgeo import gdal

from .gdal_errors import GdalFailure, checked, gdal_messages, open_raster
from .grid import PixelGrid
from .palettes import palette_of
from .pixel_space import in_pixel_space
from .raster import Raster, describe_raster
from .raster_reader import RasterReader
from .request import RasterSource
from .shared_window import PixelReader
from .warping import NEAREST


@dataclass(frozen=True, eq=False)
class RasterMask:
    """Tells pixels that are data from those that are none."""

    reader: PixelReader
    """One band; takes the nearest pixel."""
    nodata: float = 0.0
    """What it holds where there is no data."""

    def valid(self, grid: PixelGrid) -> NDArray[np.bool_]:
        """Which pixels (row, column, 1) are data."""
        return self.reader.read(grid)[0][..., None] != self.nodata

    def in_pixel_space(self) -> RasterMask:
        """For grids of the stored pixels."""
        raster = in_pixel_space(self.reader.raster)
        return RasterMask(RasterReader(raster, NEAREST), self.nodata)


def mask_of_raster(raster: Raster) -> Optional[RasterMask]:
    """The mask of a raster; None where it has none, or tells no-data by a value alone."""
    dataset = open_raster(raster.source.path, raster.source.open_options)
    if raster.nodata[0] is not None and palette_of(raster) is not None:
        return RasterMask(RasterReader(raster, NEAREST), raster.nodata[0])
    try:
        source = _as_source(dataset, raster)
    except GdalFailure:  # what cannot be seen apart from its raster is not used
        return None
    if source is None:
        return None
    described = replace(describe_raster(source), parameter=raster.parameter)
    return RasterMask(RasterReader(described, NEAREST))


def _as_source(dataset: gdal.Dataset, raster: Raster) -> Optional[RasterSource]:
    """The mask of a dataset as a raster that any thread can open, the text of a VRT; or none."""
    with gdal_messages() as messages:
        flags = dataset.GetRasterBand(raster.bands[0]).GetMaskFlags()
        if not flags & gdal.GMF_PER_DATASET or flags & gdal.GMF_ALPHA:
            return None
        made = checked(gdal.Translate("", dataset, format="VRT", bandList=["mask,1"]), messages)
        return RasterSource(made.GetMetadata("xml:VRT")[0], name=str(raster.source))
