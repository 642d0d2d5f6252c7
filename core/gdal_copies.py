"""Images that a GDAL driver copies from memory, such as JPEG and small PNG."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from osgeo import gdal

from .gdal_errors import GdalMessages, checked, gdal_messages
from .gdal_settings import thread_settings
from .grid import PixelGrid
from .memory_folder import Bytes, contents, forget
from .originals import Originals
from .sidecars import sidecars

if TYPE_CHECKING:
    from .files import Pixels

NOT_OPENED_AGAIN = {"GDAL_OPEN_AFTER_COPY": "NO"}
"""JPEG and PNG: nobody looks at the copy, and to open it takes a tenth as long as to make it."""


@dataclass(frozen=True)
class PictureEncoding:
    """A format that carries no georeference, with a world file and .prj beside it."""

    driver: str
    ending: str
    world_ending: str
    options: tuple[str, ...]
    _originals: Originals = field(default_factory=Originals, init=False, compare=False, repr=False)

    def files(self, pixels: Pixels, grid: PixelGrid) -> Iterator[tuple[str, Bytes]]:
        """The image, then the files beside it. Raises GdalFailure."""
        yield self.ending, self._image(pixels)
        yield from sidecars(self.world_ending, grid)

    def _image(self, pixels: Pixels) -> Bytes:
        original = self._originals.of(pixels)
        path = original.path + self.ending
        try:
            with gdal_messages() as messages, thread_settings(NOT_OPENED_AGAIN):
                copy_image(self.driver, path, original.dataset, self.options, messages)
            return contents(path)
        finally:
            forget(path)  # else GDAL would open it, to see what it is to write over


def copy_image(
    driver: str, path: str, source: gdal.Dataset, options: Sequence[str], messages: GdalMessages
) -> None:
    """Write a copy of an image to a path. Raises GdalFailure."""
    copy: Any = gdal.GetDriverByName(driver).CreateCopy(path, source, options=list(options))
    checked(copy, messages).FlushCache()
