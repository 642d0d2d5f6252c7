"""The rasters that a tile index lists."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Optional

from osgeo import gdal

from ..errors import InvalidRequest
from ..foreign_xml import NotXml, root_in
from ..gdal_errors import GdalFailure, gdal_messages, open_features, open_raster
from ..request import RasterSource

GTI = "GTI:"
LAYER_NAME = "|layername="


@dataclass(frozen=True)
class TileIndex:
    """Features of which a field says where a raster lies, as gdaltindex writes them."""

    source: RasterSource
    path: str
    """Of the features."""
    layer: str = ""
    """The first layer that has the field if empty."""
    field: str = "location"


def tile_index(source: RasterSource) -> Optional[TileIndex]:
    """None where a source is no tile index."""
    path, _, layer = source.path.partition(LAYER_NAME)
    index = TileIndex(source, path, layer)
    try:
        return None if _layer(open_features(path), index) is None else index
    except GdalFailure:
        return None


def index_of_gti(source: RasterSource) -> TileIndex:
    """What GDAL's own driver of tile indexes opened."""
    path = source.path[len(GTI) :] if source.path.startswith(GTI) else source.path
    if not path.lower().endswith(".gti"):
        return TileIndex(source, path)
    root = _root_of_gti(path, source)
    return TileIndex(
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


def rasters_in_index(index: TileIndex, parameter: str) -> tuple[RasterSource, ...]:
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
                f"{failure.cause}; put it there, or make the index again (gdaltindex).",
            ) from failure
    return rasters


def _locations(index: TileIndex) -> list[str]:
    dataset = open_features(index.path)
    layer = _layer(dataset, index)
    with gdal_messages():
        column = layer.GetLayerDefn().GetFieldIndex(index.field)
        found: Iterable[Any] = [feature.GetField(column) for feature in layer]
    return [location for location in found if location]


def _layer(dataset: gdal.Dataset, index: TileIndex) -> Any:
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
