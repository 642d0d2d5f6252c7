"""Geometries of any type made flat, valid polygons in the system of a raster."""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
from osgeo import ogr

from .blobs import Blobs, packed
from .errors import InvalidRequest
from .feature_query import FeatureQuery, layer_wkt
from .reach import FARTHEST, Box, cut_off, goes_beyond, reach_of
from .reference_systems import may_be_same_reference, transformation
from .shapes import Indices
from .validity import surely_valid
from .wkb import plain_vertices, ring_positions, shapes_of_wkb

CIRCLE_SEGMENTS = 16
"""Segments of a quarter circle in buffers: a buffered point stays within 0.2 % of its radius."""
LEAST_VERTICES = 4
"""Vertices of the least closed ring that has an area."""
COLLECTION = 7
NO_GEOMETRY = "features without a geometry, left out"
NO_PLACE = "features that cannot be brought to the raster's system, left out"
NO_NUMBERS = "features with coordinates that are no numbers or far too great, left out"
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
        reach = reach_of(self.query.grid)
        nowhere, doubtful, beyond = _to_look_at(blobs, reach)
        skipped.update(dict.fromkeys(nowhere, NO_NUMBERS))
        blobs = replaced(blobs, dict.fromkeys(nowhere, b""))
        repairs = repairs_of(blobs, doubtful)
        blobs = replaced(blobs, repairs)
        cut = {number: _cut_off(blobs[number], reach) for number in beyond}
        return FlatPolygons(replaced(blobs, cut), skipped, len(repairs))

    def _odd(self, blobs: Blobs) -> Indices:
        """Which are anything but flat polygons of one ring, ready to be used."""
        if self.query.buffer_radius:
            return np.arange(len(blobs))
        return np.flatnonzero(plain_vertices(blobs) < LEAST_VERTICES)

    def _flat(self, blob: bytes) -> bytes:
        """A geometry as a polygon or multipolygon, nothing if it is empty."""
        geometry = _geometry_of(blob)
        if geometry is None or geometry.IsEmpty():
            return b""
        area = self._area(geometry)
        return b"" if area is None or area.IsEmpty() else _whole(area)

    def _area(self, geometry: ogr.Geometry) -> Optional[ogr.Geometry]:
        query = self.query
        if geometry.HasCurveGeometry():
            geometry = geometry.GetLinearGeometry()
        geometry.FlattenTo2D()
        if query.buffer_radius:
            geometry = _buffered(geometry, query.buffer_radius)
        if geometry is None:
            return None
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
    geometry = _geometry_of(blob)
    return wkb_of(geometry) if _is_transformed(geometry, to_grid) else b""


def _is_transformed(geometry: Optional[ogr.Geometry], to_grid: Any) -> bool:
    """Bring a geometry into another system, in place; False if it cannot be."""
    try:
        return geometry is not None and geometry.Transform(to_grid) == ogr.OGRERR_NONE
    except RuntimeError:
        return False


def _to_look_at(blobs: Blobs, reach: Box) -> tuple[list[int], list[int], list[int]]:
    """The numbers of polygons that lie nowhere, that may be invalid, that go beyond a box."""
    there = np.flatnonzero(blobs.length)
    with np.errstate(invalid="ignore", over="ignore"):
        shapes = shapes_of_wkb(blobs.select(there))
        sides = np.stack([shapes.left, shapes.bottom, shapes.right, shapes.top])
        is_somewhere = (np.abs(sides) < FARTHEST).all(axis=0)
        doubtful = is_somewhere & ~surely_valid(shapes)
        beyond = is_somewhere & goes_beyond(reach, sides)
    return there[~is_somewhere].tolist(), there[doubtful].tolist(), there[beyond].tolist()


def repairs_of(blobs: Blobs, doubtful: Sequence[int]) -> dict[int, bytes]:
    """What the invalid ones of some polygons become, by number; empty if no area is left."""
    repairs = {}
    for number in doubtful:
        geometry = _geometry_of(blobs[number])
        if geometry is None or not geometry.IsValid():
            mended = None if geometry is None else _mended(geometry)
            polygons = ogr.Geometry(ogr.wkbMultiPolygon) if mended is None else _polygons_of(mended)
            repairs[number] = b"" if polygons.IsEmpty() else wkb_of(polygons)
    return repairs


def _cut_off(blob: bytes, reach: Box) -> bytes:
    """The part of a valid polygon in a box; all of it if that cannot be told."""
    geometry = _geometry_of(blob)
    part = None if geometry is None else cut_off(geometry, reach)
    if part is None:
        return blob
    polygons = _polygons_of(part)
    return b"" if polygons.IsEmpty() else wkb_of(polygons)


def _geometry_of(blob: bytes) -> Optional[ogr.Geometry]:
    return _or_nothing(lambda: ogr.CreateGeometryFromWkb(blob) if blob else None)


def _mended(geometry: ogr.Geometry) -> Optional[ogr.Geometry]:
    """A valid geometry with the same edges; None if nothing can be made of it."""
    if geometry.GetDimension() == 2:
        geometry.CloseRings()
        geometry = _without_scraps(geometry)
    return _or_nothing(geometry.MakeValid)


def _whole(area: ogr.Geometry) -> bytes:
    """A polygon or multipolygon whose rings are closed and have corners enough."""
    area.CloseRings()
    blob = wkb_of(area)
    if all(vertices >= LEAST_VERTICES for _, vertices in ring_positions(blob)):
        return blob
    kept = _without_scraps(area)
    return b"" if kept.IsEmpty() else wkb_of(kept)


def _without_scraps(geometry: ogr.Geometry) -> ogr.Geometry:
    """The polygons without rings that have too few corners, of which GEOS makes nothing at all."""
    found = ogr.Geometry(ogr.wkbMultiPolygon)
    for polygon in _polygons_in(geometry):
        rings = [polygon.GetGeometryRef(ring) for ring in range(polygon.GetGeometryCount())]
        kept = [ring for ring in rings if ring.GetPointCount() >= LEAST_VERTICES]
        if kept and kept[0] is rings[0]:
            whole = ogr.Geometry(ogr.wkbPolygon)
            for ring in kept:
                whole.AddGeometry(ring)
            found.AddGeometry(whole)
    return found


def _buffered(geometry: ogr.Geometry, radius: float) -> Optional[ogr.Geometry]:
    """A buffer would drop what turns the wrong way, were it not mended."""
    valid = geometry if geometry.IsValid() else _mended(geometry)
    return None if valid is None else _or_nothing(lambda: valid.Buffer(radius, CIRCLE_SEGMENTS))


def _or_nothing(make: Callable[[], Optional[ogr.Geometry]]) -> Optional[ogr.Geometry]:
    """What is made, or None where GDAL cannot, whichever way it says so."""
    try:
        return make()
    except RuntimeError:
        return None


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
