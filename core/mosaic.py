"""Several rasters as one image: a VRT whose text is the path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from osgeo import gdal

from .errors import InvalidRequest
from .gdal_errors import GdalFailure
from .mosaics.items import Item, check_likeness, looked_at
from .mosaics.layers import layer_of
from .mosaics.places import place_of, union
from .mosaics.vrt import vrt_text
from .request import RasterSource


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
    first = looked_at(sources[0], "inputRaster")
    items = [first, *(looked_at(source, "rasterItems") for source in sources[1:])]
    for item in items:
        check_likeness(item, first)
    try:
        text = _mosaic(items, gdal.GRIORA_NearestNeighbour if first.palette else resampling)
    except GdalFailure as failure:
        raise InvalidRequest("rasterItems", f"cannot be put together: {failure}") from failure
    return RasterSource(text, name=f"{sources[0]} and {len(sources) - 1} more")


def _mosaic(items: Sequence[Item], resampling: int) -> str:
    crs_wkt = next((item.grid.crs_wkt for item in items if item.grid.crs_wkt), "")
    grid = replace(items[0].grid, crs_wkt=crs_wkt)
    places = [place_of(item, grid) for item in items]
    whole = union([place.box for place in places])
    layers = [layer_of(place, grid, resampling) for place in places if not place.box.is_empty]
    return vrt_text(items, layers, whole, grid)
