"""What a dataset must hold, told by OGR and numpy from its sources, in pixels of each chip."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from osgeo import gdal, ogr

from chipwright.core.request import Size
from chipwright.tests.core.made_sources import (
    LEFT,
    PIXEL,
    TOP,
    box,
    features_file,
    noise_file,
)
from chipwright.tests.scenes import Scene

Mask = NDArray[np.bool_]
Points = NDArray[np.float64]

NAMES = {3: "Wohn- & Geschäftshaus", 5: "東京 タワー", 12: "yes", 20: "# it's {a} [b]"}
"""Blanks, other scripts, and what XML and YAML take for something else."""

FRAME_OVER_TWO_CHIPS = (
    "POLYGON ((20 20, 20 80, 180 80, 180 20, 20 20), (40 35, 160 35, 160 65, 40 65, 40 35))"
)
TWO_HOLES_WOUND_LIKE_THEIR_POLYGON = (
    "POLYGON ((8 104, 120 110, 116 184, 12 188, 8 104), "
    "(20 116, 56 122, 50 172, 20 170, 20 116), (66 120, 104 124, 106 168, 70 174, 66 120))"
)
PARTS_ONE_WITH_A_HOLE = (
    "MULTIPOLYGON (((150 100, 170 102, 160 130, 150 100)), "
    "((200 110, 248 112, 240 180, 204 176, 200 110), "
    "(210 120, 212 166, 232 168, 238 122, 210 120)), "
    "((140 160, 170 160, 170 184, 140 184, 140 160)))"
)
SPIKES = "POLYGON ((130 86, 190 60, 132 70, 240 30, 132 40, 130 86))"
TOUCHING_A_CHIP = "POLYGON ((256 10, 300 10, 300 50, 256 50, 256 10))"
OVER_ANOTHER = "POLYGON ((280 30, 330 36, 320 80, 290 76, 280 30))"
OVER_FOUR_CHIPS = "POLYGON ((100 70, 150 96, 128 130, 96 110, 100 70))"
COMB = (
    "POLYGON ((340 5, 380 5, 380 90, 340 90, 340 70, 370 70, 370 60, 340 60, 340 40, 370 40, "
    "370 30, 340 30, 340 5))"
)
BETWEEN_PIXELS = "POLYGON ((230.25 4.5, 270.75 8.25, 262.5 20.125, 232.5 16, 230.25 4.5))"
TWO_LEGS_IN_DIFFERENT_CHIPS = (
    "POLYGON ((110 2, 118 2, 118 14, 140 14, 140 2, 148 2, 148 18, 110 18, 110 2))"
)
TWO_ENDS_IN_THE_NEXT_CHIP = (
    "POLYGON ((120 20, 136 20, 136 24, 126 24, 126 28, 136 28, 136 32, 120 32, 120 20))"
)
DRAWN = [
    (3, FRAME_OVER_TWO_CHIPS),
    (5, TWO_HOLES_WOUND_LIKE_THEIR_POLYGON),
    (12, PARTS_ONE_WITH_A_HOLE),
    (20, SPIKES),
    (5, TOUCHING_A_CHIP),
    (12, OVER_ANOTHER),
    (20, OVER_FOUR_CHIPS),
    (3, COMB),
    (3, BETWEEN_PIXELS),
    (5, TWO_LEGS_IN_DIFFERENT_CHIPS),
    (12, TWO_ENDS_IN_THE_NEXT_CHIP),
]


class Part(NamedTuple):
    """The part of a feature that lies in a chip."""

    value: int
    class_name: str
    geometry: ogr.Geometry

    @property
    def box(self) -> list[float]:
        left, right, top, bottom = self.geometry.GetEnvelope()
        return [left, top, right, bottom]

    @property
    def area(self) -> float:
        return float(self.geometry.GetArea())

    @property
    def perimeter(self) -> float:
        rings = (ring for polygon in polygons(self.geometry) for ring in polygon)
        return sum(float(np.hypot(*np.diff(ring, axis=0).T).sum()) for ring in rings)

    @property
    def holes(self) -> list[ogr.Geometry]:
        return [drawn([[hole]]) for _, *holes in polygons(self.geometry) for hole in holes]


@dataclass(frozen=True, repr=False)
class Source:
    """An image, its features, and the chips that it is cut into, side by side."""

    image: Path
    labels: Path
    tile: Size

    @property
    def sides(self) -> tuple[int, int]:
        """Columns and rows of a chip."""
        return self.tile.columns, self.tile.rows

    @cached_property
    def corners(self) -> list[tuple[int, int]]:
        """Left and top of each chip."""
        image = gdal.Open(str(self.image))
        lefts = range(0, image.RasterXSize - self.tile.columns + 1, self.tile.columns)
        tops = range(0, image.RasterYSize - self.tile.rows + 1, self.tile.rows)
        return [(left, top) for top in tops for left in lefts]

    @cached_property
    def parts(self) -> list[list[Part]]:
        """The parts in each chip, in the order of the features."""
        return [list(self._parts(*corner)) for corner in self.corners]

    def _parts(self, left: int, top: int) -> Iterator[Part]:
        window = ogr.CreateGeometryFromWkt(
            box(left, top, left + self.tile.columns, top + self.tile.rows)
        )
        for whole in self.features:
            clipped = whole.geometry.Intersection(window)
            if clipped.GetArea() > 1e-6:
                yield whole._replace(geometry=moved(clipped, (1.0, 1.0), (-left, -top)))

    @cached_property
    def features(self) -> list[Part]:
        """In pixels of the image."""
        opened = ogr.Open(str(self.labels))
        found = sorted(opened.GetLayer(0), key=lambda feature: feature.GetFID())
        return [Part(it["classvalue"], it["classname"], _in_pixels(it.geometry())) for it in found]

    @property
    def names(self) -> Mapping[int, str]:
        """Ascending by class value."""
        return dict(sorted((part.value, part.class_name) for part in self.features))

    def pixels(self, corner: tuple[float, float]) -> NDArray[Any]:
        """(row, column, band) of the chip at a corner."""
        return gdal.Open(str(self.image)).ReadAsArray(*corner, *self.sides).transpose(1, 2, 0)


def buildings(scene: Scene) -> Source:
    return Source(scene.image, scene.labels, Size(80, 64))


def drawings(folder: Path) -> Source:
    """Two rows of three chips; nothing is drawn in the last."""
    tile = Size(128, 96)
    image = noise_file(folder / "image.tif", 3 * tile.columns, 2 * tile.rows)
    rows = [(wkt, {"classvalue": value, "classname": NAMES[value]}) for value, wkt in DRAWN]
    return Source(image, features_file(folder / "labels.gpkg", rows), tile)


def _in_pixels(geometry: ogr.Geometry) -> ogr.Geometry:
    return moved(geometry, (1 / PIXEL, -1 / PIXEL), (-LEFT / PIXEL, TOP / PIXEL))


def moved(
    geometry: ogr.Geometry, scale: tuple[float, float], shift: tuple[float, float]
) -> ogr.Geometry:
    """The polygons of a geometry, scaled, then shifted."""
    return drawn([[ring * scale + shift for ring in it] for it in polygons(geometry)])


def polygons(geometry: ogr.Geometry) -> list[list[Points]]:
    """The rings of each polygon; lines and points that an intersection left are not among them."""
    inner = [geometry.GetGeometryRef(number) for number in range(geometry.GetGeometryCount())]
    if geometry.GetGeometryName() == "POLYGON":
        return [[np.array(ring.GetPoints())[:, :2] for ring in inner]]
    return [polygon for each in inner for polygon in polygons(each)]


def drawn(shapes: list[list[Points]]) -> ogr.Geometry:
    """The geometry of such polygons."""
    made = ogr.Geometry(ogr.wkbMultiPolygon)
    for shape in shapes:
        polygon = ogr.Geometry(ogr.wkbPolygon)
        for vertices in shape:
            ring = ogr.Geometry(ogr.wkbLinearRing)
            for vertex in vertices.tolist():
                ring.AddPoint_2D(*vertex)
            polygon.AddGeometry(ring)
        made.AddGeometry(polygon)
    return made


def covered(geometry: ogr.Geometry, size: Size) -> Mask:
    """The pixels of a chip whose centre lies in a geometry, by the even-odd rule."""
    x, y = np.arange(size.columns) + 0.5, (np.arange(size.rows) + 0.5)[:, None]
    inside = np.zeros((size.rows, size.columns), bool)
    sides = (side for it in polygons(geometry) for ring in it for side in zip(ring, ring[1:]))
    for (x1, y1), (x2, y2) in sides:
        if y1 != y2:
            inside ^= ((y1 > y) != (y2 > y)) & (x < x1 + (y - y1) * (x2 - x1) / (y2 - y1))
    return inside


def smallest_rectangles(part: Part) -> list[Points]:
    """Those of least area around a part; each lies along a side of the convex hull."""
    ((hull,),) = polygons(part.geometry.ConvexHull())
    boxes = [_turned_box(hull, angle) for angle in np.arctan2(*np.diff(hull, axis=0).T[::-1])]
    least = min(area for area, _ in boxes)
    return [corners for area, corners in boxes if area < least * (1 + 1e-6)]


def _turned_box(vertices: Points, angle: float) -> tuple[float, Points]:
    along = np.array([np.cos(angle), np.sin(angle)])
    across = np.array([-along[1], along[0]])
    near, far = (vertices @ along).min(), (vertices @ along).max()
    low, high = (vertices @ across).min(), (vertices @ across).max()
    corners = [(near, low), (far, low), (far, high), (near, high)]
    return (far - near) * (high - low), np.array([a * along + b * across for a, b in corners])
