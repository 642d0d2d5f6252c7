"""Compressed GeoTIFF chips: a header that GDAL wrote once, and strips by GDAL's compressors.

A strip is compressed for itself, so chips that overlap have some in common. Byte by byte the files
that GDAL writes, in half the time. TIFF 6.0, section 14 (differencing predictor); TIFF technical
note 3 (floating point predictor).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, Optional

import numpy as np

from .shared_pieces import Overlap, SharedPieces
from .strip_press import StripPresses
from .tiff_header import Header
from .tiff_templates import Layout, Templates, written_by_gdal

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .files import Pixels
    from .grid import PixelGrid
    from .memory_folder import Bytes

LEVELS = {"DEFLATE": ("ZLEVEL=1",), "ZSTD": ("ZSTD_LEVEL=1",)}
"""The fastest of each: level 6 of DEFLATE takes two to four times as long for files that are one to
four percent smaller, level 9 of ZSTD five times for two to ten."""


class CompressedTiffEncoding:
    """Chips as GeoTIFF, pixel-interleaved, compressed by LZW, DEFLATE or ZSTD.

    They are one strip, or one for each piece where chips overlap.
    """

    ending = ".tif"

    def __init__(
        self,
        compression: str,
        nodata: Optional[float] = None,
        overlap: Optional[Overlap] = None,
    ) -> None:
        self._made_of = (compression, nodata, overlap)
        presses = StripPresses(creation_options(compression))
        self._strips = SharedPieces(overlap, partial(_strip, compression, presses))
        strip_rows = None if overlap is None else overlap.piece_rows
        self._headers = Templates(partial(_header, compression, strip_rows), nodata)

    def __reduce__(self) -> tuple[Any, ...]:
        return CompressedTiffEncoding, self._made_of

    def files(self, pixels: Pixels, grid: PixelGrid) -> Iterator[tuple[str, Bytes]]:
        """The one file of an image. Raises GdalFailure."""
        strips = self._strips.of(pixels)
        yield self.ending, self._headers.of(pixels, grid).before(strips, grid)


def creation_options(compression: str) -> tuple[str, ...]:
    """What GDAL is to compress by, but for the predictor."""
    return (f"COMPRESS={compression}", *LEVELS.get(compression, ()))


def _strip(compression: str, presses: StripPresses, pixels: Pixels) -> Bytes:
    return presses.strip(PREDICTED[predictor(compression, pixels.dtype)](pixels))


def _header(compression: str, strip_rows: Optional[int], layout: Layout) -> Header:
    kind = predictor(compression, np.dtype(layout.data_type))
    options = (*creation_options(compression), f"PREDICTOR={kind}")
    return Header(written_by_gdal(layout, options, strip_rows))


def predictor(compression: str, data_type: np.dtype[Any]) -> int:
    """TIFF's predictor: differences of numbers (2), of the bytes of real numbers (3), none (1).

    Neighbours are alike in images: with differences files are a quarter smaller. DEFLATE is for
    every reader, and some have no predictor 3, and others none for numbers of 64 bits.
    """
    if data_type.kind == "f" and compression != "DEFLATE":
        return 3
    return 2 if data_type.itemsize <= 4 else 1


def _as_they_are(pixels: Pixels) -> NDArray[np.uint8]:
    return _row_bytes(np.ascontiguousarray(pixels.transpose(1, 2, 0)))


def _differences(pixels: Pixels) -> NDArray[np.uint8]:
    """Of numbers, or of the whole numbers that the bytes of real ones are; they wrap around."""
    whole_numbers = np.dtype(f"u{pixels.dtype.itemsize}")
    rows: NDArray[Any] = pixels.view(whole_numbers).transpose(1, 2, 0)
    found = np.empty(rows.shape, whole_numbers)
    found[:, 0] = rows[:, 0]
    np.subtract(rows[:, 1:], rows[:, :-1], out=found[:, 1:])
    return _row_bytes(found)


def _differences_of_bytes(pixels: Pixels) -> NDArray[np.uint8]:
    """First of each row the highest bytes of all numbers, last the lowest; then their differences.

    A byte is compared with that which as many bytes before it as there are bands.
    """
    bands, rows, _ = pixels.shape
    numbers = np.ascontiguousarray(pixels.transpose(1, 2, 0), pixels.dtype.newbyteorder(">"))
    by_number = numbers.view(np.uint8).reshape(rows, -1, pixels.dtype.itemsize)
    by_place = by_number.transpose(0, 2, 1).reshape(rows, -1)
    found = by_place.copy()
    found[:, bands:] -= by_place[:, :-bands]
    return found


def _row_bytes(numbers: NDArray[Any]) -> NDArray[np.uint8]:
    """The bytes of each row of (row, column, band), contiguous in memory."""
    return numbers.view(np.uint8).reshape(len(numbers), -1)


PREDICTED = {1: _as_they_are, 2: _differences, 3: _differences_of_bytes}
"""What is compressed: (row, byte), contiguous, by the number of the predictor."""
