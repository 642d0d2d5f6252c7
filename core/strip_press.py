"""The compressors of GDAL's TIFF driver for themselves: rows of bytes become the strip of a TIFF.

To make a file for each image takes GDAL up to as long as to compress it. So one in memory is
written over and over, and each time its strip is taken out of it.
"""

from __future__ import annotations

import threading
import weakref
from math import prod
from typing import TYPE_CHECKING, Any, Optional
from uuid import uuid4

import numpy as np
from osgeo import gdal

from .gdal_errors import GdalFailure, checked, gdal_messages
from .memory_folder import Bytes, forget, part_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_BYTES = 16 << 20
"""A TIFF grows by each strip that does not fit where the last one was; then it is begun anew."""

PRESSES_KEPT = 2
SMALL_BYTES = 1 << 20
"""Beside a press of more, no other is kept when it is made."""


class StripPresses:
    """Compresses rows of bytes by GDAL; what it needs is kept for each thread, and goes with it."""

    def __init__(self, options: tuple[str, ...]) -> None:
        """By creation options of GDAL, such as "COMPRESS=LZW"."""
        self._options = options
        self._local = threading.local()

    def __reduce__(self) -> tuple[type[StripPresses], tuple[tuple[str, ...]]]:
        return StripPresses, (self._options,)

    def strip(self, rows: NDArray[np.uint8]) -> Bytes:
        """What rows of bytes become, which are contiguous in memory. Raises GdalFailure."""
        return self._press(rows.shape).strip(rows)

    def _press(self, shape: tuple[int, ...]) -> StripPress:
        """That of this thread; most chips have the size of the one before, or a last strip."""
        kept: dict[Any, StripPress] = self._local.__dict__
        press: Optional[StripPress] = kept.pop(shape, None)
        if press is None or press.is_used_up:
            press = None  # two of large chips are not to be there at once
            while kept and (len(kept) >= PRESSES_KEPT or prod(shape) > SMALL_BYTES):
                del kept[next(iter(kept))]
            press = StripPress(shape, self._options)
        kept[shape] = press
        return press


class StripPress:
    """A TIFF of one strip, written over and over. Not to be shared by threads."""

    def __init__(self, shape: tuple[int, ...], options: tuple[str, ...]) -> None:
        """For so many rows and columns of bytes. Raises GdalFailure."""
        self.shape = shape
        self._end = 0
        self._path = f"/vsimem/{uuid4().hex}.tif"
        weakref.finalize(self, forget, self._path)
        rows, columns = shape
        creation = [*options, f"BLOCKYSIZE={rows}", "BIGTIFF=NO"]
        with gdal_messages() as messages:
            driver = gdal.GetDriverByName("GTiff")
            made: Any = driver.Create(self._path, columns, rows, 1, gdal.GDT_Byte, creation)
            self._dataset = checked(made, messages)

    @property
    def is_used_up(self) -> bool:
        """Whether the file has grown too long."""
        return self._end > MOST_BYTES

    def strip(self, rows: NDArray[np.uint8]) -> Bytes:
        """The strip that the rows become. Raises GdalFailure."""
        if not self._end and not rows.any():
            # what is nothing but 0, where no strip was yet, GDAL puts off until the file is closed
            self.strip(np.ones(self.shape, np.uint8))
        height, width = self.shape
        band = self._dataset.GetRasterBand(1)
        with gdal_messages() as messages:
            band.WriteRaster(0, 0, width, height, rows)
            self._dataset.FlushCache()
            begin = checked(band.GetMetadataItem("BLOCK_OFFSET_0_0", "TIFF"), messages)
            length = checked(band.GetMetadataItem("BLOCK_SIZE_0_0", "TIFF"), messages)
            if messages.errors:
                raise GdalFailure(messages.last_error)
        self._end = int(begin) + int(length)
        return part_of(self._path, int(begin), int(length))
