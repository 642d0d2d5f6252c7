"""Zlib streams by libdeflate, in little more than half the time that the standard library takes.

GDAL brings libdeflate along, but lends it to TIFF only. The strip of a TIFF that is compressed by
DEFLATE is a zlib stream (TIFF technical note 2, "Deflate compression"; RFC 1950).
"""

from __future__ import annotations

import re
import zlib
from functools import lru_cache
from typing import TYPE_CHECKING

from osgeo import gdal

from .strip_press import StripPresses
from .zlib_parts import strategy_for

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .memory_folder import Bytes

LEVELS_OF_LIBDEFLATE = re.compile(r"'ZLEVEL'[^>]*\b12\b")
"""What GDAL says of itself if it has it; zlib has levels up to 9."""


class ZlibStreams:
    """Compresses bytes, by several threads if need be."""

    def __init__(self) -> None:
        self._presses = StripPresses(("COMPRESS=DEFLATE", "ZLEVEL=1"))

    def of(self, rows: NDArray[np.uint8]) -> Bytes:
        """The zlib stream of rows of bytes, contiguous in memory, quickly. Raises GdalFailure.

        Without libdeflate it is done by what takes zlib the least time.
        """
        if has_libdeflate():
            return self._presses.strip(rows)
        packer = zlib.compressobj(1, strategy=strategy_for(rows))
        return packer.compress(rows.data) + packer.flush()


@lru_cache(maxsize=1)
def has_libdeflate() -> bool:
    """Whether the GDAL at hand compresses by libdeflate."""
    options = gdal.GetDriverByName("GTiff").GetMetadataItem("DMD_CREATIONOPTIONLIST")
    return bool(LEVELS_OF_LIBDEFLATE.search(options or ""))
