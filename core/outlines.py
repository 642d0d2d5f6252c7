"""The shapes of features in a chip: clipped, in its pixels, and as few rings as a format takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import atan2, cos, pi, sin
from typing import TYPE_CHECKING

import numpy as np
from osgeo import ogr

from .grid import PixelGrid
from .labels import Polygon, Ring
from .shapes import shoelace, starts_of
from .wkb import rings_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .grid import Coordinates
    from .shapes import Indices

SAME_AREA = 1e-9
"""Share by which areas differ that are the same but for rounding."""


def footprint(grid: PixelGrid) -> ogr.Geometry:
    """The outline of a grid on the map."""
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]) * (grid.columns, grid.rows)
    x, y = grid.to_map(*corners.T.astype(np.float64))
    ring = ogr.Geometry(ogr.wkbLinearRing)
    for vertex in zip(x.tolist(), y.tolist()):
        ring.AddPoint_2D(*vertex)
    polygon = ogr.Geometry(ogr.wkbPolygon)
    polygon.AddGeometry(ring)
    return polygon


def polygons_in(
    blobs: Sequence[bytes], lie_in: Sequence[bool], grid: PixelGrid
) -> list[tuple[Polygon, ...]]:
    """For each of some polygons in WKB, the part on a grid, in its pixels.

    What is known to lie in the grid is not clipped. Holes turn the other way than what they lie in,
    whatever the source has: so they are holes to the non-zero rule, and areas add up.
    """
    window = footprint(grid)
    rings = [
        (owner, is_hole, vertices)
        for owner, (blob, lies_in) in enumerate(zip(blobs, lie_in))
        for part in ([blob] if lies_in else _parts_within(blob, window))
        for is_hole, vertices in rings_of(part)
    ]
    found: list[list[list[Ring]]] = [[] for _ in blobs]
    for (owner, is_hole, _), ring in zip(rings, _rings_on(rings, grid)):
        if is_hole:
            found[owner][-1].append(ring)
        else:
            found[owner].append([ring])
    return [tuple(tuple(polygon) for polygon in polygons) for polygons in found]


def _parts_within(blob: bytes, window: ogr.Geometry) -> Iterator[bytes]:
    """WKB of the polygons that are left of one in a window."""
    for polygon in _polygons(ogr.CreateGeometryFromWkb(blob).Intersection(window)):
        yield bytes(polygon.ExportToIsoWkb(ogr.wkbNDR))


def _rings_on(rings: Sequence[tuple[int, bool, bytes]], grid: PixelGrid) -> Iterator[Ring]:
    """Rings in the pixels of a grid, held to it against the rounding of the map."""
    if not rings:
        return
    is_hole = np.array([is_hole for _, is_hole, _ in rings])
    lengths = np.array([len(vertices) // 16 for *_, vertices in rings], np.intp)
    vertices = np.frombuffer(b"".join(vertices for *_, vertices in rings), np.float64)
    columns, rows = grid.to_pixels(*vertices.reshape(-1, 2).T)
    columns, rows = np.clip(columns, 0, grid.columns), np.clip(rows, 0, grid.rows)
    is_wrong = (_turn_right(columns, rows, lengths) == is_hole).tolist()
    ends = np.cumsum(lengths)
    xs, ys = columns.tolist(), rows.tolist()
    for begin, end, wrong in zip((ends - lengths).tolist(), ends.tolist(), is_wrong):
        ring = tuple(zip(xs[begin:end], ys[begin:end]))
        yield ring[::-1] if wrong else ring


def _turn_right(columns: Coordinates, rows: Coordinates, lengths: Indices) -> NDArray[np.bool_]:
    """Whether closed rings, one after the other, run clockwise as they are seen in an image."""
    starts = starts_of(lengths)
    last = np.zeros(len(columns), bool)
    last[starts + lengths - 1] = True
    doubled = shoelace(columns, rows, last, starts)
    return np.add.reduceat(doubled, starts) > 0


def clipped(blob: bytes, grid: PixelGrid) -> bytes:
    """The part of a polygon in WKB that lies on a grid, on the map; empty if it is nothing."""
    part = ogr.CreateGeometryFromWkb(blob).Intersection(footprint(grid))
    polygons = ogr.Geometry(ogr.wkbMultiPolygon)
    for polygon in _polygons(part):
        polygons.AddGeometry(polygon)
    return b"" if polygons.IsEmpty() else bytes(polygons.ExportToIsoWkb(ogr.wkbNDR))


def _polygons(geometry: ogr.Geometry) -> Iterator[ogr.Geometry]:
    """The polygons among what an intersection leaves: it may touch in lines and points, too."""
    if ogr.GT_Flatten(geometry.GetGeometryType()) == ogr.wkbPolygon:
        yield geometry
        return
    for part in range(geometry.GetGeometryCount()):
        if geometry.GetGeometryRef(part).GetDimension() == 2:
            yield from _polygons(geometry.GetGeometryRef(part))


def one_ring(polygons: Sequence[Polygon]) -> Ring:
    """All rings of all polygons as one, tied together by bridges of no width.

    Filled by the even-odd or the non-zero rule it covers what the polygons cover. For formats that
    know neither holes nor parts.
    """
    rings = [ring for polygon in polygons for ring in polygon]
    joined = rings[0]
    for ring in rings[1:]:
        joined = _bridged(joined, ring)
    return joined


def _bridged(first: Ring, second: Ring) -> Ring:
    """Along the first ring, over to the second at their nearest vertices, round it and back."""
    here, there = np.array(first), np.array(second[:-1])
    distances = ((here[:, None] - there[None]) ** 2).sum(axis=2)
    leave, enter = np.unravel_index(int(distances.argmin()), distances.shape)
    around = second[enter:-1] + second[: enter + 1]
    return first[: leave + 1] + around + first[leave:]


def smallest_rectangle(vertices: Sequence[tuple[float, float]]) -> Ring:
    """The four corners of the rectangle of least area around some points, in order.

    One of its sides lies along a side of their convex hull; of rectangles of the same area, as all
    around a triangle are, it is the one that is turned least.

    >>> diamond = [(0, 1), (1, 0), (2, 1), (1, 2)]
    >>> [tuple(map(round, corner)) for corner in smallest_rectangle(diamond)]
    [(1, 0), (2, 1), (1, 2), (0, 1)]
    """
    hull = _convex_hull(sorted(set(vertices)))
    sides = zip(hull, hull[1:] + hull[:1])
    angles = {atan2(y2 - y1, x2 - x1) % (pi / 2) for (x1, y1), (x2, y2) in sides}
    boxes = [_turned_box(hull, angle) for angle in sorted(angles)]
    least = min(area for area, _ in boxes) * (1 + SAME_AREA)
    return next(corners for area, corners in boxes if area <= least)


def _turned_box(points: Sequence[tuple[float, float]], angle: float) -> tuple[float, Ring]:
    """Area and corners of the box around points whose sides are turned by an angle.

    In plain numbers: arrays of a handful of points take ten times as long.
    """
    across, down = cos(angle), sin(angle)
    columns = [x * across + y * down for x, y in points]
    rows = [y * across - x * down for x, y in points]
    left, right, top, bottom = min(columns), max(columns), min(rows), max(rows)
    corners = (left, top), (right, top), (right, bottom), (left, bottom)
    turned_back = tuple((x * across - y * down, x * down + y * across) for x, y in corners)
    return (right - left) * (bottom - top), turned_back


def _convex_hull(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Andrew's monotone chain over sorted points."""
    lower, upper = _half_hull(points), _half_hull(points[::-1])
    return lower[:-1] + upper[:-1] or list(points)


def _half_hull(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    chain: list[tuple[float, float]] = []
    for x, y in points:
        while len(chain) > 1 and _turns_back(chain[-2], chain[-1], (x, y)):
            chain.pop()
        chain.append((x, y))
    return chain


def _turns_back(
    first: tuple[float, float], second: tuple[float, float], third: tuple[float, float]
) -> bool:
    return (second[0] - first[0]) * (third[1] - first[1]) <= (second[1] - first[1]) * (
        third[0] - first[0]
    )
