"""Outlines in a chip."""

from __future__ import annotations

import pytest

from chipwright.core.outlines import one_ring, polygons_on

from .making import pixel_grid, wkb

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
    ((outer, inner),) = polygons_on(*wkb(f"POLYGON ({exterior}, {hole})"), GRID)
    assert signed_area(outer) == 100
    assert signed_area(inner) == -16


@pytest.mark.parametrize("hole", [HOLE, HOLE_TURNED])
def test_one_ring_encloses_what_the_polygon_covers(hole: str) -> None:
    ring = one_ring(polygons_on(*wkb(f"POLYGON ({SQUARE}, {hole})"), GRID))
    assert abs(signed_area(ring)) == 84
