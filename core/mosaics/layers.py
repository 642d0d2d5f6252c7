"""Items whose pixels are those of the mosaic, brought there where they are not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from lxml import etree
from osgeo import gdal

from ..gdal_errors import checked, gdal_messages, open_raster
from ..grid import PixelGrid
from ..reference_systems import may_be_same_reference, transformed_points
from ..request import RasterSource
from ..vrt_xml import XML_PARSER
from ..warping import WARP_RESAMPLING
from .items import Item, looked_at
from .places import Box, Place

WARP_ERROR = 0.01
"""Pixels by which a resampled item may lie beside its place: none that shows, and fast."""


@dataclass(frozen=True)
class Layer:
    """An item whose pixels are pixels of the mosaic, and where they lie."""

    item: Item
    box: Box


def layer_of(place: Place, grid: PixelGrid, resampling: int) -> Layer:
    """The item at a place, resampled to the grid where its pixels are not those of it."""
    if place.is_whole_pixels:
        return Layer(place.item, place.box)
    text = _warped(place.item, place.box.on(grid), resampling)
    on_grid = RasterSource(text, name=str(place.item.source))
    return Layer(looked_at(on_grid, "rasterItems"), place.box)


def _warped(item: Item, grid: PixelGrid, resampling: int) -> str:
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


def _nodata_options(item: Item) -> dict[str, Any]:
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


def _warp_options(item: Item, grid: PixelGrid) -> Iterator[tuple[str, object]]:
    yield "UNIFIED_SRC_NODATA", "NO"
    yield "INIT_DEST", ",".join(repr(band.masking_value or 0) for band in item.bands)
    # GDAL 3.10 finds them out for each piece, and wrongly where a piece leaves the item.
    scales = _scales(item, grid)
    if np.isfinite(scales).all():
        yield from zip(("XSCALE", "YSCALE"), scales)


def _scales(item: Item, grid: PixelGrid) -> tuple[float, float]:
    """How many pixels of a grid the pixel in the middle of an item is wide and high."""
    middle, half_way = item.grid.columns / 2, item.grid.rows / 2
    x, y = item.grid.to_map(
        np.array([middle, middle + 1, middle]), np.array([half_way, half_way, half_way + 1])
    )
    if not may_be_same_reference(item.grid.crs_wkt, grid.crs_wkt):
        x, y = transformed_points(item.grid.crs_wkt, grid.crs_wkt, np.stack([x, y], axis=1)).T
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
