"""How pixels become the bytes of image files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Optional, Protocol
from uuid import uuid4

import numpy as np
from osgeo import gdal, gdal_array

from .gdal_errors import GdalFailure, checked, gdal_messages, spatial_reference
from .grid import PixelGrid
from .tiff import Bytes, TiffEncoding, contents

if TYPE_CHECKING:
    from .files import Pixels

PAM = "GDAL_PAM_ENABLED"
CHIP_ENDINGS = {"TIFF": ".tif", "PNG": ".png", "JPEG": ".jpg", "MRF": ".mrf"}
"""What the names of chips end with."""


class Encoding(Protocol):
    """Turns an image into files. Must be picklable, and usable by several threads at once."""

    @property
    def ending(self) -> str:
        """What the name of the image file ends with, ".tif"."""

    def files(self, pixels: Pixels, grid: PixelGrid) -> Iterator[tuple[str, Bytes]]:
        """Endings and contents of the files of an image (band, row, column), the image first."""


@dataclass(frozen=True)
class GdalEncoding:
    """An encoding by a GDAL driver; what the driver does not carry goes into files beside it."""

    driver: str
    ending: str
    options: tuple[str, ...] = ()
    world_ending: str = ""
    """Ending of the world file for formats that carry no georeference."""
    nodata: Optional[float] = None

    def files(self, pixels: Pixels, grid: PixelGrid) -> Iterator[tuple[str, Bytes]]:
        """The image, then its world file and .prj if the format needs them."""
        folder = f"/vsimem/{uuid4().hex}"
        gdal.Mkdir(folder, 0o755)
        try:
            with gdal_messages() as messages, _no_auxiliary_file(grid):
                source = self._source(pixels, grid)
                driver = gdal.GetDriverByName(self.driver)
                path = f"{folder}/chip{self.ending}"
                checked(driver.CreateCopy(path, source, options=list(self.options)), messages)
            for name in sorted(gdal.ReadDir(folder) or (), key=lambda n: n != f"chip{self.ending}"):
                if name.startswith("chip."):
                    yield name[len("chip") :], contents(f"{folder}/{name}")
        finally:
            gdal.RmdirRecursive(folder)
        if self.world_ending and grid.is_on_map:
            yield from _sidecars(self.world_ending, grid)

    def _source(self, pixels: Pixels, grid: PixelGrid) -> gdal.Dataset:
        source = gdal_array.OpenNumPyArray(np.ascontiguousarray(pixels), True)
        if not self.world_ending:
            if grid.is_on_map:
                source.SetGeoTransform(grid.geotransform)
                source.SetProjection(grid.crs_wkt)
            if self.nodata is not None:
                for band in range(1, source.RasterCount + 1):
                    source.GetRasterBand(band).SetNoDataValue(self.nodata)
        return source


@contextmanager
def _no_auxiliary_file(grid: PixelGrid) -> Iterator[None]:
    """Keep GDAL from writing .aux.xml files, but where nothing else says that a chip is turned."""
    before = gdal.GetThreadLocalConfigOption(PAM)
    if grid.is_north_up:
        gdal.SetThreadLocalConfigOption(PAM, "NO")
    try:
        yield
    finally:
        gdal.SetThreadLocalConfigOption(PAM, before)


def _sidecars(world_ending: str, grid: PixelGrid) -> Iterator[tuple[str, Bytes]]:
    yield world_ending, world_file(grid).encode("ascii")
    projection = esri_wkt(grid.crs_wkt)
    if projection:
        yield ".prj", projection.encode("utf-8")


def world_file(grid: PixelGrid) -> str:
    """Six lines: the axes of the grid and the centre of its upper-left pixel.

    >>> world_file(PixelGrid(4, 4, (500.0, 2.0, 0.0, 900.0, 0.0, -2.0))).split()[4:]
    ['501.0000000000', '899.0000000000']
    """
    x, x_column, x_row, y, y_column, y_row = grid.geotransform
    centre = (x + (x_column + x_row) / 2, y + (y_column + y_row) / 2)
    return "".join(f"{value:.10f}\n" for value in (x_column, y_column, x_row, y_row, *centre))


def esri_wkt(wkt: str) -> str:
    """The text of a .prj file; empty if there is no system or it has no such text."""
    reference = spatial_reference(wkt)
    if reference is None:
        return ""
    try:
        with gdal_messages():
            return str(reference.ExportToWkt(["FORMAT=WKT1_ESRI"]))
    except GdalFailure:
        return ""


def chip_encoding(
    chip_format: str, tile_columns: int, jpeg_quality: int, nodata: Optional[float]
) -> Encoding:
    """The encoding of a request's chip format."""
    if chip_format == "PNG":
        return GdalEncoding("PNG", CHIP_ENDINGS["PNG"], ("ZLEVEL=1",), ".pgw")
    if chip_format == "JPEG":
        return GdalEncoding("JPEG", CHIP_ENDINGS["JPEG"], (f"QUALITY={jpeg_quality}",), ".jgw")
    if chip_format == "MRF":
        options = ("COMPRESS=NONE", "INTERLEAVE=PIXEL", f"BLOCKSIZE={tile_columns}")
        return GdalEncoding("MRF", CHIP_ENDINGS["MRF"], options, nodata=nodata)
    return TiffEncoding(nodata)
