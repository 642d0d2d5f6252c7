"""Geometries of any type made flat, valid polygons in the system of a raster."""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
from osgeo import ogr

from .blobs import Blobs, packed
from .errors import InvalidRequest
from .feature_query import FeatureQuery, layer_wkt
from .gdal_errors import may_be_same_reference, transformation
from .shapes import Indices
from .validity import surely_valid
from .wkb import plain_vertices, shapes_of_wkb

CIRCLE_SEGMENTS = 16
"""Segments of a quarter circle in buffers: a buffered point stays within 0.2 % of its radius."""
LEAST_VERTICES = 4
"""Vertices of the least closed ring that has an area."""
COLLECTION = 7
NO_GEOMETRY = "features without a geometry, left out"
NO_PLACE = "features that cannot be brought to the raster's system, left out"
REPAIRED = "features with an invalid geometry, repaired"


@dataclass(frozen=True, eq=False)
class FlatPolygons:
    """What became of some geometries."""

    blobs: Blobs
    """WKB of each, polygon or multipolygon, valid; empty where nothing is left of it."""
    skipped: dict[int, str]
    """Why geometries are left out, by their number."""
    repaired: int
    """How many were invalid."""

    def remarks(self) -> Counter[str]:
        """How many geometries something happened to."""
        remarks = Counter(self.skipped.values())
        if self.repaired:
            remarks[REPAIRED] = self.repaired
        return remarks


@dataclass(frozen=True, eq=False)
class Flattening:
    """Makes polygons of the geometries of a layer."""

    query: FeatureQuery
    to_grid: Optional[Any]
    """The transformation to the raster's system; None if there is nothing to do."""

    def polygons(self, geometries: Sequence[Optional[bytes]]) -> FlatPolygons:
        """Flat, buffered, brought to the grid, repaired. Raises InvalidRequest for what is no area.

        Geometries are WKB of any kind.
        """
        blobs = packed(geometry or b"" for geometry in geometries)
        odd = self._odd(blobs)
        if len(odd):
            blobs = replaced(blobs, {number: self._flat(blobs[number]) for number in odd.tolist()})
        empty = np.flatnonzero(blobs.length == 0)
        if self.to_grid is not None:
            blobs = transformed(blobs, self.to_grid)
        skipped = dict.fromkeys(np.flatnonzero(blobs.length == 0).tolist(), NO_PLACE)
        skipped.update(dict.fromkeys(empty.tolist(), NO_GEOMETRY))
        repairs = repairs_of(blobs)
        return FlatPolygons(replaced(blobs, repairs), skipped, len(repairs))

    def _odd(self, blobs: Blobs) -> Indices:
        """Which are anything but flat polygons of one ring, ready to be used."""
        if self.query.buffer_radius:
            return np.arange(len(blobs))
        return np.flatnonzero(plain_vertices(blobs) < LEAST_VERTICES)

    def _flat(self, blob: bytes) -> bytes:
        """A geometry as a polygon or multipolygon, nothing if it is empty."""
        geometry = ogr.CreateGeometryFromWkb(blob) if blob else None
        if geometry is None or geometry.IsEmpty():
            return b""
        area = self._area(geometry)
        return b"" if area.IsEmpty() else wkb_of(area)

    def _area(self, geometry: ogr.Geometry) -> ogr.Geometry:
        query = self.query
        if geometry.HasCurveGeometry():
            geometry = geometry.GetLinearGeometry()
        geometry.FlattenTo2D()
        if query.buffer_radius:
            if not geometry.IsValid():  # a buffer would drop what turns the wrong way
                geometry = _made_valid(geometry)
            geometry = geometry.Buffer(query.buffer_radius, CIRCLE_SEGMENTS)
        if geometry.GetDimension() < 2:
            raise _no_area(geometry, query)
        if ogr.GT_Flatten(geometry.GetGeometryType()) in (ogr.wkbPolygon, ogr.wkbMultiPolygon):
            return geometry
        return _polygons_of(geometry)


def flattening(layer: ogr.Layer, query: FeatureQuery) -> Flattening:
    """What makes polygons of a layer's geometries."""
    wkt = layer_wkt(layer)
    if may_be_same_reference(wkt, query.grid.crs_wkt):
        return Flattening(query, None)
    return Flattening(query, transformation(wkt, query.grid.crs_wkt))


def wkb_of(geometry: ogr.Geometry) -> bytes:
    """Little-endian ISO WKB."""
    return bytes(geometry.ExportToIsoWkb(ogr.wkbNDR))


def replaced(blobs: Blobs, others: Mapping[int, bytes]) -> Blobs:
    """The blobs with others at some numbers."""
    if not others:
        return blobs
    return packed(others.get(number, blob) for number, blob in enumerate(blobs))


def transformed(blobs: Blobs, to_grid: Any) -> Blobs:
    """Polygons brought to another system, vertex by vertex; nothing where that fails.

    They go together as one collection, which saves a call for each; if one of them fails, each
    goes alone.
    """
    head = struct.pack("<BII", 1, COLLECTION, int(np.count_nonzero(blobs.length)))
    collection = ogr.CreateGeometryFromWkb(head + b"".join(blobs))
    if not _is_transformed(collection, to_grid):
        return packed(_transformed_alone(blob, to_grid) for blob in blobs)
    content = wkb_of(collection)
    ends = len(head) + np.cumsum(blobs.length)
    starts = (ends - blobs.length).tolist()
    return packed(content[start:end] for start, end in zip(starts, ends.tolist()))


def _transformed_alone(blob: bytes, to_grid: Any) -> bytes:
    geometry = ogr.CreateGeometryFromWkb(blob) if blob else None
    return wkb_of(geometry) if _is_transformed(geometry, to_grid) else b""


def _is_transformed(geometry: Optional[ogr.Geometry], to_grid: Any) -> bool:
    """Bring a geometry into another system, in place; False if it cannot be."""
    try:
        return geometry is not None and geometry.Transform(to_grid) == ogr.OGRERR_NONE
    except RuntimeError:
        return False


def repairs_of(blobs: Blobs) -> dict[int, bytes]:
    """What the invalid ones of some polygons become, by number; empty if no area is left."""
    repairs = {}
    there = np.flatnonzero(blobs.length)
    doubtful = there[~surely_valid(shapes_of_wkb(blobs.select(there)))]
    for number in doubtful.tolist():
        geometry = ogr.CreateGeometryFromWkb(blobs[number])
        if not geometry.IsValid():
            mended = _polygons_of(_made_valid(geometry))
            repairs[number] = b"" if mended.IsEmpty() else wkb_of(mended)
    return repairs


def _made_valid(geometry: ogr.Geometry) -> ogr.Geometry:
    """Empty where nobody knows what it was to be, as with coordinates without an end."""
    try:
        valid = geometry.MakeValid()
    except RuntimeError:
        valid = None
    return ogr.Geometry(ogr.wkbMultiPolygon) if valid is None else valid


def _no_area(geometry: ogr.Geometry, query: FeatureQuery) -> InvalidRequest:
    kind = "points" if geometry.GetDimension() == 0 else "lines"
    if not query.radius_parameter:
        return InvalidRequest(query.parameter, f"has {kind}, which cover no area; choose polygons.")
    return InvalidRequest(
        query.radius_parameter,
        f"{query.parameter} has {kind}, which cover no area; give a radius above 0 to make circles "
        "(or strips) of them.",
    )


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
