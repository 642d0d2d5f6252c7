"""The floor of an encoding export: the encoder alone, over the same chips, on as many threads.

Written with GDAL and zlib directly and nothing of core; chips are encoded with core's settings and
thrown away: nothing is read, measured, placed on the map or written to a disk.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from threading import get_ident
from typing import Any

import numpy as np
from numpy.typing import NDArray
from osgeo import gdal

Chip = NDArray[np.uint8]
"""(band, row, column)"""
Encoder = Callable[[Chip], object]


def pure(encoding: str, chips: Iterable[Chip], threads: int = 2) -> float:
    """Wall seconds to encode chips: "PNG", "JPEG", "TIFF LZW", "TIFF DEFLATE" or "TIFF ZSTD".

    Chips are copied beforehand, as GDAL and zlib want them: rows of whole pixels, uint8.
    """
    ready = [np.ascontiguousarray(chip.transpose(1, 2, 0)).transpose(2, 0, 1) for chip in chips]
    shares = [ready[first::threads] for first in range(threads)]
    work = partial(_encode_all, ENCODERS[encoding])
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, [share[:1] for share in shares]))
        began = time.perf_counter()
        list(pool.map(work, shares))
        return time.perf_counter() - began


def windows(path: str, size: int, stride: int) -> Iterator[Chip]:
    """The chips of a raster, as an export cuts them: whole ones, row by row."""
    image = gdal.Open(path)
    for top in range(0, image.RasterYSize - size + 1, stride):
        rows = image.ReadAsArray(0, top, image.RasterXSize, size)
        for left in range(0, image.RasterXSize - size + 1, stride):
            yield rows[:, :, left : left + size]


def _encode_all(encoder: Encoder, chips: Sequence[Chip]) -> None:
    for chip in chips:
        encoder(chip)


def _png(chip: Chip) -> object:
    """Differences to the row above, and DEFLATE; without the few bytes around them."""
    rows = chip.transpose(1, 2, 0).reshape(chip.shape[1], -1)
    lines = np.empty((rows.shape[0], rows.shape[1] + 1), np.uint8)
    lines[:, 0] = 2
    lines[0, 1:] = rows[0]
    np.subtract(rows[1:], rows[:-1], out=lines[1:, 1:])
    if not HAS_LIBDEFLATE:
        packer = zlib.compressobj(1, strategy=zlib.Z_RLE)
        return packer.compress(lines.data) + packer.flush()
    strip = _strip(get_ident(), lines.shape)
    strip.GetRasterBand(1).WriteRaster(0, 0, *lines.shape[::-1], lines)
    return strip.FlushCache()


@lru_cache(maxsize=8)
def _strip(thread: int, shape: tuple[int, int]) -> Any:
    """A TIFF in memory whose only strip is written over and over: libdeflate by way of GDAL."""
    options = ["COMPRESS=DEFLATE", "ZLEVEL=1", f"BLOCKYSIZE={shape[0]}"]
    path = f"/vsimem/strip{thread}.tif"
    return gdal.GetDriverByName("GTiff").Create(path, *shape[::-1], 1, gdal.GDT_Byte, options)


def _jpeg(chip: Chip) -> object:
    source = gdal.GetDriverByName("MEM").Create(
        "", *chip.shape[:0:-1], chip.shape[0], gdal.GDT_Byte, ["INTERLEAVE=PIXEL"]
    )
    source.WriteArray(chip)
    return gdal.GetDriverByName("JPEG").CreateCopy(_path("jpg"), source, options=["QUALITY=90"])


def _tiff(compression: str, chip: Chip) -> None:
    options = ["INTERLEAVE=PIXEL", f"BLOCKYSIZE={chip.shape[1]}", f"COMPRESS={compression}"]
    options += ["PREDICTOR=2", *TIFF_LEVELS[compression]]
    made: Any = gdal.GetDriverByName("GTiff").Create(
        _path("tif"), *chip.shape[:0:-1], chip.shape[0], gdal.GDT_Byte, options
    )
    made.WriteArray(chip)


HAS_LIBDEFLATE = "1-12" in gdal.GetDriverByName("GTiff").GetMetadataItem("DMD_CREATIONOPTIONLIST")
TIFF_LEVELS = {"LZW": [], "DEFLATE": ["ZLEVEL=1"], "ZSTD": ["ZSTD_LEVEL=1"]}
ENCODERS: Mapping[str, Encoder] = {
    "PNG": _png,
    "JPEG": _jpeg,
    **{f"TIFF {compression}": partial(_tiff, compression) for compression in TIFF_LEVELS},
}


def _path(ending: str) -> str:
    """A file in memory for each thread, written over and over."""
    return f"/vsimem/pure{get_ident()}.{ending}"
