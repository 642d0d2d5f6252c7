"""Zlib streams by libdeflate, in little more than half the time that the standard library takes.

GDAL brings libdeflate along, but lends it to TIFF only. The strip of a TIFF that is compressed by
DEFLATE is a zlib stream (TIFF technical note 2, "Deflate compression"; RFC 1950), so bytes are
written as the pixels of a TIFF in memory, again and again, and the stream is taken out of it.
"""

from __future__ import annotations

import re
import threading
import weakref
import zlib
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Optional
from uuid import uuid4

from osgeo import gdal

from .gdal_errors import GdalFailure, checked, gdal_messages
from .memory_folder import forget
from .tiff import Bytes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST_BYTES = 16 << 20
"""A TIFF grows by each strip that does not fit where the last one was; then it is begun anew."""
LEVELS_OF_LIBDEFLATE = re.compile(r"'ZLEVEL'[^>]*\b12\b")
"""What GDAL says of itself if it has it; zlib has levels up to 9."""


class ZlibStreams:
    """Compresses bytes; what it needs for that is kept for each thread, and goes with it."""

    def __init__(self) -> None:
        self._local = threading.local()

    def __reduce__(self) -> tuple[type[ZlibStreams], tuple[()]]:
        return ZlibStreams, ()

    def of(self, rows: NDArray[np.uint8]) -> Bytes:
        """The zlib stream of rows of bytes, contiguous in memory, quickly. Raises GdalFailure.

        Without libdeflate only runs of one byte are looked for, which takes zlib the least time.
        """
        if has_libdeflate():
            return self._press(rows.shape).stream(rows)
        packer = zlib.compressobj(1, strategy=zlib.Z_RLE)
        return packer.compress(rows.data) + packer.flush()

    def _press(self, shape: tuple[int, ...]) -> StripPress:
        """That of this thread; most chips have the size of the one before."""
        press: Optional[StripPress] = getattr(self._local, "press", None)
        if press is None or press.shape != shape or press.is_used_up:
            press = self._local.press = StripPress(shape)
        return press


@lru_cache(maxsize=1)
def has_libdeflate() -> bool:
    """Whether the GDAL at hand compresses by libdeflate."""
    options = gdal.GetDriverByName("GTiff").GetMetadataItem("DMD_CREATIONOPTIONLIST")
    return bool(LEVELS_OF_LIBDEFLATE.search(options or ""))


class StripPress:
    """A TIFF of one strip, written over and over. Not to be shared by threads."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        """For so many rows and columns of bytes. Raises GdalFailure."""
        self.shape = shape
        self._end = 0
        self._path = f"/vsimem/{uuid4().hex}.tif"
        weakref.finalize(self, forget, self._path)
        rows, columns = shape
        options = ["COMPRESS=DEFLATE", "ZLEVEL=1", f"BLOCKYSIZE={rows}", "BIGTIFF=NO"]
        with gdal_messages() as messages:
            driver = gdal.GetDriverByName("GTiff")
            made: Any = driver.Create(self._path, columns, rows, 1, gdal.GDT_Byte, options)
            self._dataset = checked(made, messages)

    @property
    def is_used_up(self) -> bool:
        """Whether the file has grown too long."""
        return self._end > MOST_BYTES

    def stream(self, rows: NDArray[np.uint8]) -> Bytes:
        """The strip that the rows become. Raises GdalFailure."""
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
        return _bytes_at(self._path, int(begin), int(length))


def _bytes_at(path: str, begin: int, length: int) -> Bytes:
    """A part of a file that GDAL sees."""
    file = gdal.VSIFOpenL(path, "rb")
    try:
        gdal.VSIFSeekL(file, begin, 0)
        return gdal.VSIFReadL(1, length, file) or b""
    finally:
        gdal.VSIFCloseL(file)
