"""What all GeoTIFF files of one layout have in common, written by GDAL once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Optional, TypeVar
from uuid import uuid4

import numpy as np
from osgeo import gdal, gdal_array

from .gdal_errors import checked, gdal_messages
from .memory_folder import contents

if TYPE_CHECKING:
    from .files import Pixels
    from .grid import PixelGrid

Template = TypeVar("Template")
TEMPLATES_KEPT = 32
"""Layouts of a dataset are few, unless each chip has a size of its own."""


@dataclass(frozen=True)
class Layout:
    """Which template a chip needs: everything but its pixels and its position."""

    shape: tuple[int, int, int]
    """(band, row, column)"""
    data_type: str
    axes: tuple[float, float, float, float]
    crs_wkt: str
    nodata: Optional[float]
    is_on_map: bool = True


class Templates(Generic[Template]):
    """What is made once for a layout, for each thread."""

    def __init__(self, make: Callable[[Layout], Template], nodata: Optional[float]) -> None:
        self._make = make
        self._nodata = nodata
        self._local = threading.local()

    def of(self, pixels: Pixels, grid: PixelGrid) -> Template:
        """That for a chip, made if there is none yet."""
        _, x_column, x_row, _, y_column, y_row = grid.geotransform
        axes = (x_column, x_row, y_column, y_row)
        key = (pixels.shape, pixels.dtype, axes, grid.crs_wkt, grid.is_on_map)
        made: dict[Any, Template] = self._local.__dict__
        if key not in made:
            if len(made) >= TEMPLATES_KEPT:
                made.clear()
            shape = (pixels.shape[0], pixels.shape[1], pixels.shape[2])
            made[key] = self._make(
                Layout(shape, pixels.dtype.name, axes, grid.crs_wkt, self._nodata, grid.is_on_map)
            )
        return made[key]


def written_by_gdal(
    layout: Layout, options: tuple[str, ...] = (), strip_rows: Optional[int] = None
) -> bytes:
    """A GeoTIFF of any pixels: interleaved, strips of so many rows or one. Raises GdalFailure.

    `options` are creation options of GDAL beyond these.
    """
    bands, rows, columns = layout.shape
    x_column, x_row, y_column, y_row = layout.axes
    path = f"/vsimem/{uuid4().hex}.tif"
    with gdal_messages() as messages:
        dataset: Any = checked(
            gdal.GetDriverByName("GTiff").Create(
                path,
                columns,
                rows,
                bands,
                gdal_array.NumericTypeCodeToGDALTypeCode(np.dtype(layout.data_type).type),
                ["INTERLEAVE=PIXEL", f"BLOCKYSIZE={strip_rows or rows}", "BIGTIFF=NO", *options],
            ),
            messages,
        )
        # any position but the origin: at the origin GDAL may leave the tag out
        if layout.is_on_map:
            dataset.SetGeoTransform((1.0, x_column, x_row, 1.0, y_column, y_row))
        if layout.crs_wkt:
            dataset.SetProjection(layout.crs_wkt)
        if layout.nodata is not None:
            dataset.GetRasterBand(1).SetNoDataValue(layout.nodata)
        # GDAL puts off what is nothing but 0 or no-data until the file is closed
        filling = 2 if layout.nodata == 1 else 1
        dataset.WriteArray(np.full((bands, rows, columns), filling, layout.data_type))
        dataset.FlushCache()  # to close it may not be in our hands: others may hold it
        del dataset
        content = bytes(contents(path))
        gdal.Unlink(path)
    return content
