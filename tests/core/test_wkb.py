from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from osgeo import ogr

from chipwright.core.grid import PixelGrid
from chipwright.core.shapes import Shapes
from chipwright.core.wkb import shapes_of_wkb
from chipwright.tests.core.making import UTM, examples, geometry, shapes, wkb

SQUARE = "POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0))"
CLOCKWISE = "POLYGON ((0 0, 0 4, 4 4, 4 0, 0 0))"
TRIANGLE = "POLYGON ((10 0, 16 0, 10 5, 10 0))"
HOLE = "POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (2 2, 2 4, 4 4, 4 2, 2 2))"
HOLE_TURNING_LIKE_ITS_EXTERIOR = "POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (2 2, 4 2, 4 4, 2 4, 2 2))"
ALL_CLOCKWISE = "POLYGON ((0 0, 0 9, 9 9, 9 0, 0 0), (2 2, 2 4, 4 4, 4 2, 2 2))"
TWO_HOLES = (
    "POLYGON ((0 0, 0 9, 9 9, 9 0, 0 0), (1 1, 2 1, 2 2, 1 2, 1 1), (5 5, 5 7, 7 7, 7 5, 5 5))"
)
ONE_PART = "MULTIPOLYGON (((0 0, 4 0, 4 4, 0 4, 0 0)))"
ONE_PART_WITH_A_HOLE = "MULTIPOLYGON (((0 0, 9 0, 9 9, 0 9, 0 0), (2 2, 4 2, 4 4, 2 4, 2 2)))"
TWO_PARTS = "MULTIPOLYGON (((0 0, 4 0, 4 4, 0 4, 0 0)), ((6 6, 6 9, 9 9, 9 6, 6 6)))"
ISLAND_IN_A_LAKE = (
    "MULTIPOLYGON (((0 0, 0 9, 9 9, 9 0, 0 0), (1 1, 8 1, 8 8, 1 8, 1 1)),"
    " ((3 3, 3 5, 5 5, 5 3, 3 3)))"
)
AREAS = [
    SQUARE,
    CLOCKWISE,
    TRIANGLE,
    HOLE,
    HOLE_TURNING_LIKE_ITS_EXTERIOR,
    ALL_CLOCKWISE,
    TWO_HOLES,
    ONE_PART,
    ONE_PART_WITH_A_HOLE,
    TWO_PARTS,
    ISLAND_IN_A_LAKE,
]


def polygons(found: Shapes, number: int) -> ogr.Geometry:
    """A shape as the polygons that its rings describe by the way they turn."""
    begin = found.first[number]
    part = slice(begin, begin + found.length[number])
    ends = np.flatnonzero(found.last[part]) + 1
    vertices = np.stack([found.x[part], found.y[part]], axis=1)
    made = ogr.Geometry(ogr.wkbMultiPolygon)
    for corners in np.split(vertices, ends)[:-1]:
        text = ", ".join(f"{x!r} {y!r}" for x, y in corners.tolist())
        ring = geometry(f"POLYGON (({text}))")
        (x, y), (next_x, next_y) = corners[:-1].T, corners[1:].T
        if (x * next_y - next_x * y).sum() > 0:
            made.AddGeometry(ring)
        else:
            polygon = made.GetGeometryRef(made.GetGeometryCount() - 1)
            polygon.AddGeometry(ring.GetGeometryRef(0))
    return made


def is_same(first: ogr.Geometry, second: ogr.Geometry) -> bool:
    return first.SymDifference(second).GetArea() == 0 and first.IsValid()


@pytest.mark.parametrize("wkt", AREAS)
def test_a_geometry_comes_back_the_same(wkt: str) -> None:
    assert is_same(polygons(shapes(wkt), 0), geometry(wkt))


@pytest.mark.parametrize("wkt", AREAS)
def test_a_shape_has_the_area_of_its_geometry(wkt: str) -> None:
    assert shapes(wkt).areas()[0] == geometry(wkt).GetArea()


@pytest.mark.parametrize("wkt", AREAS)
def test_a_shape_has_the_box_of_its_geometry(wkt: str) -> None:
    found = shapes(wkt)
    box = (found.left[0], found.right[0], found.bottom[0], found.top[0])
    assert box == geometry(wkt).GetEnvelope()


@examples
@given(st.lists(st.sampled_from(AREAS), max_size=8))
def test_shapes_stay_in_order_whatever_they_are(wkts: list[str]) -> None:
    found = shapes(*wkts)
    assert all(is_same(polygons(found, i), geometry(wkt)) for i, wkt in enumerate(wkts))


@pytest.mark.parametrize("order", permutations([0, 1, 2]))
def test_boxes_stay_in_order_whatever_the_shapes_are(order: tuple[int, ...]) -> None:
    wkts = [TRIANGLE, TWO_PARTS, "POLYGON ((20 20, 21 20, 21 21, 20 20))"]
    assert shapes(*(wkts[i] for i in order)).left.tolist() == [[10, 0, 20][i] for i in order]


def test_no_geometries_are_no_shapes() -> None:
    assert len(shapes_of_wkb([])) == 0


def test_small_parts_far_from_the_origin_keep_their_area() -> None:
    """Seedlings of 5 cm in Web Mercator, seen in pixels of 1 cm."""
    seedlings = (
        "MULTIPOLYGON (((1500000.10 6000000.10, 1500000.15 6000000.10, 1500000.15 6000000.15,"
        " 1500000.10 6000000.15, 1500000.10 6000000.10)), ((1500001.01 6000000.03,"
        " 1500001.06 6000000.03, 1500001.06 6000000.08, 1500001.01 6000000.08,"
        " 1500001.01 6000000.03)))"
    )
    grid = PixelGrid(200, 200, (1_500_000.0, 0.01, 0.0, 6_000_001.0, 0.0, -0.01), UTM)
    assert shapes(seedlings).on(grid).areas()[0] == pytest.approx(50, rel=1e-3)


@pytest.mark.parametrize("seed", range(10))
def test_rings_of_small_parts_far_from_the_origin_turn_the_right_way(seed: int) -> None:
    rng = np.random.default_rng(seed)
    lefts, bottoms = rng.uniform([[1.5e6], [6e6]], [[1.5e6 + 9], [6e6 + 9]], (2, 6))
    parts = [
        f"(({x!r} {y!r}, {x + 0.04!r} {y!r}, {x + 0.02!r} {y + 0.04!r}, {x!r} {y!r}))"
        for x, y in zip(lefts.round(3).tolist(), bottoms.round(3).tolist())
    ]
    blob = wkb(f"MULTIPOLYGON ({', '.join(parts)})")
    grid = PixelGrid(900, 900, (1_500_000.0, 0.01, 0.0, 6_000_009.0, 0.0, -0.01), UTM)
    assert shapes_of_wkb(blob).on(grid).areas()[0] == pytest.approx(6 * 8, rel=0.1)
