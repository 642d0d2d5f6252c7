"""Outlines in a chip."""

from __future__ import annotations

import numpy as np
import pytest

from chipwright.core.outlines import one_ring, polygons_in, smallest_rectangle

from .making import box, pixel_grid, wkb

GRID = pixel_grid(20, 20)
SQUARE = "(0 0, 0 10, 10 10, 10 0, 0 0)"
HOLE = "(3 3, 3 7, 7 7, 7 3, 3 3)"
HOLE_TURNED = "(3 3, 7 3, 7 7, 3 7, 3 3)"
SQUARE_TURNED = "(0 0, 10 0, 10 10, 0 10, 0 0)"


def signed_area(ring: tuple[tuple[float, float], ...]) -> float:
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, ring[1:])) / 2


@pytest.mark.parametrize("exterior", [SQUARE, SQUARE_TURNED])
@pytest.mark.parametrize("hole", [HOLE, HOLE_TURNED])
def test_holes_turn_against_what_they_lie_in(exterior: str, hole: str) -> None:
    (((outer, inner),),) = polygons_in(wkb(f"POLYGON ({exterior}, {hole})"), [True], GRID)
    assert signed_area(outer) == 100
    assert signed_area(inner) == -16


@pytest.mark.parametrize("hole", [HOLE, HOLE_TURNED])
def test_one_ring_encloses_what_the_polygon_covers(hole: str) -> None:
    (polygons,) = polygons_in(wkb(f"POLYGON ({SQUARE}, {hole})"), [True], GRID)
    ring = one_ring(polygons)
    assert abs(signed_area(ring)) == 84


def test_only_what_crosses_an_edge_is_clipped() -> None:
    inside, outside, crossing = wkb(box(1, 1, 4, 4), box(40, 1, 44, 4), box(15, 5, 30, 7))
    found = polygons_in([inside, outside, crossing], [True, False, False], GRID)
    assert [len(polygons) for polygons in found] == [1, 0, 1]
    assert [abs(signed_area(ring)) for ((ring,),) in (found[0], found[2])] == [9, 10]


def test_a_feature_that_leaves_and_comes_back_has_a_polygon_for_each_part() -> None:
    (found,) = polygons_in(
        wkb("POLYGON ((15 0, 30 0, 30 9, 15 9, 15 6, 25 6, 25 3, 15 3, 15 0))"), [False], GRID
    )
    assert sorted(abs(signed_area(ring)) for (ring,) in found) == [15, 15]


@pytest.mark.parametrize("degrees", [0, 10, 45, 80, 90, 135])
def test_the_smallest_rectangle_around_a_turned_one_is_it(degrees: float) -> None:
    turn = np.exp(1j * np.radians(degrees))
    corners = [(it.real, it.imag) for it in (np.array([0, 8, 8 + 3j, 3j, 4 + 1j]) * turn).tolist()]
    found = np.array(smallest_rectangle(corners))
    assert abs(signed_area((*map(tuple, found), tuple(found[0])))) == pytest.approx(24)
    assert np.abs(found[:, None] - np.array(corners[:4])).sum(axis=2).min(axis=1).max() < 1e-9


def test_around_a_triangle_the_rectangle_is_turned_as_little_as_can_be() -> None:
    """All three that lie along a side have the same area."""
    found = smallest_rectangle([(0.1, 0.1), (7.3, 0.1), (0.1, 3.7)])
    assert [(round(x, 9), round(y, 9)) for x, y in found] == [
        (0.1, 0.1),
        (7.3, 0.1),
        (7.3, 3.7),
        (0.1, 3.7),
    ]
