"""Areas of all kinds, to compare what is made of them with what OGR makes."""

from __future__ import annotations

from functools import cache

import numpy as np
from osgeo import ogr

from chipwright.core.shapes import Shapes
from chipwright.core.wkb import shapes_of_wkb
from chipwright.tests.core.making import geometry


@cache
def random_areas(seed: int, count: int = 120) -> tuple[ogr.Geometry, ...]:
    """Stars, some with corners on pixel corners, with holes, of several parts, or in one point."""
    rng = np.random.default_rng(seed)
    found: list[ogr.Geometry] = []
    while len(found) < count:
        area = _star(rng)
        if rng.random() < 0.3:
            area = area.Difference(area.Centroid().Buffer(3))
        if rng.random() < 0.2 and found:
            area = area.Union(found[-1])
        if area.GetGeometryName() in ("POLYGON", "MULTIPOLYGON") and not area.IsEmpty():
            found.append(area)
    return tuple(found)


def _star(rng: np.random.Generator) -> ogr.Geometry:
    count = rng.integers(3, 12)
    angles = np.sort(rng.uniform(0, 2 * np.pi, count))
    lengths = rng.uniform(2, 120) * rng.uniform(0.3, 1, count)
    corners = np.stack([np.cos(angles), np.sin(angles)], axis=1) * lengths[:, None]
    corners += rng.uniform(-50, 450, 2)
    if rng.random() < 0.4:
        corners = np.round(corners / 16) * 16
    text = ", ".join(f"{x!r} {y!r}" for x, y in [*corners.tolist(), corners[0].tolist()])
    return geometry(f"POLYGON (({text}))").MakeValid()


def shapes_of(geometries: tuple[ogr.Geometry, ...]) -> Shapes:
    """The shapes of geometries, in their order."""
    return shapes_of_wkb([bytes(it.ExportToIsoWkb(ogr.wkbNDR)) for it in geometries])
