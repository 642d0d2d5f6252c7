"""Label features as they are read: polygons in the raster's system, with a class each."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, Optional

import numpy as np
from numpy.typing import NDArray
from osgeo import ogr

from .class_values import (
    NO_CLASS,
    ClassFields,
    Description,
    RawValue,
    class_fields,
    class_values,
)
from .classes import ClassTable
from .errors import InvalidRequest, UnreadableSource
from .gdal_errors import (
    GdalFailure,
    gdal_messages,
    may_be_same_reference,
    open_features,
    spatial_reference,
    transformation,
)
from .grid import PixelGrid
from .request import FeatureSource
from .validity import surely_valid
from .wkb import shapes_of_wkb

CIRCLE_SEGMENTS = 16
"""Segments of a quarter circle in buffers: a buffered point stays within 0.2 % of its radius."""
EDGE_POINTS = 101
"""Points along each side of a box that is taken to another system."""
FEATURES_BETWEEN_LOOKS = 1000
"""Features that are read before looking again whether the user wants to stop."""

Watch = Callable[[], None]


@dataclass(frozen=True, eq=False)
class Features:
    """Areas with a class, in the order of the layer, which is the order they are drawn in."""

    blobs: list[bytes]
    """WKB of each, polygon or multipolygon, valid, in the system asked for."""
    values: NDArray[np.int64]
    classes: ClassTable
    warnings: list[str]
    crs_wkt: str
    """The system of the layer they were read from."""
    whole_areas: Optional[NDArray[np.float64]] = None
    """Areas of the whole features, where only parts of them are left."""


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


def read_features(query: FeatureQuery, watch: Watch = lambda: None) -> Features:
    """Read, buffer, repair and reproject; `watch` is called now and then and may raise.

    Raises InvalidRequest naming a parameter.
    """
    try:
        return _read(query, watch)
    except GdalFailure as failure:
        raise UnreadableSource(f"{query.parameter}: '{query.source}': {failure}") from failure


def read_areas(query: FeatureQuery, watch: Watch = lambda: None) -> list[bytes]:
    """WKB of the polygons alone, whatever their class. Raises InvalidRequest."""
    try:
        layer = _layer(query)
        return _used_rows(layer, NO_CLASS, query, watch).blobs
    except GdalFailure as failure:
        raise UnreadableSource(f"{query.parameter}: '{query.source}': {failure}") from failure


def are_pixels(query: FeatureQuery) -> bool:
    """Whether coordinates must be pixels: of no known system, and about the query's grid.

    Raises InvalidRequest.
    """
    try:
        layer = _layer(query)
        if _wkt(layer) or not layer.GetFeatureCount():
            return False
        left, right, bottom, top = layer.GetExtent()
    except GdalFailure as failure:
        raise UnreadableSource(f"{query.parameter}: '{query.source}': {failure}") from failure
    low_x, low_y, high_x, high_y = query.grid.bounds
    aside, above = (high_x - low_x) / 2, (high_y - low_y) / 2
    return bool(
        low_x - aside <= left
        and right <= high_x + aside
        and low_y - above <= bottom
        and top <= high_y + above
    )


def _read(query: FeatureQuery, watch: Watch) -> Features:
    layer = _layer(query)
    fields = class_fields(layer, query.class_field, query.class_field_parameter)
    used = _used_rows(layer, fields, query, watch)
    codes = class_values(layer, fields, used.classes, used.descriptions)
    warnings = [f"{query.parameter}: {why}: {count}." for why, count in used.remarks]
    return Features(used.blobs, codes.values, codes.table, warnings, _wkt(layer))


@dataclass(frozen=True)
class _UsedRows:
    """What is used of a layer, and how many features something happened to."""

    blobs: list[bytes]
    classes: list[RawValue]
    descriptions: dict[RawValue, Description]
    remarks: list[tuple[str, int]]


def _used_rows(
    layer: ogr.Layer, fields: ClassFields, query: FeatureQuery, watch: Watch
) -> _UsedRows:
    descriptions: dict[RawValue, Description] = {}
    rows = _rows(layer, fields, query, descriptions, watch)
    remarks: Counter[str] = Counter(row.skipped for row in rows if row.skipped)
    rows = [row for row in rows if not row.skipped]
    if not rows and (query.may_find_nothing or _lies_on(layer, query.whole)):
        return _UsedRows([], [], {}, [])
    if not rows:
        raise _nothing_found(layer, query, remarks)
    blobs, repaired = _repaired([row.blob for row in rows], watch)
    if repaired:
        remarks["features with an invalid geometry, repaired"] = repaired
    kept = [(blob, row.class_value) for blob, row in zip(blobs, rows) if blob]
    if not kept:
        raise InvalidRequest(query.parameter, "has no feature with an area; choose polygons.")
    return _UsedRows(
        [blob for blob, _ in kept],
        [value for _, value in kept],
        descriptions,
        sorted(remarks.items()),
    )


def _layer(query: FeatureQuery) -> ogr.Layer:
    try:
        dataset = open_features(query.source.path)
    except GdalFailure as failure:
        raise InvalidRequest(
            query.parameter, f"'{query.source}' cannot be opened as a vector layer: {failure}"
        ) from failure
    name = query.source.layer
    layer = dataset.GetLayerByName(name) if name else dataset.GetLayer(0)
    if layer is None:
        names = [dataset.GetLayer(i).GetName() for i in range(dataset.GetLayerCount())]
        raise InvalidRequest(
            query.parameter,
            f"'{query.source}' has no layer '{name}'; it has: {', '.join(names) or 'none'}.",
        )
    layer._dataset = dataset  # a layer must not outlive its dataset
    return layer


Priority = tuple[bool, float, str]
"""Whether there is one at all, as a number, as a text: numbers before texts."""
NO_PRIORITY: Priority = (False, 0.0, "")


class _Row(NamedTuple):
    """A feature on its way in; `skipped` says why it is left out."""

    fid: int
    blob: bytes
    class_value: RawValue
    skipped: str = ""
    priority: Priority = NO_PRIORITY


def _rows(
    layer: ogr.Layer,
    fields: ClassFields,
    query: FeatureQuery,
    descriptions: dict[RawValue, Description],
    watch: Watch,
) -> list[_Row]:
    """All features around the grid, in the order of their ids; fills in what describes classes."""
    wkt = _wkt(layer)
    if query.buffer_radius and _is_geographic(layer):
        raise InvalidRequest(
            "bufferRadius",
            f"{query.buffer_radius} is in the unit of the label layer, which is degrees; "
            "save the layer in a projected system (metres) and use that.",
        )
    to_grid = None
    if not may_be_same_reference(wkt, query.grid.crs_wkt):
        to_grid = transformation(wkt, query.grid.crs_wkt)
    _restrict(layer, wkt, query)
    priority = _priority_position(layer, query)
    rows = []
    with gdal_messages():
        for number, feature in enumerate(layer):
            if number % FEATURES_BETWEEN_LOOKS == 0:
                watch()
            value = fields.value_of(feature)
            known = descriptions.setdefault(value, Description())
            if not fields.are_all_in(known):
                descriptions[value] = known.completed_by(fields.description(feature))
            row = _row(feature, value, fields, query, to_grid)
            rows.append(row._replace(priority=_priority(feature, priority)))
    return sorted(rows, key=lambda row: (row.priority, row.fid))


def _priority_position(layer: ogr.Layer, query: FeatureQuery) -> int:
    """Position of the field with ranks, -1 for none. Raises InvalidRequest."""
    if not query.priority_field:
        return -1
    definition = layer.GetLayerDefn()
    names = [definition.GetFieldDefn(i).GetName() for i in range(definition.GetFieldCount())]
    lower = [name.lower() for name in names]
    if query.priority_field.lower() not in lower:
        raise InvalidRequest(
            "classPriority",
            f"'{query.priority_field}' is neither 'feature order', 'smaller on top' nor a field of "
            f"the label layer; its fields are {', '.join(names) or 'none'}.",
        )
    return lower.index(query.priority_field.lower())


def _priority(feature: ogr.Feature, position: int) -> Priority:
    if position < 0 or not feature.IsFieldSetAndNotNull(position):
        return NO_PRIORITY
    text = feature.GetFieldAsString(position)
    try:
        return True, float(text), ""
    except ValueError:
        return True, math.inf, text


def _row(
    feature: Any, value: RawValue, fields: ClassFields, query: FeatureQuery, to_grid: Any
) -> _Row:
    fid = feature.GetFID()
    if value is None and fields.value is not None:
        return _Row(fid, b"", value, "features without a class (NULL or blank), left out")
    geometry = feature.GetGeometryRef()
    if geometry is None or geometry.IsEmpty():
        return _Row(fid, b"", value, "features without a geometry, left out")
    geometry = _area(geometry, query)
    if geometry.IsEmpty():
        return _Row(fid, b"", value, "features without a geometry, left out")
    if not _transformed(geometry, to_grid):
        return _Row(
            fid, b"", value, "features that cannot be brought to the raster's system, left out"
        )
    return _Row(fid, bytes(geometry.ExportToIsoWkb(ogr.wkbNDR)), value)


def _transformed(geometry: ogr.Geometry, to_grid: Any) -> bool:
    """Bring a geometry into the grid's system, in place; False if it cannot be."""
    try:
        return to_grid is None or geometry.Transform(to_grid) == ogr.OGRERR_NONE
    except RuntimeError:
        return False


def _area(geometry: ogr.Geometry, query: FeatureQuery) -> ogr.Geometry:
    """The geometry as a flat polygon or multipolygon."""
    if geometry.HasCurveGeometry():
        geometry = geometry.GetLinearGeometry()
    geometry.FlattenTo2D()
    if query.buffer_radius:
        if not geometry.IsValid():  # a buffer would drop what turns the wrong way
            geometry = geometry.MakeValid()
        geometry = geometry.Buffer(query.buffer_radius, CIRCLE_SEGMENTS)
    if geometry.GetDimension() < 2:
        raise _no_area(_kind(geometry), query)
    if ogr.GT_Flatten(geometry.GetGeometryType()) in (ogr.wkbPolygon, ogr.wkbMultiPolygon):
        return geometry
    return _polygons_of(geometry)


def _no_area(kind: str, query: FeatureQuery) -> InvalidRequest:
    if not query.radius_parameter:
        return InvalidRequest(query.parameter, f"has {kind}, which cover no area; choose polygons.")
    return InvalidRequest(
        query.radius_parameter,
        f"{query.parameter} has {kind}, which cover no area; give a radius above 0 to make circles "
        "(or strips) of them.",
    )


def _kind(geometry: ogr.Geometry) -> str:
    return "points" if geometry.GetDimension() == 0 else "lines"


def _polygons_of(geometry: ogr.Geometry) -> ogr.Geometry:
    """All polygons anywhere in a collection, as one multipolygon."""
    found = ogr.Geometry(ogr.wkbMultiPolygon)
    for polygon in _polygons_in(geometry):
        found.AddGeometry(polygon)
    return found


def _polygons_in(geometry: ogr.Geometry) -> Iterator[ogr.Geometry]:
    kind = ogr.GT_Flatten(geometry.GetGeometryType())
    if kind == ogr.wkbTriangle:
        geometry = ogr.ForceToPolygon(geometry.Clone())
    if kind in (ogr.wkbPolygon, ogr.wkbTriangle):
        yield geometry
        return
    for part in range(geometry.GetGeometryCount()):
        if geometry.GetGeometryRef(part).GetDimension() == 2:
            yield from _polygons_in(geometry.GetGeometryRef(part))


def _repaired(blobs: list[bytes], watch: Watch) -> tuple[list[bytes], int]:
    """Valid polygons, and how many had to be repaired; what repairs to nothing is empty."""
    if not blobs:
        return blobs, 0
    result, repaired = list(blobs), 0
    with gdal_messages():
        for number in np.flatnonzero(~surely_valid(shapes_of_wkb(blobs))):
            if number % FEATURES_BETWEEN_LOOKS == 0:
                watch()
            geometry = ogr.CreateGeometryFromWkb(blobs[number])
            if not geometry.IsValid():
                mended = _polygons_of(geometry.MakeValid())
                result[number] = (
                    b"" if mended.IsEmpty() else bytes(mended.ExportToIsoWkb(ogr.wkbNDR))
                )
                repaired += 1
    return result, repaired


def _wkt(layer: ogr.Layer) -> str:
    """The layer's system; empty where it is unknown, which GeoPackages have a name for."""
    reference = layer.GetSpatialRef()
    if reference is None or (reference.GetName() or "").startswith("Undefined "):
        return ""
    return str(reference.ExportToWkt())


def _is_geographic(layer: ogr.Layer) -> bool:
    reference = layer.GetSpatialRef()
    return bool(reference and reference.IsGeographic())


def _restrict(layer: ogr.Layer, wkt: str, query: FeatureQuery) -> None:
    """Read only what may reach into the grid."""
    box = box_in(query.grid.bounds, query.grid.crs_wkt, wkt)
    if box is not None:
        left, bottom, right, top = box
        # what a side bulges out between its points is far less than a tenth of the box
        aside = (right - left) / 10 + query.buffer_radius
        above = (top - bottom) / 10 + query.buffer_radius
        layer.SetSpatialFilterRect(left - aside, bottom - above, right + aside, top + above)


def box_in(
    box: tuple[float, float, float, float], source: str, target: str
) -> Optional[tuple[float, float, float, float]]:
    """A box (left, bottom, right, top) around a box of another system; None if there is none.

    Sides that become curves are followed by points; so is the inside, where a pole may be.
    """
    if may_be_same_reference(source, target):
        return box
    left, bottom, right, top = box
    across, up = np.linspace(left, right, EDGE_POINTS), np.linspace(bottom, top, EDGE_POINTS)
    points_in = [(x, y) for x in across for y in up[::5]]
    points_in += [(x, y) for x in across[::5] for y in up]
    try:
        with gdal_messages():
            points = np.array(transformation(source, target).TransformPoints(points_in))[:, :2]
    except GdalFailure:
        return None
    if not np.isfinite(points).all():
        return None
    low, high = points.min(axis=0), points.max(axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _lies_on(layer: ogr.Layer, whole: Optional[PixelGrid]) -> bool:
    """Whether the layer has a feature on a grid."""
    box = None if whole is None else box_in(whole.bounds, whole.crs_wkt, _wkt(layer))
    if box is None:
        return False
    layer.SetSpatialFilterRect(*box)
    return bool(layer.GetFeatureCount())


def _nothing_found(layer: ogr.Layer, query: FeatureQuery, skipped: Counter[str]) -> InvalidRequest:
    if skipped:
        reasons = "; ".join(f"{why}: {count}" for why, count in skipped.items())
        return InvalidRequest(query.parameter, f"has no feature to use: {reasons}.")
    layer.SetSpatialFilter(None)
    if layer.GetFeatureCount() == 0:
        return InvalidRequest(query.parameter, f"'{query.source}' has no features.")
    left, right, bottom, top = layer.GetExtent()
    return InvalidRequest(
        query.parameter,
        "no feature lies on inputRaster: the features cover "
        f"{_box_text((left, bottom, right, top))} ({_name(_wkt(layer))}), the raster covers "
        f"{_box_text(query.grid.bounds)} ({_name(query.grid.crs_wkt)}). Check both layers' "
        "coordinate systems.",
    )


def _box_text(box: tuple[float, float, float, float]) -> str:
    left, bottom, right, top = (f"{value:.10g}" for value in box)
    return f"x {left} to {right}, y {bottom} to {top}"


def _name(wkt: str) -> str:
    reference = spatial_reference(wkt)
    return reference.GetName() if reference else "no coordinate system"
