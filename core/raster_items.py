"""The items of an image collection: every raster that inputRaster and rasterItems name."""

from __future__ import annotations

import copy
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Optional

from lxml import etree
from osgeo import gdal

from .errors import InvalidRequest, UnreadableSource
from .foreign_xml import NotXml, root_in
from .gdal_errors import GdalFailure, gdal_messages, open_features, open_raster
from .raster import describe_raster, source_window
from .request import RasterSource

SIDECARS = (".ovr", ".msk", ".rrd", ".aux")
"""Endings of files that GDAL opens as rasters, but that only accompany one."""
XML_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
"""For what GDAL itself writes: mosaics may have very many sources."""
"""A VRT may hold the text of another one, of any length."""
GTI = "GTI:"
LAYER_NAME = "|layername="


def listed_rasters(
    input_raster: RasterSource, raster_items: Sequence[RasterSource] = ()
) -> tuple[RasterSource, ...]:
    """Every raster that the two parameters name, in their order, each once.

    A folder stands for the rasters in it, a tile index for those it lists; a VRT is one raster.
    Raises InvalidRequest, naming the parameter, for what cannot be opened.
    """
    named = [("inputRaster", input_raster), *(("rasterItems", item) for item in raster_items)]
    unique: dict[object, RasterSource] = {}
    for parameter, source in named:
        for raster in _rasters_of(source, parameter):
            unique.setdefault(_identity(raster), raster)
    return tuple(unique.values())


def items_of(
    input_raster: RasterSource, raster_items: Sequence[RasterSource] = ()
) -> tuple[RasterSource, ...]:
    """The rasters of which each is an image of its own.

    As `listed_rasters`, but a VRT mosaic that is alone counts as its sources, and so does a tile
    index that GDAL opens as one raster. Raises InvalidRequest naming the parameter.
    """
    listed = listed_rasters(input_raster, raster_items)
    return (_parts_of(listed[0]) or listed) if len(listed) == 1 else listed


def _parts_of(source: RasterSource) -> tuple[RasterSource, ...]:
    """The rasters of a mosaic; none where it is no mosaic."""
    dataset = open_raster(source.path, source.open_options)
    driver = dataset.GetDriver().ShortName
    if driver == "GTI":
        return _rasters_in_index(_index_of_gti(source), "inputRaster")
    return tuple(_parts_of_vrt(source, dataset)) if driver == "VRT" else ()


def _identity(source: RasterSource) -> tuple[str, tuple[str, ...]]:
    return _real(source.path), source.open_options


def _real(path: str) -> str:
    """The same text for two paths to the same file."""
    return os.path.normcase(os.path.realpath(path)) if os.path.exists(path) else path


def _rasters_of(source: RasterSource, parameter: str) -> tuple[RasterSource, ...]:
    try:
        open_raster(source.path, source.open_options)
    except GdalFailure as failure:
        return _rasters_within(source, parameter, failure)
    return (source,)


def _rasters_within(
    source: RasterSource, parameter: str, failure: GdalFailure
) -> tuple[RasterSource, ...]:
    """The rasters of a folder or of a tile index, which GDAL does not open as one raster."""
    if _is_folder(source.path):
        return _rasters_in_folder(source, parameter)
    index = _tile_index(source)
    if index is None:
        problem = f"'{source}' cannot be opened as a raster: {failure}"
        raise InvalidRequest(parameter, problem) from failure
    return _rasters_in_index(index, parameter)


# Folders


@dataclass(frozen=True)
class _Entry:
    """A file of a folder that GDAL opens as a raster."""

    path: str
    companions: frozenset[str]
    """Further files that belong to it, as `_real` writes them."""
    is_mosaic: bool
    """Those are rasters in their own right."""


def _is_folder(path: str) -> bool:
    with gdal_messages():
        about = gdal.VSIStatL(path)
    return about is not None and bool(about.IsDirectory())


def _rasters_in_folder(folder: RasterSource, parameter: str) -> tuple[RasterSource, ...]:
    """Rasters of a folder by name, without its subfolders, sidecars and hidden files."""
    entries = [entry for path in _files_in(folder.path) for entry in _entries(path)]
    rasters = tuple(RasterSource(entry.path) for entry in _without_sidecars(entries))
    if not rasters:
        raise InvalidRequest(
            parameter,
            f"the folder '{folder}' has no raster that GDAL can open (its subfolders are not "
            "searched); choose a folder with rasters in it, or the rasters themselves.",
        )
    return rasters


def _files_in(folder: str) -> list[str]:
    with gdal_messages():
        names = gdal.ReadDir(folder) or []
    wanted = sorted(
        name for name in names if not name.startswith(".") and not name.lower().endswith(SIDECARS)
    )
    paths = [f"{folder.rstrip('/')}/{name}" for name in wanted]
    return [path for path in paths if not _is_folder(path)]


def _entries(path: str) -> Iterator[_Entry]:
    """The file if it is a raster with bands."""
    try:
        dataset = open_raster(path)
        with gdal_messages():
            files = {_real(each) for each in dataset.GetFileList() or ()}
    except GdalFailure:
        return
    if dataset.RasterCount > 0:
        is_mosaic = dataset.GetDriver().ShortName in ("VRT", "GTI")
        yield _Entry(path, frozenset(files - {_real(path)}), is_mosaic)


def _without_sidecars(entries: Sequence[_Entry]) -> Iterator[_Entry]:
    """Leave out parts of other rasters, and mosaics of rasters that are there themselves."""
    paths = {_real(entry.path) for entry in entries}
    sidecars: set[str] = set()
    for entry in entries:
        if not entry.is_mosaic and _real(entry.path) not in sidecars:
            sidecars |= entry.companions
    for entry in entries:
        adds_nothing = entry.is_mosaic and not paths.isdisjoint(entry.companions)
        if _real(entry.path) not in sidecars and not adds_nothing:
            yield entry


# Tile indexes


@dataclass(frozen=True)
class _TileIndex:
    """Features of which a field says where a raster lies, as gdaltindex writes them."""

    source: RasterSource
    path: str
    """Of the features."""
    layer: str = ""
    """The first layer that has the field if empty."""
    field: str = "location"


def _tile_index(source: RasterSource) -> Optional[_TileIndex]:
    """None where a source is no tile index."""
    path, _, layer = source.path.partition(LAYER_NAME)
    index = _TileIndex(source, path, layer)
    try:
        return None if _layer(open_features(path), index) is None else index
    except GdalFailure:
        return None


def _index_of_gti(source: RasterSource) -> _TileIndex:
    """What GDAL's own driver of tile indexes opened."""
    path = source.path[len(GTI) :] if source.path.startswith(GTI) else source.path
    if not path.lower().endswith(".gti"):
        return _TileIndex(source, path)
    root = _root_of_gti(path, source)
    return _TileIndex(
        source,
        _path_beside(path, root.findtext("IndexDataset", "")),
        root.findtext("IndexLayer", ""),
        root.findtext("LocationField", "location"),
    )


def _root_of_gti(path: str, source: RasterSource) -> Any:
    try:
        with open(path, "rb") as file:
            return root_in(file)
    except (NotXml, OSError) as error:
        raise InvalidRequest(
            "inputRaster",
            f"the tile index '{source}' cannot be read ({error}); make it anew, or choose the "
            "layer that it names.",
        ) from error


def _rasters_in_index(index: _TileIndex, parameter: str) -> tuple[RasterSource, ...]:
    """The rasters a tile index names; relative paths start at the index."""
    rasters = tuple(
        RasterSource(_path_beside(index.path, location)) for location in _locations(index)
    )
    if not rasters:
        raise InvalidRequest(parameter, f"the tile index '{index.source}' lists no raster.")
    for raster in rasters:
        try:
            open_raster(raster.path)
        except GdalFailure as failure:
            raise InvalidRequest(
                parameter,
                f"'{raster}', which the tile index '{index.source}' lists, cannot be opened: "
                f"{failure}; put it there, or make the index again (gdaltindex).",
            ) from failure
    return rasters


def _locations(index: _TileIndex) -> list[str]:
    dataset = open_features(index.path)
    layer = _layer(dataset, index)
    with gdal_messages():
        column = layer.GetLayerDefn().GetFieldIndex(index.field)
        found: Iterable[Any] = [feature.GetField(column) for feature in layer]
    return [location for location in found if location]


def _layer(dataset: gdal.Dataset, index: _TileIndex) -> Any:
    """The layer of the index; None if there is none with such a field."""
    layers = [dataset.GetLayer(number) for number in range(dataset.GetLayerCount())]
    for layer in layers:
        has_field = layer.GetLayerDefn().GetFieldIndex(index.field) >= 0
        if has_field and index.layer in ("", layer.GetName()):
            return layer
    return None


def _path_beside(path: str, name: str) -> str:
    """Where a file lies that another one names: beside that, or else just where it says."""
    beside = os.path.join(os.path.dirname(path), name)
    with gdal_messages():
        return beside if gdal.VSIStatL(beside) else name


# VRT mosaics

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


def _parts_of_vrt(source: RasterSource, dataset: gdal.Dataset) -> Iterator[RasterSource]:
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
            f"'{file}', of which the mosaic '{vrt}' is made, cannot be opened: {failure}; put it "
            "there, or build the mosaic again.",
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
