"""The shapes of features in a chip: clipped, in its pixels, and as few rings as a format takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from osgeo import ogr

from .grid import PixelGrid
from .labels import Polygon, Ring
from .wkb import rings_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .grid import Coordinates

    Vertices = NDArray[np.float64]


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


def clipped_polygons(blob: bytes, grid: PixelGrid) -> tuple[Polygon, ...]:
    """The part of a polygon in WKB that lies on a grid, in its pixels."""
    part = ogr.CreateGeometryFromWkb(blob).Intersection(footprint(grid))
    found: list[Polygon] = []
    for polygon in _polygons(part):
        found.extend(polygons_on(bytes(polygon.ExportToIsoWkb(ogr.wkbNDR)), grid))
    return tuple(found)


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


def polygons_on(blob: bytes, grid: PixelGrid) -> tuple[Polygon, ...]:
    """The polygons of WKB in the pixels of a grid, held to it against the rounding of the map.

    Holes turn the other way than what they lie in, whatever the source has: so they are holes to
    the non-zero rule, and areas add up.
    """
    polygons: list[list[Ring]] = []
    for is_hole, vertices in rings_of(blob):
        xs, ys = np.frombuffer(vertices, np.float64).reshape(-1, 2).T
        columns, rows = grid.to_pixels(xs, ys)
        columns, rows = np.clip(columns, 0, grid.columns), np.clip(rows, 0, grid.rows)
        if _turns_right(columns, rows) is is_hole:
            columns, rows = columns[::-1], rows[::-1]
        ring = tuple(zip(columns.tolist(), rows.tolist()))
        if is_hole:
            polygons[-1].append(ring)
        else:
            polygons.append([ring])
    return tuple(tuple(rings) for rings in polygons)


def _turns_right(columns: Coordinates, rows: Coordinates) -> bool:
    """Whether a closed ring runs clockwise, as it is seen in an image."""
    x, y = columns - columns[0], rows - rows[0]
    return bool((x[:-1] * y[1:] - x[1:] * y[:-1]).sum() > 0)


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

    One of its sides lies along a side of their convex hull.

    >>> diamond = [(0, 1), (1, 0), (2, 1), (1, 2)]
    >>> [tuple(map(round, corner)) for corner in smallest_rectangle(diamond)]
    [(1, 0), (2, 1), (1, 2), (0, 1)]
    """
    hull = np.array(_convex_hull(sorted(set(vertices))))
    sides = np.diff(hull, axis=0, append=hull[:1])
    angles = np.unique(np.arctan2(sides[:, 1], sides[:, 0]) % (np.pi / 2))
    boxes = [_turned_box(hull, angle) for angle in angles.tolist()]
    return min(boxes, key=lambda box: box[0])[1]


def _turned_box(points: Vertices, angle: float) -> tuple[float, Ring]:
    """Area and corners of the box around points whose sides are turned by an angle."""
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    turned = points @ turn
    (left, top), (right, bottom) = turned.min(axis=0), turned.max(axis=0)
    corners = np.array([[left, top], [right, top], [right, bottom], [left, bottom]]) @ turn.T
    area = float((right - left) * (bottom - top))
    return area, tuple((float(x), float(y)) for x, y in corners)


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
