"""Chips as MRF: a header of XML, which says where the chip lies, an index, and the data."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Optional

from osgeo import gdal

from .gdal_copies import copy_image
from .gdal_errors import GdalFailure, GdalMessages, gdal_messages
from .gdal_settings import thread_settings
from .grid import PixelGrid
from .memory_folder import Bytes, contents, memory_folder
from .originals import memory_image

if TYPE_CHECKING:
    from .files import Pixels

HEADER, INDEX = ".mrf", ".idx"
PLAIN, DEFLATED, BY_ZSTD = ".til", ".pzp", ".pzs"
"""Of the data, which tell readers how it is compressed."""
COMPRESSION = "<Compression>{}</Compression>"
PAM = "GDAL_PAM_ENABLED"
FASTEST = 1
"""Of the levels of zlib, and of zstd."""
Files = dict[str, Bytes]
"""Contents by the endings of the files."""


@dataclass(frozen=True)
class MrfEncoding:
    """One page, whose pixels lie band by band for each pixel."""

    compression: str = "NONE"
    nodata: Optional[float] = None
    ending = HEADER

    def files(self, pixels: Pixels, grid: PixelGrid) -> Iterator[tuple[str, Bytes]]:
        """The header, then the files beside it. Raises GdalFailure.

        What compression does not make smaller is stored as it is: of a page that is more than
        twice as large as its pixels, which a few of them soon are, GDAL says that it is broken.
        """
        yield from self._files(pixels, grid).items()

    def _files(self, pixels: Pixels, grid: PixelGrid) -> Files:
        if self.compression == "ZSTD":
            return self._by_zstd(pixels, grid) or self._copied("NONE", pixels, grid)[0]
        plain, _ = self._copied("NONE", pixels, grid)
        return deflated(plain) if self.compression == "DEFLATE" else plain

    def _by_zstd(self, pixels: Pixels, grid: PixelGrid) -> Optional[Files]:
        """None if it cannot be, or need not be."""
        try:
            files, messages = self._copied("ZSTD", pixels, grid)
        except GdalFailure:
            return None
        is_smaller = not messages.errors and len(files[BY_ZSTD]) < pixels.nbytes
        return files if is_smaller else None

    def _copied(
        self, compression: str, pixels: Pixels, grid: PixelGrid
    ) -> tuple[Files, GdalMessages]:
        """What GDAL writes, and what it says. Raises GdalFailure."""
        with memory_folder() as folder:  # a new one: GDAL appends to data that is there
            with gdal_messages() as messages, _no_auxiliary_file(grid):
                source = memory_image(pixels, messages)
                self._place(source, grid)
                options = _options(compression, pixels)
                copy_image("MRF", f"{folder}/chip{HEADER}", source, options, messages)
            return _files_in(folder), messages

    def _place(self, source: gdal.Dataset, grid: PixelGrid) -> None:
        if grid.is_on_map:
            source.SetGeoTransform(grid.geotransform)
            source.SetProjection(grid.crs_wkt)
        if self.nodata is not None:
            for band in range(1, source.RasterCount + 1):
                source.GetRasterBand(band).SetNoDataValue(self.nodata)


def deflated(plain: Files) -> Files:
    """The files of a chip with its data as a zlib stream, if that is smaller.

    Not by GDAL: 3.10.3 writes beyond its memory where a page of one band grows.
    """
    data = plain[PLAIN]
    packed = zlib.compress(data, FASTEST)
    none, deflate = (COMPRESSION.format(name).encode("ascii") for name in ("NONE", "DEFLATE"))
    if len(packed) >= len(data) or none not in plain[HEADER]:
        return plain
    header = plain[HEADER].replace(none, deflate)
    index = struct.pack(">QQ", 0, len(packed))  # where the page begins, and its size
    others = {ending: content for ending, content in plain.items() if ending != PLAIN}
    return {**others, HEADER: header, INDEX: index, DEFLATED: packed}


def _options(compression: str, pixels: Pixels) -> list[str]:
    _, rows, columns = pixels.shape
    page = [f"BLOCKXSIZE={columns}", f"BLOCKYSIZE={rows}"]
    level = [f"QUALITY={FASTEST}"] if compression == "ZSTD" else []
    return [f"COMPRESS={compression}", "INTERLEAVE=PIXEL", *page, *level]


def _files_in(folder: str) -> Files:
    """The files of a chip, its header first."""
    endings = [name[len("chip") :] for name in gdal.ReadDir(folder) or () if name[:5] == "chip."]
    endings.sort(key=lambda ending: (ending != HEADER, ending))
    return {ending: contents(f"{folder}/chip{ending}") for ending in endings}


def _no_auxiliary_file(grid: PixelGrid) -> AbstractContextManager[None]:
    """Keep GDAL from writing .aux.xml files, but where nothing else says that a chip is turned."""
    return thread_settings({PAM: "NO"} if grid.is_north_up else {})
