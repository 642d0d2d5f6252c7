"""How pixels become the bytes of image files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Optional, Protocol

from osgeo import gdal

from .compressed_tiff import CompressedTiffEncoding
from .deflated_tiff import DeflatedTiffEncoding
from .gdal_copies import PictureEncoding
from .grid import PixelGrid
from .memory_folder import Bytes
from .mrf import MrfEncoding
from .png import PngEncoding
from .png_pieces import PngPiecesEncoding
from .shared_pieces import Overlap
from .tiff import TiffEncoding

if TYPE_CHECKING:
    from .files import Pixels
    from .request import ExportRequest

CHIP_ENDINGS = {"TIFF": ".tif", "PNG": ".png", "JPEG": ".jpg", "MRF": ".mrf"}
"""What the names of chips end with."""
COMPRESSING_DRIVERS = {"TIFF": "GTiff", "MRF": "MRF"}
"""GDAL's names of the formats whose chips `compression` is for."""
FAST_PNG = 1
"""The level up to which PNG is written without GDAL."""


class Encoding(Protocol):
    """Turns an image into files. Must be picklable, and usable by several threads at once."""

    @property
    def ending(self) -> str:
        """What the name of the image file ends with, ".tif"."""

    def files(self, pixels: Pixels, grid: PixelGrid) -> Iterator[tuple[str, Bytes]]:
        """Endings and contents of the files of an image (band, row, column), the image first."""


@dataclass(frozen=True)
class ImageFormat:
    """How a request wants images to be stored; the fields are the request's."""

    chip_format: str = "TIFF"
    compression: str = "NONE"
    jpeg_quality: int = 90
    png_level: int = 1

    @property
    def is_plain(self) -> bool:
        """Whether chips are hardly more than copied, which more threads do not speed up."""
        return self.chip_format == "TIFF" and self.compression == "NONE"


def image_format(request: ExportRequest) -> ImageFormat:
    """How a request wants its images to be stored."""
    return ImageFormat(
        request.chip_format, request.compression, request.jpeg_quality, request.png_level
    )


def chip_encoding(
    image: ImageFormat, nodata: Optional[float], overlap: Optional[Overlap] = None
) -> Encoding:
    """The encoding of chips, which may be views of strips and have rows in common."""
    if image.chip_format == "PNG":
        return _png_encoding(image.png_level, overlap)
    if image.chip_format == "JPEG":
        options = (f"QUALITY={image.jpeg_quality}",)
        return PictureEncoding("JPEG", CHIP_ENDINGS["JPEG"], ".jgw", options)
    if image.chip_format == "MRF":
        return MrfEncoding(image.compression, nodata)
    if image.compression == "NONE":
        return TiffEncoding(nodata)
    return CompressedTiffEncoding(image.compression, nodata, overlap)


def _png_encoding(level: int, overlap: Optional[Overlap]) -> Encoding:
    """GDAL tries all filters on each row: files a tenth smaller, several times as long."""
    if level == FAST_PNG and overlap is not None:
        return PngPiecesEncoding(overlap)
    if level <= FAST_PNG:
        return PngEncoding(level)
    return PictureEncoding("PNG", CHIP_ENDINGS["PNG"], ".pgw", (f"ZLEVEL={level}",))


def label_encoding(compression: str) -> Encoding:
    """The encoding of label rasters: TIFF, as plain as possible for the sake of its readers."""
    return TiffEncoding() if compression == "NONE" else DeflatedTiffEncoding()


def is_offered(chip_format: str, compression: str) -> bool:
    """Whether the GDAL at hand can compress chips of a format so.

    PNG and JPEG chips have a compression of their own and take any, which is then for label rasters
    only.
    """
    if chip_format not in COMPRESSING_DRIVERS or compression == "NONE":
        return True
    driver = gdal.GetDriverByName(COMPRESSING_DRIVERS[chip_format])
    options = driver and driver.GetMetadataItem("DMD_CREATIONOPTIONLIST")
    return f">{compression}</Value>" in (options or "")
