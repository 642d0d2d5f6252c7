"""Images that a GDAL driver copies from memory: JPEG, small PNG, MRF."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Optional

from osgeo import gdal

from .gdal_errors import GdalFailure, GdalMessages, checked, gdal_messages
from .gdal_settings import thread_settings
from .grid import PixelGrid
from .memory_folder import forget, memory_folder
from .originals import Originals, memory_image
from .sidecars import sidecars
from .tiff import contents

if TYPE_CHECKING:
    from .files import Pixels

PAM = "GDAL_PAM_ENABLED"
NOT_OPENED_AGAIN = {"GDAL_OPEN_AFTER_COPY": "NO"}
"""JPEG and PNG: nobody looks at the copy, and to open it takes a tenth as long as to make it."""
MRF_LEVELS = {"DEFLATE": "QUALITY=10", "ZSTD": "QUALITY=1"}
"""The fastest of each; MRF takes a tenth of the number for DEFLATE."""


@dataclass(frozen=True)
class PictureEncoding:
    """A format that carries no georeference, with a world file and .prj beside it."""

    driver: str
    ending: str
    world_ending: str
    options: tuple[str, ...]
    _originals: Originals = field(default_factory=Originals, init=False, compare=False, repr=False)

    def files(self, pixels: Pixels, grid: PixelGrid) -> Iterator[tuple[str, bytes]]:
        """The image, then the files beside it. Raises GdalFailure."""
        yield self.ending, self._image(pixels)
        yield from sidecars(self.world_ending, grid)

    def _image(self, pixels: Pixels) -> bytes:
        original = self._originals.of(pixels)
        path = original.path + self.ending
        try:
            with gdal_messages() as messages, thread_settings(NOT_OPENED_AGAIN):
                _copy(self.driver, path, original.dataset, self.options, messages)
            return contents(path)
        finally:
            forget(path)  # else GDAL would open it, to see what it is to write over


@dataclass(frozen=True)
class MrfEncoding:
    """MRF: a header of XML, which says where the chip lies, an index, and the data."""

    compression: str = "NONE"
    nodata: Optional[float] = None
    ending = ".mrf"

    def files(self, pixels: Pixels, grid: PixelGrid) -> Iterator[tuple[str, bytes]]:
        """The header, then the files beside it. Raises GdalFailure.

        What compression cannot make smaller MRF refuses to store compressed; such a chip is not.
        """
        yield from self._compressed(pixels, grid) or self._copied("NONE", pixels, grid)[0]

    def _compressed(self, pixels: Pixels, grid: PixelGrid) -> list[tuple[str, bytes]]:
        """Endings and contents; nothing if it cannot or need not be."""
        if self.compression == "NONE":
            return []
        try:
            files, messages = self._copied(self.compression, pixels, grid)
        except GdalFailure:
            return []
        return [] if messages.errors else files

    def _copied(
        self, compression: str, pixels: Pixels, grid: PixelGrid
    ) -> tuple[list[tuple[str, bytes]], GdalMessages]:
        """Endings and contents, and what GDAL said."""
        with memory_folder() as folder:  # a new one: GDAL appends to data that is there
            with gdal_messages() as messages, _no_auxiliary_file(grid):
                source = memory_image(pixels, messages)
                self._place(source, grid)
                options = _mrf_options(compression, pixels)
                _copy("MRF", f"{folder}/chip{self.ending}", source, options, messages)
            return _files_in(folder, self.ending), messages

    def _place(self, source: gdal.Dataset, grid: PixelGrid) -> None:
        if grid.is_on_map:
            source.SetGeoTransform(grid.geotransform)
            source.SetProjection(grid.crs_wkt)
        if self.nodata is not None:
            for band in range(1, source.RasterCount + 1):
                source.GetRasterBand(band).SetNoDataValue(self.nodata)


def _mrf_options(compression: str, pixels: Pixels) -> list[str]:
    _, rows, columns = pixels.shape
    options = [f"COMPRESS={compression}", "INTERLEAVE=PIXEL"]
    options += [f"BLOCKXSIZE={columns}", f"BLOCKYSIZE={rows}"]
    if compression in MRF_LEVELS:
        options.append(MRF_LEVELS[compression])
    return options


def _copy(
    driver: str, path: str, source: gdal.Dataset, options: Sequence[str], messages: GdalMessages
) -> None:
    copy: Any = gdal.GetDriverByName(driver).CreateCopy(path, source, options=list(options))
    checked(copy, messages).FlushCache()


def _files_in(folder: str, first_ending: str) -> list[tuple[str, bytes]]:
    """Endings and contents of the files of a chip."""
    endings = [name[len("chip") :] for name in gdal.ReadDir(folder) or () if name[:5] == "chip."]
    endings.sort(key=lambda ending: (ending != first_ending, ending))
    return [(ending, contents(f"{folder}/chip{ending}")) for ending in endings]


def _no_auxiliary_file(grid: PixelGrid) -> AbstractContextManager[None]:
    """Keep GDAL from writing .aux.xml files, but where nothing else says that a chip is turned."""
    return thread_settings({PAM: "NO"} if grid.is_north_up else {})
