"""The sources of a VRT, each as the VRT shows it."""

from __future__ import annotations

import copy
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Optional

from lxml import etree
from osgeo import gdal

from ..errors import InvalidRequest, UnreadableSource
from ..gdal_errors import GdalFailure, gdal_messages, open_raster
from ..raster import describe_raster
from ..request import RasterSource
from ..source_windows import source_window
from ..vrt_xml import XML_PARSER

COPYING = {"SourceFilename", "OpenOptions", "SourceBand", "SourceProperties"}
COPYING |= {"SrcRect", "DstRect", "NODATA", "UseMaskBand"}
"""What the sources of a VRT are made of as long as they pass pixels on as they are."""
Rectangle = tuple[float, float, float, float]
"""Left, top, width and height in pixels."""


@dataclass(frozen=True)
class _Tile:
    """Where a source of a VRT lies."""

    window: Rectangle
    rank: int
    """Among the sources of its band with the same window: 0 for the lowest."""


@dataclass(frozen=True)
class _Source:
    """A source of a band of a VRT."""

    place: int
    """Of its band among all bands, masks included."""
    element: Any


def parts_of_vrt(source: RasterSource, dataset: gdal.Dataset) -> Iterator[RasterSource]:
    """The sources of a VRT, each as the VRT shows it; none where it is no mosaic."""
    root = _xml_of(dataset)
    tiles = _tiles(root)
    if len({tile.window for tile in tiles}) < 2:
        return
    for sources in tiles.values():
        for each in sources:
            each.element.getparent().remove(each.element)
            _find_file(each.element, source.path)
    for tile, sources in tiles.items():
        yield _part(source, dataset, root, tile, sources)


def _xml_of(dataset: gdal.Dataset) -> Any:
    with gdal_messages():
        text = dataset.GetMetadata("xml:VRT")[0]
    return etree.fromstring(text, XML_PARSER)


def _bands(root: Any) -> list[Any]:
    return list(root.iter("VRTRasterBand"))


def _tiles(root: Any) -> dict[_Tile, list[_Source]]:
    """The sources of all bands by their windows; nothing where they are not all plainly placed."""
    tiles: dict[_Tile, list[_Source]] = {}
    is_warped = root.get("subClass") is not None
    if is_warped or any(band.get("subClass") is not None for band in _bands(root)):
        return tiles
    for place, band in enumerate(_bands(root)):
        ranks: Counter[Rectangle] = Counter()
        for element in band.xpath("*[SourceFilename]"):
            window = _rectangle(element, "DstRect")
            if window is None:
                return {}
            tiles.setdefault(_Tile(window, ranks[window]), []).append(_Source(place, element))
            ranks[window] += 1
    return tiles


def _rectangle(element: Any, name: str) -> Optional[Rectangle]:
    found = element.find(name)
    if found is None:
        return None
    left, top, width, height = (
        round(float(found.get(side)), 6) for side in ("xOff", "yOff", "xSize", "ySize")
    )
    return left, top, width, height


def _find_file(element: Any, vrt: str) -> None:
    """Make a source's path independent of where its VRT lies."""
    name = element.find("SourceFilename")
    if name.get("relativeToVRT") == "1":
        name.text = os.path.join(os.path.dirname(vrt), name.text)
        name.set("relativeToVRT", "0")


def _part(
    vrt: RasterSource, dataset: gdal.Dataset, root: Any, tile: _Tile, sources: Sequence[_Source]
) -> RasterSource:
    """The file under a tile if that is all there is to it, else the VRT's own view of it."""
    files = [_file_of(each.element) for each in sources]
    for file in files:
        _check_file(file, vrt)
    view = RasterSource(_view(dataset, root, tile, sources), name=str(files[0]))
    is_copy = len(set(files)) == 1 and all(_is_copy(root, each) for each in sources)
    return files[0] if is_copy and _looks_the_same(view, files[0]) else view


def _file_of(element: Any) -> RasterSource:
    options = tuple(f"{each.get('key')}={each.text or ''}" for each in element.iter("OOI"))
    return RasterSource(element.findtext("SourceFilename"), options)


def _check_file(file: RasterSource, vrt: RasterSource) -> None:
    try:
        open_raster(file.path, file.open_options)
    except GdalFailure as failure:
        raise InvalidRequest(
            "inputRaster",
            f"'{file}', of which the mosaic '{vrt}' is made, cannot be opened: {failure.cause}; "
            "put it there, or build the mosaic again.",
        ) from failure


def _view(dataset: gdal.Dataset, root: Any, tile: _Tile, sources: Sequence[_Source]) -> str:
    """The XML of a VRT of these sources alone, in the pixels of the first."""
    size = (_rectangle(sources[0].element, "SrcRect") or tile.window)[2:]
    columns, rows = (max(1, round(side)) for side in size)
    view = copy.deepcopy(root)
    for each in view.xpath("OverviewList | .//Overview | .//Histograms"):
        each.getparent().remove(each)
    view.set("rasterXSize", str(columns))
    view.set("rasterYSize", str(rows))
    if view.find("GeoTransform") is not None:
        numbers = _geotransform(dataset, tile.window, columns, rows)
        view.find("GeoTransform").text = ", ".join(map(repr, numbers))
    bands = _bands(view)
    for source in sources:
        bands[source.place].append(_filling(source.element, columns, rows))
    return etree.tostring(view, encoding="unicode")


def _geotransform(
    dataset: gdal.Dataset, window: Rectangle, columns: int, rows: int
) -> tuple[float, ...]:
    """Of a window of a dataset, divided into columns and rows."""
    left, top, width, height = window
    whole = dataset.GetGeoTransform()
    x, y = gdal.ApplyGeoTransform(whole, left, top)
    across, down = width / columns, height / rows
    return x, whole[1] * across, whole[2] * down, y, whole[4] * across, whole[5] * down


def _filling(element: Any, columns: int, rows: int) -> Any:
    """A source that fills its VRT."""
    filling = copy.deepcopy(element)
    sides = {"xOff": 0, "yOff": 0, "xSize": columns, "ySize": rows}
    for side, value in sides.items():
        filling.find("DstRect").set(side, str(value))
    return filling


def _is_copy(root: Any, source: _Source) -> bool:
    """Whether a source passes on the band of the same number as it is; masks do."""
    number = _bands(root)[source.place].get("band")
    return {child.tag for child in source.element} <= COPYING and (
        number is None or source.element.findtext("SourceBand", "1") == number
    )


def _looks_the_same(view: RasterSource, file: RasterSource) -> bool:
    try:
        shown, whole = describe_raster(view), describe_raster(file)
    except UnreadableSource:
        return True
    window = source_window(whole.grid, shown.grid)
    return (
        (shown.bands, shown.data_type) == (whole.bands, whole.data_type)
        and str(shown.nodata) == str(whole.nodata)  # nan is not nan
        and (shown.grid.columns, shown.grid.rows) == (whole.grid.columns, whole.grid.rows)
        and window is not None
        and window.is_whole_pixels
        and window.left == window.top == 0
    )
