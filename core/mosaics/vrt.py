"""The text of a VRT that shows layers one over the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional

import numpy as np
from lxml import etree
from osgeo import gdal, gdal_array

from ..gdal_errors import checked, gdal_messages, open_raster
from ..grid import PixelGrid
from ..vrt_xml import XML_PARSER
from .items import Band, Item
from .layers import Layer
from .places import Box


def vrt_text(items: Sequence[Item], layers: Sequence[Layer], whole: Box, grid: PixelGrid) -> str:
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


def _nodata(items: Sequence[Item], number: int) -> Optional[float]:
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


def _frame(first: Item, nodata: Sequence[Optional[float]], grid: PixelGrid) -> Any:
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


def _source(layer: Layer, whole: Box, number: int) -> Any:
    """What a layer adds to a band; pixels that are no data let what lies below through."""
    band = layer.item.bands[number]
    if layer.item.is_opaque(band):
        return _placed("SimpleSource", layer, whole, str(number + 1), band)
    source = _placed("ComplexSource", layer, whole, str(number + 1), band)
    etree.SubElement(source, "UseMaskBand").text = "true"
    return source


def _mask_source(layer: Layer, whole: Box) -> Any:
    """What a layer adds to the mask: its own, without the zeros."""
    source = _placed("ComplexSource", layer, whole, "mask,1", layer.item.bands[0])
    etree.SubElement(source, "NODATA").text = "0"
    return source


def _placed(kind: str, layer: Layer, whole: Box, name: str, band: Band) -> Any:
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


def _properties(layer: Layer, band: Band) -> dict[str, str]:
    return {
        "RasterXSize": str(layer.box.columns),
        "RasterYSize": str(layer.box.rows),
        "DataType": gdal.GetDataTypeName(band.kind),
        "BlockXSize": str(band.block[0]),
        "BlockYSize": str(band.block[1]),
    }


def _rectangle(left: int, top: int, size: Box) -> dict[str, str]:
    sides = {"xOff": left, "yOff": top, "xSize": size.columns, "ySize": size.rows}
    return {name: str(side) for name, side in sides.items()}
