"""Label features as they are read: polygons in the raster's system, with a class each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Optional

import numpy as np
from numpy.typing import NDArray
from osgeo import ogr

from .blobs import Blobs, joined
from .class_values import NO_CLASS, NO_NUMBER, ClassFields, RawClasses, class_fields, class_values
from .classes import ClassTable
from .draw_order import DrawOrder, priority_position
from .errors import InvalidRequest, UnreadableSource
from .feature_query import (
    FeatureQuery,
    check_radius,
    layer_wkt,
    may_be_empty,
    nothing_found,
    queried_layer,
    restrict,
)
from .flat_polygons import Flattening, flattening
from .gdal_errors import GdalFailure, gdal_messages
from .layer_columns import Column, ColumnBatch, column_batches
from .shapes import Indices
from .unopened import why_not_read

NO_CLASS_VALUE = "features without a class (NULL or blank), left out"

Watch = Callable[[], None]


@dataclass(frozen=True, eq=False)
class Features:
    """Areas with a class, in the order of the layer, which is the order they are drawn in."""

    blobs: Sequence[bytes]
    """WKB of each, polygon or multipolygon, valid, in the system asked for."""
    values: NDArray[np.int64]
    classes: ClassTable
    warnings: list[str]
    crs_wkt: str
    """The system of the layer they were read from."""
    whole_areas: Optional[NDArray[np.float64]] = None
    """Areas of the whole features, where only parts of them are left."""


def read_features(query: FeatureQuery, watch: Watch = lambda: None) -> Features:
    """Read, buffer, repair and reproject; `watch` is called now and then and may raise.

    Raises InvalidRequest naming a parameter.
    """
    try:
        return _read(query, watch)
    except GdalFailure as failure:
        raise _unreadable(query, failure) from failure


def read_areas(query: FeatureQuery, watch: Watch = lambda: None) -> Sequence[bytes]:
    """WKB of the polygons alone, whatever their class. Raises InvalidRequest."""
    try:
        return _used_features(queried_layer(query), NO_CLASS, query, watch).blobs
    except GdalFailure as failure:
        raise _unreadable(query, failure) from failure


def _unreadable(query: FeatureQuery, failure: GdalFailure) -> UnreadableSource:
    why = why_not_read(query.source.path, str(failure))
    return UnreadableSource(f"{query.parameter}: '{query.source}' cannot be read: {why}")


def are_pixels(query: FeatureQuery) -> bool:
    """Whether coordinates must be pixels: of no known system, and about the query's grid.

    Raises InvalidRequest.
    """
    try:
        layer = queried_layer(query)
        if layer_wkt(layer) or not layer.GetFeatureCount():
            return False
        extent = layer.GetExtent(can_return_null=True)
    except GdalFailure as failure:
        raise _unreadable(query, failure) from failure
    if extent is None:
        return False
    left, right, bottom, top = extent
    low_x, low_y, high_x, high_y = query.grid.bounds
    aside, above = (high_x - low_x) / 2, (high_y - low_y) / 2
    return bool(
        low_x - aside <= left
        and right <= high_x + aside
        and low_y - above <= bottom
        and top <= high_y + above
    )


def _read(query: FeatureQuery, watch: Watch) -> Features:
    layer = queried_layer(query)
    fields = class_fields(layer, query.class_field, query.class_field_parameter)
    used = _used_features(layer, fields, query, watch)
    with gdal_messages():
        codes = class_values(layer, fields, used.classes, used.class_numbers)
    warnings = [f"{query.parameter}: {why}: {count}." for why, count in used.remarks]
    return Features(used.blobs, codes.values, codes.table, warnings, layer_wkt(layer))


@dataclass(frozen=True, eq=False)
class _UsedFeatures:
    """What is used of a layer, and how many features something happened to."""

    blobs: Sequence[bytes]
    class_numbers: Indices
    classes: RawClasses
    remarks: list[tuple[str, int]]


def _used_features(
    layer: ogr.Layer, fields: ClassFields, query: FeatureQuery, watch: Watch
) -> _UsedFeatures:
    """The features around the grid, in the order they are drawn in. Raises InvalidRequest."""
    check_radius(layer, query)
    columns = list(fields.columns)
    if query.priority_field:
        columns.append(Column(priority_position(layer, query.priority_field)))
    reading = _Reading(fields, flattening(layer, query), bool(query.priority_field))
    restrict(layer, query)
    with gdal_messages():
        for batch in column_batches(layer, columns):
            watch()
            reading.add(batch)
    if not reading.found and may_be_empty(layer, query):
        return _UsedFeatures([], np.empty(0, np.intp), reading.classes, [])
    if not reading.found:
        raise nothing_found(layer, query, reading.remarks)
    if not reading.kept:
        raise InvalidRequest(query.parameter, "has no feature with an area; choose polygons.")
    return reading.used()


class _Reading:
    """Grows with the features that are read."""

    def __init__(self, fields: ClassFields, flat: Flattening, has_ranks: bool) -> None:
        self.classes = RawClasses(fields)
        self.remarks: Counter[str] = Counter()
        self.found = 0
        """Features with a class and a geometry."""
        self.kept = 0
        """Those of them that have an area."""
        self._flat = flat
        self._has_ranks = has_ranks
        self._blobs: list[Blobs] = []
        self._numbers: list[Indices] = []
        self._order = DrawOrder()

    def add(self, batch: ColumnBatch) -> None:
        """Take what can be used of some features. Raises InvalidRequest for what is no area."""
        classes, ranks = batch.cells, None
        if self._has_ranks:
            *classes, ranks = batch.cells
        numbers = self.classes.numbers(classes, len(batch.fids))
        classed = np.flatnonzero(numbers != NO_NUMBER)
        if len(classed) < len(numbers):
            self.remarks[NO_CLASS_VALUE] += len(numbers) - len(classed)
        flat = self._flat.polygons([batch.geometries[number] for number in classed.tolist()])
        self.remarks.update(flat.remarks())
        self.found += len(classed) - len(flat.skipped)
        there = np.flatnonzero(flat.blobs.length)
        kept = classed[there]
        self.kept += len(kept)
        self._blobs.append(flat.blobs.select(there))
        self._numbers.append(numbers[kept])
        chosen = None if ranks is None else [ranks[number] for number in kept.tolist()]
        self._order.add(batch.fids[kept], chosen)

    def used(self) -> _UsedFeatures:
        """What was found, in the order it is drawn in."""
        order = self._order.numbers()
        return _UsedFeatures(
            joined(self._blobs).select(order),
            np.concatenate(self._numbers)[order],
            self.classes,
            sorted(self.remarks.items()),
        )
