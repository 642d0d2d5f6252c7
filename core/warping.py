"""Pixels by GDAL's warper, without approximation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from osgeo import gdal, gdal_array

from .gdal_errors import GdalFailure, checked, gdal_messages
from .grid import PixelGrid

if TYPE_CHECKING:
    from .files import Pixels

NEAREST, BILINEAR = gdal.GRIORA_NearestNeighbour, gdal.GRIORA_Bilinear
AVERAGE = gdal.GRIORA_Average
WARP_RESAMPLING = {
    NEAREST: gdal.GRA_NearestNeighbour,
    BILINEAR: gdal.GRA_Bilinear,
    AVERAGE: gdal.GRA_Average,
}
"""What is named for reading, as the warper names it."""


def bands_of(dataset: gdal.Dataset, bands: Sequence[int]) -> gdal.Dataset:
    """A view of some bands, none of which is alpha: to the warper that is no band.

    Raises GdalFailure.
    """
    with gdal_messages() as messages:
        view = checked(gdal.Translate("", dataset, format="VRT", bandList=bands), messages)
        for band in range(1, len(bands) + 1):
            view.GetRasterBand(band).SetColorInterpretation(gdal.GCI_Undefined)
        return view


def warp_into(
    pixels: Pixels,
    grid: PixelGrid,
    dataset: gdal.Dataset,
    resampling: int,
    go_on: Callable[..., int],
) -> None:
    """Fill pixels (row, column, band) of a grid with those of a dataset, where it has some.

    `go_on` is asked now and then and answers 0 to stop. Raises GdalFailure.
    """
    with gdal_messages() as messages:
        target = gdal_array.OpenNumPyArray(pixels.transpose(2, 0, 1), True)
        target.SetGeoTransform(grid.geotransform)
        if grid.crs_wkt:
            target.SetProjection(grid.crs_wkt)
        done = gdal.Warp(
            target,
            dataset,
            resampleAlg=WARP_RESAMPLING[resampling],
            errorThreshold=0,
            overviewLevel="NONE",
            callback=go_on,
        )
        if not done:
            raise GdalFailure(messages.last_error)
        target.FlushCache()
