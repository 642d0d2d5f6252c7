"""Several rasters as one image: a VRT whose text is the path."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any, Optional

import numpy as np
from lxml import etree
from osgeo import gdal, gdal_array

from .errors import InvalidRequest, UnreadableSource
from .gdal_errors import (
    GdalFailure,
    checked,
    gdal_messages,
    may_be_same_reference,
    open_raster,
    transformation,
)
from .grid import PixelGrid
from .limits import MOST_SIDE
from .map_boxes import box_in
from .raster import WARP_RESAMPLING, Window, describe_raster, source_window
from .raster_items import XML_PARSER
from .request import RasterSource

EDGE = 1e-6
"""Share of a pixel by which the middle of a pixel may miss an item and still lie in it."""
WARP_ERROR = 0.01
"""Pixels by which a resampled item may lie beside its place: none that shows, and fast."""


def mosaic(sources: Sequence[RasterSource], resampling: int = gdal.GRIORA_Bilinear) -> RasterSource:
    """One raster over all items, whose path is the text of a VRT; one item alone stays as it is.

    Coordinate system, cell size, orientation and pixel edges are those of the first item. Items
    that lie on its pixels are copied, others resampled to them, those with palettes by nearest
    neighbour. Where items overlap, the earlier one is seen, and through its no-data (a value, a
    mask, an alpha band) the later ones. Where there is no item there is no-data: of each band the
    value of the first item that has one, whatever it means in other items. If none has one, there
    are zeros, which the mask band of the mosaic tells from zeros of items.

    Raises InvalidRequest naming inputRaster, which is the first item, or rasterItems.
    """
    if len(sources) == 1:
        return sources[0]
    first = _looked_at(sources[0], "inputRaster")
    items = [first, *(_looked_at(source, "rasterItems") for source in sources[1:])]
    for item in items:
        _check_likeness(item, first)
    try:
        text = _mosaic(items, gdal.GRIORA_NearestNeighbour if first.palette else resampling)
    except GdalFailure as failure:
        raise InvalidRequest("rasterItems", f"cannot be put together: {failure}") from failure
    return RasterSource(text, name=f"{sources[0]} and {len(sources) - 1} more")


def _mosaic(items: Sequence[_Item], resampling: int) -> str:
    crs_wkt = next((item.grid.crs_wkt for item in items if item.grid.crs_wkt), "")
    grid = replace(items[0].grid, crs_wkt=crs_wkt)
    places = [_place(item, grid) for item in items]
    whole = _union([place.box for place in places])
    layers = [_layer(place, grid, resampling) for place in places if not place.box.is_empty]
    return _vrt(items, layers, whole, grid)


# What is put together


@dataclass(frozen=True)
class _Band:
    """A band of an item."""

    kind: int
    """GDAL's number of the data type."""
    validity: int
    """GDAL's mask flags."""
    nodata: Optional[float]
    scale: float
    offset: float
    block: tuple[int, int]
    """Columns and rows of the pieces it is read in."""

    @property
    def masking_value(self) -> Optional[float]:
        """The no-data value, where that is what tells which pixels are data."""
        return self.nodata if self.validity == gdal.GMF_NODATA else None


@dataclass(frozen=True)
class _Item:
    """A raster on its way into the mosaic."""

    source: RasterSource
    grid: PixelGrid
    bands: tuple[_Band, ...]
    palette: tuple[tuple[int, ...], ...]
    """Colours of the first band; none where pixels are no indexes of colours."""

    @property
    def has_alpha(self) -> bool:
        """Whether a band tells how opaque the others are; its own pixels count as all valid."""
        return any(band.validity & gdal.GMF_ALPHA for band in self.bands)

    def is_opaque(self, band: _Band) -> bool:
        """Whether all pixels of a band hide what lies below."""
        return not self.has_alpha and bool(band.validity & gdal.GMF_ALL_VALID)


def _looked_at(source: RasterSource, parameter: str) -> _Item:
    """What can be told of an item; it must have a place on the map."""
    try:
        raster = describe_raster(source)
        dataset = open_raster(source.path, source.open_options)
    except (UnreadableSource, GdalFailure) as problem:
        raise InvalidRequest(parameter, str(problem)) from problem
    if not raster.grid.is_on_map:
        raise InvalidRequest(
            parameter,
            f"'{source}' has no georeference, so it has no place among the other items; "
            "georeference it, or export it on its own.",
        )
    bands = tuple(_band(dataset.GetRasterBand(number)) for number in raster.bands)
    return _Item(source, raster.grid, bands, _palette(dataset.GetRasterBand(1)))


def _band(band: gdal.Band) -> _Band:
    return _Band(
        kind=band.DataType,
        validity=band.GetMaskFlags(),
        nodata=band.GetNoDataValue(),
        scale=band.GetScale() or 1.0,
        offset=band.GetOffset() or 0.0,
        block=tuple(band.GetBlockSize()),
    )


def _palette(band: gdal.Band) -> tuple[tuple[int, ...], ...]:
    table = band.GetColorTable()
    if table is None:
        return ()
    return tuple(table.GetColorEntry(index) for index in range(table.GetCount()))


def _check_likeness(item: _Item, first: _Item) -> None:
    """Items are put together band by band, so what their pixels mean must be the same."""
    for its, other in zip(_traits(item), _traits(first)):
        if its != other:
            raise InvalidRequest(
                "rasterItems",
                f"'{item.source}' has {its}, but inputRaster has {other}; bring all items "
                "to the same bands and data type (gdal_translate), or export them on their own.",
            )
    if item.palette and first.palette and item.palette != first.palette:
        raise InvalidRequest(
            "rasterItems",
            f"'{item.source}' has other colours in its table than inputRaster, so its "
            "pixels mean something else; give all items the same colour table, or export them on "
            "their own.",
        )


def _traits(item: _Item) -> Iterator[str]:
    bands = item.bands
    yield f"{len(bands)} bands" if len(bands) > 1 else "1 band"
    yield f"pixels of type {_listed(gdal.GetDataTypeName(band.kind) for band in bands)}"
    yield f"pixels of scale and offset {_listed(f'{each.scale}, {each.offset}' for each in bands)}"


def _listed(values: Iterable[str]) -> str:
    """Values of all bands; one if they are the same."""
    every = list(values)
    return every[0] if len(set(every)) == 1 else "; ".join(every)


# Where it is put


@dataclass(frozen=True)
class _Box:
    """Whole pixels of the first item's grid, which may lie outside of that item."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def columns(self) -> int:
        """Its width."""
        return self.right - self.left

    @property
    def rows(self) -> int:
        """Its height."""
        return self.bottom - self.top

    @property
    def is_empty(self) -> bool:
        """Whether there is no pixel in it."""
        return min(self.columns, self.rows) <= 0

    def on(self, grid: PixelGrid) -> PixelGrid:
        """Its part of a grid."""
        return grid.crop(self.left, self.top, self.columns, self.rows)


@dataclass(frozen=True)
class _Place:
    """Where an item lies on the grid of the first."""

    item: _Item
    box: _Box
    """The pixels whose middle lies in the item."""
    is_whole_pixels: bool
    """They are the pixels of the item."""


def _place(item: _Item, grid: PixelGrid) -> _Place:
    window = source_window(grid, item.grid) or _window_around(item, grid)
    sides = (window.left, window.top, window.right, window.bottom)
    left, top, right, bottom = (math.ceil(side - 0.5 - EDGE) for side in sides)
    return _Place(item, _Box(left, top, right, bottom), window.is_whole_pixels)


def _window_around(item: _Item, grid: PixelGrid) -> Window:
    """Where an item lies whose axes or system differ."""
    bounds = box_in(item.grid.bounds, item.grid.crs_wkt, grid.crs_wkt)
    if bounds is None:
        raise InvalidRequest(
            "rasterItems",
            f"'{item.source}' cannot be brought to the coordinate system of inputRaster; "
            "choose items that lie near each other.",
        )
    left, bottom, right, top = bounds
    columns, rows = grid.to_pixels(
        np.array([left, left, right, right]), np.array([bottom, top, bottom, top])
    )
    width, height = np.ptp(columns), np.ptp(rows)
    return Window(float(columns.min()), float(rows.min()), float(width), float(height), False)


def _union(boxes: Sequence[_Box]) -> _Box:
    filled = [box for box in boxes if not box.is_empty]
    whole = _Box(
        min(box.left for box in filled),
        min(box.top for box in filled),
        max(box.right for box in filled),
        max(box.bottom for box in filled),
    )
    if max(whole.columns, whole.rows) > MOST_SIDE:
        raise InvalidRequest(
            "rasterItems",
            f"lie so far from inputRaster that one image of all would have {whole.columns} × "
            f"{whole.rows} pixels; choose items that lie near each other, or export each on its "
            "own (processAllRasterItems).",
        )
    return whole


# How it gets there


@dataclass(frozen=True)
class _Layer:
    """An item whose pixels are pixels of the mosaic, and where they lie."""

    item: _Item
    box: _Box


def _layer(place: _Place, grid: PixelGrid, resampling: int) -> _Layer:
    if place.is_whole_pixels:
        return _Layer(place.item, place.box)
    text = _warped(place.item, place.box.on(grid), resampling)
    on_grid = RasterSource(text, name=str(place.item.source))
    return _Layer(_looked_at(on_grid, "rasterItems"), place.box)


def _warped(item: _Item, grid: PixelGrid, resampling: int) -> str:
    """The text of a VRT that shows an item on a grid, with no-data or transparency around it."""
    crs_wkt = item.grid.crs_wkt or grid.crs_wkt
    with gdal_messages() as messages:
        warped = gdal.Warp(
            "",
            open_raster(item.source.path, item.source.open_options),
            format="VRT",
            srcSRS=crs_wkt or None,
            dstSRS=grid.crs_wkt or None,
            outputBounds=grid.bounds,
            width=grid.columns,
            height=grid.rows,
            outputType=reduce(gdal.DataTypeUnion, [band.kind for band in item.bands]),
            resampleAlg=WARP_RESAMPLING[resampling],
            errorThreshold=WARP_ERROR,
            overviewLevel="NONE",
            warpOptions=[f"{name}={value}" for name, value in _warp_options(item, grid)],
            **_nodata_options(item),
        )
        text = checked(warped, messages).GetMetadata("xml:VRT")[0]
    root = etree.fromstring(text, XML_PARSER)
    _turn(root, grid)
    return etree.tostring(root, encoding="unicode")


def _nodata_options(item: _Item) -> dict[str, Any]:
    """How gdal.Warp keeps what is no data: by values if all bands have one, else by an alpha band.

    A mask that is no value counts only if no band has a value.
    """
    values = [band.masking_value for band in item.bands]
    has_all, has_any = None not in values, values != [None] * len(values)
    return {
        "srcNodata": None if has_any else "None",
        "dstNodata": " ".join(map(repr, values)) if has_all else None,
        "dstAlpha": not has_all,
    }


def _warp_options(item: _Item, grid: PixelGrid) -> Iterator[tuple[str, object]]:
    yield "UNIFIED_SRC_NODATA", "NO"
    yield "INIT_DEST", ",".join(repr(band.masking_value or 0) for band in item.bands)
    # GDAL 3.10 finds them out for each piece, and wrongly where a piece leaves the item.
    yield from zip(("XSCALE", "YSCALE"), _scales(item, grid))


def _scales(item: _Item, grid: PixelGrid) -> tuple[float, float]:
    """How many pixels of a grid the pixel in the middle of an item is wide and high."""
    middle, half_way = item.grid.columns / 2, item.grid.rows / 2
    x, y = item.grid.to_map(
        np.array([middle, middle + 1, middle]), np.array([half_way, half_way, half_way + 1])
    )
    if not may_be_same_reference(item.grid.crs_wkt, grid.crs_wkt):
        to_grid = transformation(item.grid.crs_wkt, grid.crs_wkt)
        x, y, _ = np.array(to_grid.TransformPoints(np.column_stack([x, y]).tolist())).T
    columns, rows = grid.to_pixels(x, y)
    width, height = np.hypot(columns[1:] - columns[0], rows[1:] - rows[0]).tolist()
    return width, height


def _turn(root: Any, grid: PixelGrid) -> None:
    """Give a warped VRT, which gdal.Warp makes north up only, the orientation of a grid."""
    there, back = grid.geotransform, gdal.InvGeoTransform(grid.geotransform)
    places = {"GeoTransform": there, "DstGeoTransform": there, "DstInvGeoTransform": back}
    for name, numbers in places.items():
        for element in root.iter(name):
            element.text = ",".join(map(repr, numbers))


# The mosaic


def _vrt(items: Sequence[_Item], layers: Sequence[_Layer], whole: _Box, grid: PixelGrid) -> str:
    """The text of a VRT of layers, the first on top, that covers a box of a grid."""
    nodata = [_nodata(items, number) for number in range(len(items[0].bands))]
    root = _frame(items[0], nodata, whole.on(grid))
    for number, element in enumerate(root.findall("VRTRasterBand")):
        element.extend(_source(layer, whole, number) for layer in reversed(layers))
    if not items[0].has_alpha and all(value is None for value in nodata):
        mask = etree.SubElement(root, "MaskBand")
        element = etree.SubElement(mask, "VRTRasterBand", dataType="Byte")
        element.extend(_mask_source(layer, whole) for layer in layers)
    return etree.tostring(root, encoding="unicode")


def _nodata(items: Sequence[_Item], number: int) -> Optional[float]:
    """The value of the first item that has one that pixels of the band can have."""
    bands = (item.bands[number] for item in items)
    return next((band.nodata for band in bands if _can_be(band.nodata, band.kind)), None)


def _can_be(value: Optional[float], kind: int) -> bool:
    """Whether pixels of one of GDAL's types can have a value."""
    dtype = np.dtype(gdal_array.GDALTypeCodeToNumericTypeCode(kind))
    if value is None or dtype.kind == "f":
        return value is not None
    limits = np.iinfo(dtype)
    return limits.min <= value <= limits.max and value == int(value)


def _frame(first: _Item, nodata: Sequence[Optional[float]], grid: PixelGrid) -> Any:
    """The XML of a VRT without pixels, with bands as the first item has them."""
    like = open_raster(first.source.path, first.source.open_options)
    with gdal_messages() as messages:
        driver = gdal.GetDriverByName("VRT")
        frame = checked(driver.Create("", grid.columns, grid.rows, 0), messages)
        frame.SetGeoTransform(grid.geotransform)
        frame.SetProjection(grid.crs_wkt)
        for number, value in enumerate(nodata, start=1):
            frame.AddBand(first.bands[number - 1].kind)
            _describe(frame.GetRasterBand(number), like.GetRasterBand(number), value)
        return etree.fromstring(frame.GetMetadata("xml:VRT")[0], XML_PARSER)


def _describe(band: gdal.Band, like: gdal.Band, nodata: Optional[float]) -> None:
    """Say of a band what is said of another."""
    band.SetDescription(like.GetDescription())
    band.SetColorInterpretation(like.GetColorInterpretation())
    if like.GetColorTable() is not None:
        band.SetColorTable(like.GetColorTable())
    if nodata is not None:
        band.SetNoDataValue(nodata)


def _source(layer: _Layer, whole: _Box, number: int) -> Any:
    """What a layer adds to a band; pixels that are no data let what lies below through."""
    band = layer.item.bands[number]
    if layer.item.is_opaque(band):
        return _placed("SimpleSource", layer, whole, str(number + 1), band)
    source = _placed("ComplexSource", layer, whole, str(number + 1), band)
    etree.SubElement(source, "UseMaskBand").text = "true"
    return source


def _mask_source(layer: _Layer, whole: _Box) -> Any:
    """What a layer adds to the mask: its own, without the zeros."""
    source = _placed("ComplexSource", layer, whole, "mask,1", layer.item.bands[0])
    etree.SubElement(source, "NODATA").text = "0"
    return source


def _placed(kind: str, layer: _Layer, whole: _Box, name: str, band: _Band) -> Any:
    """A source of a VRT; so fully described that GDAL opens it only for its pixels."""
    source = etree.Element(kind)
    path = etree.SubElement(source, "SourceFilename", relativeToVRT="0")
    path.text = layer.item.source.path
    options = etree.SubElement(source, "OpenOptions")
    for option in layer.item.source.open_options:
        key, _, value = option.partition("=")
        etree.SubElement(options, "OOI", key=key).text = value
    etree.SubElement(source, "SourceBand").text = name
    etree.SubElement(source, "SourceProperties", _properties(layer, band))
    box = layer.box
    etree.SubElement(source, "SrcRect", _rectangle(0, 0, box))
    etree.SubElement(source, "DstRect", _rectangle(box.left - whole.left, box.top - whole.top, box))
    return source


def _properties(layer: _Layer, band: _Band) -> dict[str, str]:
    return {
        "RasterXSize": str(layer.box.columns),
        "RasterYSize": str(layer.box.rows),
        "DataType": gdal.GetDataTypeName(band.kind),
        "BlockXSize": str(band.block[0]),
        "BlockYSize": str(band.block[1]),
    }


def _rectangle(left: int, top: int, size: _Box) -> dict[str, str]:
    sides = {"xOff": left, "yOff": top, "xSize": size.columns, "ySize": size.rows}
    return {name: str(side) for name, side in sides.items()}
