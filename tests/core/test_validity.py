from __future__ import annotations

from itertools import product
from math import cos, pi, sin

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from osgeo import ogr

from chipwright.core.validity import surely_valid
from chipwright.core.wkb import shapes_of_wkb
from chipwright.tests.core.making import box, examples, quiet, shapes, wkb

Ring = list[tuple[float, float]]


def ring_wkb(ring: Ring) -> bytes:
    vertices = np.array([*ring, ring[0]], np.float64)
    return b"\1\3\0\0\0\1\0\0\0" + len(vertices).to_bytes(4, "little") + vertices.tobytes()


def wrongly_trusted(rings: list[Ring]) -> list[Ring]:
    """Rings that are said to be surely valid, and are not."""
    blobs = [ring_wkb(ring) for ring in rings]
    trusted = np.flatnonzero(surely_valid(shapes_of_wkb(blobs)))
    with quiet():
        return [rings[i] for i in trusted if not ogr.CreateGeometryFromWkb(blobs[i]).IsValid()]


def regular(corners: int, step: int = 1) -> str:
    angles = [2 * pi * step * number / corners for number in range(corners)]
    points = [(cos(angle), sin(angle)) for angle in [*angles, angles[0]]]
    return f"POLYGON (({', '.join(f'{x!r} {y!r}' for x, y in points)}))"


@pytest.mark.parametrize(("side", "corners"), [(3, 3), (3, 4), (3, 5), (2, 6), (2, 7)], ids=str)
def test_every_trusted_ring_on_a_small_grid_is_valid(side: int, corners: int) -> None:
    points = list(product(range(side), repeat=2))
    assert wrongly_trusted([list(ring) for ring in product(points, repeat=corners)]) == []


@examples
@given(
    st.lists(
        st.tuples(st.integers(-5, 5), st.integers(-5, 5)), min_size=3, max_size=9, unique=True
    ),
    st.integers(-600_000, 600_000),
    st.sampled_from([1.0, 0.1, 1e-5]),
)
def test_a_trusted_ring_is_valid_wherever_it_is(ring: Ring, origin: int, size: float) -> None:
    """The corners go round their centre, so that many rings are convex and some nearly so."""
    centre = complex(*np.mean(ring, axis=0))
    ring = sorted(ring, key=lambda corner: float(np.angle(complex(*corner) - centre)))
    assert wrongly_trusted([[(origin + x * size, origin - y * size) for x, y in ring]]) == []


@pytest.mark.parametrize(
    "wkt",
    [
        box(500_000.5, 5_400_000.25, 500_010, 5_400_007),
        "POLYGON ((0 0, 0 9, 9 9, 9 0, 0 0))",
        "POLYGON ((9 0, 9 9, 0 9, 0 0, 9 0))",
        "POLYGON ((0 0, 5 0, 9 0, 9 5, 9 9, 0 9, 0 0))",
        "POLYGON ((0 5, 5 0, 10 5, 5 10, 0 5))",
        "POLYGON ((0 0, 1 0, 0 1, 0 0))",
        regular(6),
        regular(64),
        "MULTIPOLYGON (((0 0, 0 9, 9 9, 9 0, 0 0)))",
    ],
    ids=[
        "rectangle",
        "clockwise",
        "begins at the right",
        "corners on its sides",
        "diamond",
        "triangle",
        "hexagon",
        "circle",
        "one part",
    ],
)
def test_convex_rings_are_recognised(wkt: str) -> None:
    assert surely_valid(shapes(wkt)).tolist() == [True]


@pytest.mark.parametrize(
    "wkt",
    [
        "POLYGON ((0 0, 9 9, 9 0, 0 9, 0 0))",
        "POLYGON ((0 0, 9 9, 9 9, 9 0, 9 0, 0 9, 0 9, 0 0))",
        regular(5, step=2),
        "POLYGON ((0 0, 9 0, 9 9, 9 0, 0 0))",
        "POLYGON ((0 0, 9 0, 14 0, 9 0, 9 9, 0 9, 0 0))",
        "POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0, 9 0, 9 9, 0 9, 0 0))",
        "POLYGON ((0 0, 9 0, 5 0, 0 0))",
        "POLYGON ((3 3, 3 3, 3 3, 3 3))",
        "POLYGON ((0 0, 9 0, 0 0))",
    ],
    ids=[
        "bow-tie",
        "bow-tie with its corners twice",
        "pentagram",
        "there and back",
        "spike",
        "twice round",
        "flat",
        "a point",
        "too few corners",
    ],
)
def test_invalid_rings_are_not_trusted(wkt: str) -> None:
    assert surely_valid(shapes(wkt)).tolist() == [False]


@pytest.mark.parametrize(
    "wkt",
    [
        "POLYGON ((0 0, 9 0, 9 9, 5 5, 0 9, 0 0))",
        "POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (2 2, 2 4, 4 4, 4 2, 2 2))",
        "MULTIPOLYGON (((0 0, 9 0, 9 9, 0 0)), ((1 5, 2 7, 1 7, 1 5)))",
    ],
    ids=["concave", "hole", "two parts"],
)
def test_what_takes_a_closer_look_is_not_trusted(wkt: str) -> None:
    assert surely_valid(shapes(wkt)).tolist() == [False]


def test_each_shape_is_judged_by_itself() -> None:
    square, bow_tie = box(0, 0, 9, 9), "POLYGON ((0 0, 9 9, 9 0, 0 9, 0 0))"
    lake = "POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (2 2, 2 4, 4 4, 4 2, 2 2))"
    order = (square, bow_tie, lake, square, lake, square)
    expected = [True, False, False, True, False, True]
    assert surely_valid(shapes_of_wkb(wkb(*order))).tolist() == expected


def test_nothing_is_judged_of_no_shapes() -> None:
    assert surely_valid(shapes()).tolist() == []
