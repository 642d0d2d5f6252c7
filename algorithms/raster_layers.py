"""A raster layer as GDAL opens it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Optional

from qgis.core import QgsRasterDataProvider, QgsRasterLayer

from ..core.errors import InvalidRequest, UnreadableSource
from ..core.progress import Progress
from ..core.request import RasterSource
from .coordinate_systems import wkt_of
from .memory_files import memory_path

if TYPE_CHECKING:
    from osgeo import gdal

OPEN_OPTION = re.compile(r"\|option:([^|]*)")
LOGIN = re.compile(r"\|authcfg=[^|]*")


@dataclass(frozen=True)
class NodataValue:
    """The no-data value a band has in QGIS, which differs from its file's; None: it has none."""

    band: int
    value: Optional[float]


@dataclass(frozen=True)
class AdjustedRaster:
    """A raster with what the user set in the layer's properties, as a VRT in memory."""

    path: str
    original: RasterSource
    crs_wkt: str
    nodata: tuple[NodataValue, ...]

    def write(self, progress: Progress) -> None:
        """Write the VRT; pixels stay where they are."""
        from osgeo import gdal

        from ..core.gdal_errors import GdalFailure, checked, gdal_messages, open_raster

        try:
            dataset = open_raster(self.original.path, self.original.open_options)
            with gdal_messages() as messages:
                options = {"format": "VRT", "outputSRS": self.crs_wkt or None}
                copy = checked(gdal.Translate(self.path, dataset, **options), messages)
                self._set_nodata(copy)
        except GdalFailure as failure:
            raise UnreadableSource(f"'{self.original}' cannot be read: {failure}") from failure

    def _set_nodata(self, copy: gdal.Dataset) -> None:
        for nodata in self.nodata:
            band = copy.GetRasterBand(nodata.band)
            if nodata.value is None:
                band.DeleteNoDataValue()
            else:
                band.SetNoDataValue(nodata.value)


def raster_input(
    parameter: str, layer: QgsRasterLayer
) -> tuple[RasterSource, Optional[AdjustedRaster]]:
    """Where GDAL finds the layer's pixels, and what must be written there first."""
    provider = layer.dataProvider()
    if provider.name() != "gdal":
        raise InvalidRequest(
            parameter,
            f"'{layer.name()}' comes from '{provider.name()}', and layers of that kind are not "
            "available yet; export it to a file (Layer > Save As, raw data) and choose the file.",
        )
    original = split_source(layer.source())
    crs_wkt = _changed_crs(layer)
    nodata = tuple(_changed_nodata(parameter, layer))
    if not crs_wkt and not nodata:
        return original, None
    adjusted = AdjustedRaster(memory_path(".vrt"), original, crs_wkt, nodata)
    return RasterSource(adjusted.path, name=layer.name()), adjusted


def split_source(source: str) -> RasterSource:
    """QGIS's text for a raster as path and open options.

    QGIS's own decodeUri is of no use here: it takes the driver's prefix off subdatasets.

    >>> split_source("GPKG:/maps/a.gpkg:relief|option:ZOOM_LEVEL=3|authcfg=abc1234")
    RasterSource(path='GPKG:/maps/a.gpkg:relief', open_options=('ZOOM_LEVEL=3',))
    """
    path = LOGIN.sub("", OPEN_OPTION.sub("", source))
    return RasterSource(path, tuple(OPEN_OPTION.findall(source)))


def _changed_crs(layer: QgsRasterLayer) -> str:
    return "" if layer.crs() == layer.dataProvider().crs() else wkt_of(layer.crs())


def _changed_nodata(parameter: str, layer: QgsRasterLayer) -> Iterator[NodataValue]:
    provider = layer.dataProvider()
    for band in range(1, provider.bandCount() + 1):
        if not (provider.userNoDataValues(band) or _ignores_nodata_of_file(provider, band)):
            continue
        lowest, highest = _nodata_limits(provider, band)
        if lowest != highest:
            raise InvalidRequest(
                parameter,
                f"'{layer.name()}' has several no-data values in band {band}, set in the layer's "
                "properties (Transparency); that is not available yet, keep one of them.",
            )
        yield NodataValue(band, lowest)


def _ignores_nodata_of_file(provider: QgsRasterDataProvider, band: int) -> bool:
    return provider.sourceHasNoDataValue(band) and not provider.useSourceNoDataValue(band)


def _nodata_limits(
    provider: QgsRasterDataProvider, band: int
) -> tuple[Optional[float], Optional[float]]:
    """Lowest and highest value that means no data in QGIS; None and None if no value does."""
    ranges = provider.userNoDataValues(band)
    values = [limit for entry in ranges for limit in (entry.min(), entry.max())]
    if provider.sourceHasNoDataValue(band) and provider.useSourceNoDataValue(band):
        values.append(provider.sourceNoDataValue(band))
    return min(values, default=None), max(values, default=None)
