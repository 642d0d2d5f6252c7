"""Image files of a dataset, opened with care."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from osgeo import gdal

from ..gdal_errors import GdalFailure, GdalMessages, checked, gdal_messages

DRIVERS = ["GTiff", "PNG", "JPEG", "MRF"]
"""Others would let a dataset point at files elsewhere."""
CUT_OFF = re.compile("premature end|corrupt", re.IGNORECASE)
"""JPEG files without their end are but a warning to GDAL, which makes the rest up."""


@dataclass(frozen=True)
class RasterFacts:
    """Size and type of an image."""

    columns: int
    rows: int
    bands: int
    data_type: str

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows."""
        return self.columns, self.rows

    def __str__(self) -> str:
        return f"{self.columns} × {self.rows} pixels, {self.bands} bands of {self.data_type}"


def chip_facts(folder: str, path: str) -> RasterFacts:
    """Facts of a chip whose last row can be read, so that it is whole. Raises GdalFailure."""
    with _reading(folder) as messages:
        raster = checked(_opened(folder, path), messages)
        checked(raster.ReadRaster(0, raster.RasterYSize - 1, raster.RasterXSize, 1), messages)
        return _facts(raster)


def label_pixels(folder: str, path: str) -> NDArray[Any]:
    """All pixels of a label raster, (band, row, column). Raises GdalFailure."""
    with _reading(folder) as messages:
        pixels = checked(checked(_opened(folder, path), messages).ReadAsArray(), messages)
        return np.asarray(pixels).reshape(-1, *pixels.shape[-2:])


@contextmanager
def _reading(folder: str) -> Iterator[GdalMessages]:
    """Any error is a failure, told without the place of the dataset."""
    try:
        with gdal_messages() as messages:
            yield messages
            if messages.errors or any(map(CUT_OFF.search, messages.warnings)):
                raise GdalFailure(messages.last_error)
    except GdalFailure as failure:
        raise GdalFailure(str(failure).replace(os.path.join(folder, ""), "")) from failure


def _opened(folder: str, path: str) -> Any:
    """GDAL is told that no files lie beside: listing a large folder for each chip takes hours."""
    full = os.path.join(folder, path)
    return gdal.OpenEx(
        full,
        gdal.OF_RASTER | gdal.OF_READONLY | gdal.OF_VERBOSE_ERROR,
        allowed_drivers=DRIVERS,
        sibling_files=[os.path.basename(full)],
    )


def _facts(raster: Any) -> RasterFacts:
    data_type = gdal.GetDataTypeName(raster.GetRasterBand(1).DataType) if raster.RasterCount else ""
    return RasterFacts(raster.RasterXSize, raster.RasterYSize, raster.RasterCount, data_type)
