"""Pixels that are fetched piece by piece, kept in a folder, and read as one raster."""

from __future__ import annotations

import math
import os
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Optional

from lxml import etree
from lxml.builder import E
from osgeo import gdal

from .errors import UnreadableSource, UnwritableOutput
from .gdal_errors import GdalFailure, checked, gdal_messages, open_raster
from .grid import PixelGrid, Size

RGB = (1, 2, 3)
COLOURS = ("Red", "Green", "Blue")
WITH_ALPHA = (2, 4)
"""Numbers of bands of which the last one says what is transparent."""
OPAQUE = 255
BLOCK = 256
"""Columns and rows of a block of a tiled TIFF."""

Fetch = Callable[[PixelGrid], bytes]
"""The file of an image of just these pixels. Raises ChipExportError."""
Spread = Callable[[Callable[["Tile"], None], Sequence["Tile"]], Iterable[None]]
"""Does a work on each tile, several at once, as it pleases."""


@dataclass(frozen=True)
class Tile:
    """A piece of a grid, in its pixels."""

    left: int
    top: int
    size: Size

    @property
    def file_name(self) -> str:
        """Of its file in the folder."""
        return f"{self.top}_{self.left}.tif"


@dataclass(frozen=True)
class TileCache:
    """A folder of tiles; those that are there already are not fetched again.

    `is_rendered` tells colours, of which those that are transparent are no data, from values.
    """

    folder: str
    grid: PixelGrid
    tile: Size
    is_rendered: bool = False
    nodata: Optional[float] = None
    """Of values, where their files do not say it."""
    stamp: str = ""
    """What the tiles are of; a folder with tiles of something else is emptied."""

    def tiles(self) -> list[Tile]:
        """All tiles, row by row."""
        columns, rows = self.tile.columns, self.tile.rows
        return [
            Tile(left, top, Size(min(columns, self.grid.columns - left), min(rows, below)))
            for top in range(0, self.grid.rows, rows)
            for below in [self.grid.rows - top]
            for left in range(0, self.grid.columns, columns)
        ]

    def missing(self) -> list[Tile]:
        """The tiles that must be fetched."""
        return [tile for tile in self.tiles() if not os.path.exists(self.path_of(tile))]

    def path_of(self, tile: Tile) -> str:
        """Where a tile is kept."""
        return os.path.join(self.folder, tile.file_name)

    def fill(self, fetch: Fetch, spread: Spread, report: Callable[[float], None]) -> None:
        """Fetch what is missing; `report` gets the share that is there. Raises ChipExportError."""
        missing, count = self.missing(), len(self.tiles())
        done = count - len(missing)
        for _ in spread(partial(self._fetch_tile, fetch), missing):
            done += 1
            report(done / count)

    def prepare(self) -> None:
        """Make the folder, without tiles of anything else. Raises UnwritableOutput."""
        try:
            os.makedirs(self.folder, exist_ok=True)
            self._begin_anew_if_changed()
        except OSError as error:
            reason = f"'{self.folder}' cannot be written ({error.strerror}); choose another folder."
            raise UnwritableOutput(reason) from error

    def _begin_anew_if_changed(self) -> None:
        stamp = f"{self.stamp}\n{self.grid}\n{self.tile}\n"
        about = Path(self.folder, "about.txt")
        if about.exists() and about.read_text("utf-8") == stamp:
            return
        for path in Path(self.folder).glob("*.tif"):
            path.unlink()
        about.write_text(stamp, "utf-8")

    def _fetch_tile(self, fetch: Fetch, tile: Tile) -> None:
        window = self.grid.crop(tile.left, tile.top, tile.size.columns, tile.size.rows)
        content = fetch(window)
        path = f"/vsimem/chipwright-{uuid.uuid4().hex}"
        gdal.FileFromMemBuffer(path, content)
        try:
            dataset = _opened(path)
            if (dataset.RasterXSize, dataset.RasterYSize) != (window.columns, window.rows):
                raise UnreadableSource(
                    f"an image of {window.columns} × {window.rows} pixels was asked for, but one "
                    f"of {dataset.RasterXSize} × {dataset.RasterYSize} came; the service gives "
                    "less at once than it says, so fetch fewer pixels: a smaller extent, or a "
                    "larger cellSize."
                )
            self._store(dataset, self.path_of(tile))
        finally:
            dataset = None
            gdal.Unlink(path)

    def _store(self, dataset: gdal.Dataset, path: str) -> None:
        """Under another name until it is whole."""
        part = f"{path}.part"
        try:
            with gdal_messages() as messages:
                shown = _picture(dataset) if self.is_rendered else dataset
                options = {"format": "GTiff", "maskBand": "none", "creationOptions": self._layout()}
                checked(gdal.Translate(part, shown, **options), messages).FlushCache()
            os.replace(part, path)
        except (GdalFailure, OSError) as failure:
            raise UnwritableOutput(f"'{path}' cannot be written: {failure}") from failure

    def _layout(self) -> list[str]:
        return ["TILED=YES"] if min(self.tile.columns, self.tile.rows) >= BLOCK else []

    def write_vrt(self, path: str) -> None:
        """One raster of all tiles, on the grid. Raises UnreadableSource, UnwritableOutput.

        It is a VRT that shows another one: a mosaic that is alone counts as its tiles elsewhere.
        """
        tiles = self.tiles()
        traits, masks = self._traits(tiles), self._masks(tiles)
        mosaic = os.path.join(self.folder, "tiles.vrt")
        placed = [(self.path_of(tile), tile) for tile in tiles]
        whole = [(mosaic, Tile(0, 0, Size(self.grid.columns, self.grid.rows)))]
        shown = {mosaic: True} if masks else {}
        for target, sources, masked in ((mosaic, placed, masks), (path, whole, shown)):
            vrt = _vrt(self.grid, traits, sources, masked)
            text = etree.tostring(vrt, pretty_print=True)
            try:
                with open(target, "wb") as file:
                    file.write(text)
            except OSError as error:
                raise UnwritableOutput(f"'{target}' cannot be written: {error}") from error

    def _traits(self, tiles: Sequence[Tile]) -> _Traits:
        """What all tiles have in common; that they do is seen here."""
        if self.is_rendered:
            return _Traits(("Byte",) * len(RGB), (None,) * len(RGB), COLOURS)
        found = {_traits_of(self.path_of(tile), self.nodata) for tile in tiles}
        if len(found) > 1:
            raise UnreadableSource(
                "the pieces that were fetched differ in bands, data type or no-data value; delete "
                f"'{self.folder}' and try again."
            )
        return found.pop()

    def _masks(self, tiles: Sequence[Tile]) -> dict[str, bool]:
        """Which of the tiles of a picture are transparent somewhere, by path; empty if none is."""
        paths = [self.path_of(tile) for tile in tiles]
        masks = {path: _opened(path).RasterCount > len(RGB) for path in paths}
        return masks if self.is_rendered and any(masks.values()) else {}


@dataclass(frozen=True)
class _Traits:
    """Data types, no-data values and meanings of bands."""

    types: tuple[str, ...]
    nodata: tuple[Optional[float], ...]
    meanings: tuple[str, ...]


def _traits_of(path: str, nodata: Optional[float]) -> _Traits:
    dataset = _opened(path)
    bands = [dataset.GetRasterBand(number + 1) for number in range(dataset.RasterCount)]
    values = [band.GetNoDataValue() for band in bands]
    return _Traits(
        tuple(gdal.GetDataTypeName(band.DataType) for band in bands),
        tuple(nodata if value is None or math.isnan(value) else value for value in values),
        tuple(gdal.GetColorInterpretationName(band.GetColorInterpretation()) for band in bands),
    )


def _vrt(
    grid: PixelGrid, traits: _Traits, sources: Sequence[tuple[str, Tile]], masks: dict[str, bool]
) -> Any:
    """`masks` says of each source whether its last band is its mask, where there is any."""
    root = E.VRTDataset(
        E.GeoTransform(", ".join(map(repr, map(float, grid.geotransform)))),
        rasterXSize=str(grid.columns),
        rasterYSize=str(grid.rows),
    )
    if grid.crs_wkt:
        root.insert(0, E.SRS(grid.crs_wkt, dataAxisToSRSAxisMapping="1,2"))
    for number, data_type in enumerate(traits.types, start=1):
        band = E.VRTRasterBand(dataType=data_type, band=str(number))
        if traits.nodata[number - 1] is not None:
            band.append(E.NoDataValue(repr(traits.nodata[number - 1])))
        band.append(E.ColorInterp(traits.meanings[number - 1]))
        band.extend(_source("SimpleSource", path, str(number), tile) for path, tile in sources)
        root.append(band)
    if masks:
        mask = E.VRTRasterBand(dataType="Byte")
        mask.extend(_mask_source(path, tile, masks[path]) for path, tile in sources)
        root.append(E.MaskBand(mask))
    return root


def _source(kind: str, path: str, band: str, tile: Tile) -> Any:
    sides = {"xSize": str(tile.size.columns), "ySize": str(tile.size.rows)}
    return E(
        kind,
        E.SourceFilename(os.path.abspath(path), relativeToVRT="0"),
        E.SourceBand(band),
        E.SrcRect(xOff="0", yOff="0", **sides),
        E.DstRect(xOff=str(tile.left), yOff=str(tile.top), **sides),
    )


def _mask_source(path: str, tile: Tile, has_mask: bool) -> Any:
    """What is transparent of a tile; nothing of one that does not say it."""
    if path.endswith(".vrt"):
        return _source("SimpleSource", path, "mask,1", tile)
    if has_mask:
        return _source("SimpleSource", path, str(len(RGB) + 1), tile)
    source = _source("ComplexSource", path, "1", tile)
    source.extend((E.ScaleOffset(str(OPAQUE)), E.ScaleRatio("0")))
    return source


def _picture(dataset: gdal.Dataset) -> gdal.Dataset:
    """Red, green and blue, and alpha where it is not opaque throughout."""
    if dataset.GetRasterBand(1).GetColorTable() is not None:
        dataset = gdal.Translate("", dataset, format="MEM", rgbExpand="rgba")
    count = dataset.RasterCount
    bands = list(RGB) if count > len(WITH_ALPHA) else [1, 1, 1]
    if count in WITH_ALPHA and dataset.GetRasterBand(count).ComputeRasterMinMax()[0] < OPAQUE:
        bands.append(count)
    return gdal.Translate("", dataset, format="MEM", bandList=bands, outputType=gdal.GDT_Byte)


def _opened(path: str) -> gdal.Dataset:
    try:
        return open_raster(path)
    except GdalFailure as failure:
        raise UnreadableSource(f"what was fetched is no image: {failure}") from failure


def blank_picture(columns: int, rows: int) -> bytes:
    """The file of a picture that is transparent everywhere."""
    path = f"/vsimem/chipwright-{uuid.uuid4().hex}.png"
    memory = gdal.GetDriverByName("MEM").Create("", columns, rows, WITH_ALPHA[-1])
    gdal.GetDriverByName("PNG").CreateCopy(path, memory)
    try:
        return file_content(path)
    finally:
        gdal.Unlink(path)


def file_content(path: str) -> bytes:
    """The bytes of a file, be it in GDAL's memory."""
    file = gdal.VSIFOpenL(path, "rb")
    try:
        return bytes(gdal.VSIFReadL(1, gdal.VSIStatL(path).size, file))
    finally:
        gdal.VSIFCloseL(file)
