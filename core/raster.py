"""What can be told of a raster without reading its pixels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Optional

import numpy as np
from osgeo import gdal_array

from .errors import UnreadableSource
from .gdal_errors import GdalFailure, open_raster
from .grid import PixelGrid, Size
from .request import RasterSource

ONE_PIXEL = Size(1, 1)
NO_GEOTRANSFORM = (0.0, 1.0, 0.0, 0.0, 0.0, 1.0)


@dataclass(frozen=True)
class Raster:
    """What can be told of a raster without reading its pixels."""

    source: RasterSource
    grid: PixelGrid
    data_type: str
    """numpy name, "uint8"."""
    bands: tuple[int, ...]
    """Numbers of the bands in use, counted from 1."""
    nodata: tuple[Optional[float], ...]
    """No-data value of each band in use."""
    block: Size = ONE_PIXEL
    """What is read at once, in pixels."""
    parameter: str = field(default="inputRaster", compare=False)
    """By which it was given, so that errors can name it."""

    @property
    def has_whole_rows(self) -> bool:
        """Whether a part of a row is read only with all of it."""
        return self.block.columns >= self.grid.columns

    @property
    def may_lack_data(self) -> bool:
        """Whether its values may tell that there is no data."""
        return self.data_type.startswith("float") or any(each is not None for each in self.nodata)

    @property
    def pixel_bytes(self) -> int:
        """Bytes of one pixel with all bands in use."""
        return len(self.bands) * np.dtype(self.data_type).itemsize


def describe_raster(source: RasterSource, bands: tuple[int, ...] = ()) -> Raster:
    """Look at a raster; no bands given means all. Raises UnreadableSource."""
    try:
        dataset = open_raster(source.path, source.open_options)
    except GdalFailure as failure:
        raise UnreadableSource(f"'{source}' cannot be opened: {failure}") from failure
    if not dataset.RasterCount:
        raise UnreadableSource(
            f"'{source}' has no bands of its own; choose one of the rasters in it, its subdatasets."
        )
    wanted = bands or tuple(range(1, dataset.RasterCount + 1))
    missing = [band for band in wanted if band > dataset.RasterCount]
    if missing or not wanted:
        raise UnreadableSource(
            f"'{source}' has {dataset.RasterCount} bands, but {missing or 'one'} is asked for."
        )
    opened = [dataset.GetRasterBand(band) for band in wanted]
    geotransform = dataset.GetGeoTransform(can_return_null=True)
    _check_geotransform(source, geotransform or NO_GEOTRANSFORM)
    return Raster(
        source=source,
        grid=PixelGrid(
            dataset.RasterXSize,
            dataset.RasterYSize,
            tuple(geotransform or NO_GEOTRANSFORM),
            dataset.GetProjection(),
            geotransform is not None,
        ),
        data_type=_common_type(source, opened),
        bands=wanted,
        nodata=tuple(band.GetNoDataValue() for band in opened),
        block=Size(*opened[0].GetBlockSize()),
    )


def _check_geotransform(source: RasterSource, numbers: Sequence[float]) -> None:
    _, x_column, x_row, _, y_column, y_row = numbers
    area = x_column * y_row - x_row * y_column
    if not all(map(math.isfinite, (*numbers, area))) or area == 0:
        raise UnreadableSource(
            f"'{source}' has a georeference in which pixels have no area "
            f"({', '.join(f'{number:g}' for number in numbers)}); georeference it anew "
            "(gdal_edit.py -a_ullr)."
        )


def _common_type(source: RasterSource, bands: list[Any]) -> str:
    """The numpy type that holds all bands; complex pixels are refused."""
    kinds = [gdal_array.GDALTypeCodeToNumericTypeCode(band.DataType) for band in bands]
    common = np.result_type(*kinds)
    if common.kind == "c":
        raise UnreadableSource(
            f"'{source}' has complex pixels, which chips cannot hold; make real "
            "numbers of them first (gdal_calc.py)."
        )
    return common.name
