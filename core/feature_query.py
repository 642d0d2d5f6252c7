"""What is wanted of a layer of features: opened, held to a raster, and what was not found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Optional

from osgeo import ogr

from .errors import InvalidRequest
from .gdal_errors import GdalFailure, open_features
from .grid import PixelGrid
from .map_boxes import Box, box_in
from .reference_systems import spatial_reference
from .request import FeatureSource


@dataclass(frozen=True)
class FeatureQuery:
    """What is wanted of a layer, and by which parameters, so that errors can name them."""

    source: FeatureSource
    parameter: str
    grid: PixelGrid
    """Only features around it are read; they come in its system."""
    class_field: str = ""
    class_field_parameter: str = "classValueField"
    buffer_radius: float = 0.0
    radius_parameter: str = ""
    """The parameter that can make areas of points; empty if there is none."""
    priority_field: str = ""
    """Features are drawn in ascending order of it; empty means that of their ids."""
    may_find_nothing: bool = False
    """Whether it is no mistake if no feature lies on the grid."""
    whole: Optional[PixelGrid] = None
    """The grid of the whole raster, of which `grid` may be a part without labels."""


def queried_layer(query: FeatureQuery) -> ogr.Layer:
    """The layer, opened. Raises InvalidRequest."""
    layer = opened_layer(query.source, query.parameter)
    if layer.GetGeomType() == ogr.wkbNone:
        raise InvalidRequest(
            query.parameter, f"'{query.source}' has no geometries; choose another layer."
        )
    return layer


def opened_layer(source: FeatureSource, parameter: str) -> ogr.Layer:
    """A layer of features, or a table. Raises InvalidRequest."""
    try:
        dataset = open_features(source.path)
    except GdalFailure as failure:
        raise InvalidRequest(parameter, f"'{source}' cannot be opened: {failure}") from failure
    name = source.layer
    layer = dataset.GetLayerByName(name) if name else dataset.GetLayer(0)
    if layer is None:
        names = [dataset.GetLayer(i).GetName() for i in range(dataset.GetLayerCount())]
        raise InvalidRequest(
            parameter,
            f"'{source}' has no layer '{name}'; it has {', '.join(names) or 'none'}.",
        )
    layer._dataset = dataset  # a layer must not outlive its dataset
    return layer


def layer_wkt(layer: ogr.Layer) -> str:
    """The layer's system; empty where it is unknown, which GeoPackages have a name for."""
    reference = layer.GetSpatialRef()
    if reference is None or (reference.GetName() or "").startswith("Undefined "):
        return ""
    return str(reference.ExportToWkt())


def check_radius(layer: ogr.Layer, query: FeatureQuery) -> None:
    """A radius is in the unit of the layer, which must be a length. Raises InvalidRequest."""
    reference = layer.GetSpatialRef()
    if query.buffer_radius and reference and reference.IsGeographic():
        raise InvalidRequest(
            "bufferRadius",
            f"{query.buffer_radius} is in the unit of the label layer, which is degrees; "
            "save the layer in a projected system (metres) and use that.",
        )


def restrict(layer: ogr.Layer, query: FeatureQuery) -> None:
    """Read only what may reach into the grid."""
    box = box_in(query.grid.bounds, query.grid.crs_wkt, layer_wkt(layer))
    if box is not None:
        left, bottom, right, top = box
        # what a side bulges out between its points is far less than a tenth of the box
        aside = (right - left) / 10 + query.buffer_radius
        above = (top - bottom) / 10 + query.buffer_radius
        layer.SetSpatialFilterRect(left - aside, bottom - above, right + aside, top + above)


def may_be_empty(layer: ogr.Layer, query: FeatureQuery) -> bool:
    """Whether it is no mistake that nothing was found: the labels may lie beside the grid."""
    if query.may_find_nothing:
        return True
    whole = query.whole
    box = None if whole is None else box_in(whole.bounds, whole.crs_wkt, layer_wkt(layer))
    if box is None:
        return False
    layer.SetSpatialFilterRect(*box)
    return bool(layer.GetFeatureCount())


def nothing_found(
    layer: ogr.Layer, query: FeatureQuery, skipped: Mapping[str, int]
) -> InvalidRequest:
    """The error that says why there is nothing."""
    if skipped:
        reasons = "; ".join(f"{why}: {count}" for why, count in skipped.items())
        return InvalidRequest(
            query.parameter,
            f"has no feature to use ({reasons}); mend them, or choose another layer.",
        )
    layer.SetSpatialFilter(None)
    if layer.GetFeatureCount() == 0:
        return InvalidRequest(
            query.parameter, f"'{query.source}' has no features; choose another layer."
        )
    extent = layer.GetExtent(can_return_null=True)
    if extent is None:
        return InvalidRequest(
            query.parameter,
            f"'{query.source}' has no geometries; choose another layer.",
        )
    left, right, bottom, top = extent
    return InvalidRequest(
        query.parameter,
        "no feature lies on inputRaster: the features cover "
        f"{_box_text((left, bottom, right, top))} ({_name(layer_wkt(layer))}), the raster covers "
        f"{_box_text(query.grid.bounds)} ({_name(query.grid.crs_wkt)}). Check both layers' "
        "coordinate systems.",
    )


def _box_text(box: Box) -> str:
    left, bottom, right, top = (f"{value:.10g}" for value in box)
    return f"x {left} to {right}, y {bottom} to {top}"


def _name(wkt: str) -> str:
    reference = spatial_reference(wkt)
    return reference.GetName() if reference else "no coordinate system"
