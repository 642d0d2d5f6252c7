"""The items of an image collection: every raster that inputRaster and rasterItems name."""

from __future__ import annotations

from collections.abc import Sequence

from .errors import InvalidRequest
from .gdal_errors import GdalFailure, open_raster
from .item_sources.folders import is_folder, rasters_in_folder, real_path
from .item_sources.tile_indexes import index_of_gti, rasters_in_index, tile_index
from .item_sources.vrt_mosaics import parts_of_vrt
from .request import RasterSource


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
        return rasters_in_index(index_of_gti(source), "inputRaster")
    return tuple(parts_of_vrt(source, dataset)) if driver == "VRT" else ()


def _identity(source: RasterSource) -> tuple[str, tuple[str, ...]]:
    return real_path(source.path), source.open_options


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
    if is_folder(source.path):
        return rasters_in_folder(source, parameter)
    index = tile_index(source)
    if index is None:
        problem = f"'{source}' cannot be opened: {failure}"
        raise InvalidRequest(parameter, problem) from failure
    return rasters_in_index(index, parameter)
