"""Images in memory that GDAL's drivers copy from, filled anew for each chip."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Optional
from uuid import uuid4

from osgeo import gdal, gdal_array

from .gdal_errors import GdalMessages, checked, gdal_messages

if TYPE_CHECKING:
    from .files import Pixels


class Original:
    """A dataset in memory, and a path in memory for its copies. Not to be shared by threads."""

    def __init__(self, like: Pixels) -> None:
        """For pixels (band, row, column) of one shape and type. Raises GdalFailure."""
        self._shape, self._type = like.shape, like.dtype
        with gdal_messages() as messages:
            self.dataset = memory_image(like, messages)
        self.path = f"/vsimem/{uuid4().hex}"

    def fits(self, pixels: Pixels) -> bool:
        """Whether it can hold some pixels."""
        return self._shape == pixels.shape and self._type == pixels.dtype

    def fill(self, pixels: Pixels) -> None:
        """Pixels (band, row, column) to be copied from now on."""
        self.dataset.WriteArray(pixels)


class Originals:
    """An original for each thread: to make one takes a tenth as long as to encode a chip."""

    def __init__(self) -> None:
        self._local = threading.local()

    def __reduce__(self) -> tuple[type[Originals], tuple[()]]:
        return Originals, ()

    def of(self, pixels: Pixels) -> Original:
        """That of this thread, with these pixels. Raises GdalFailure."""
        original: Optional[Original] = getattr(self._local, "original", None)
        if original is None or not original.fits(pixels):
            original = self._local.original = Original(pixels)
        original.fill(pixels)
        return original


def memory_image(pixels: Pixels, messages: GdalMessages) -> gdal.Dataset:
    """The pixels (band, row, column) as a dataset, interleaved as drivers read them.

    From bands one after the other they would take a tenth longer. Raises GdalFailure.
    """
    bands, rows, columns = pixels.shape
    kind = gdal_array.NumericTypeCodeToGDALTypeCode(pixels.dtype.type)
    driver = gdal.GetDriverByName("MEM")
    made = checked(driver.Create("", columns, rows, bands, kind, ["INTERLEAVE=PIXEL"]), messages)
    made.WriteArray(pixels)
    return made
