from __future__ import annotations

import numpy as np
import pytest

from chipwright.core.grid import PixelGrid
from chipwright.core.shapes import ranges, starts_of
from chipwright.tests.core.making import NORTH_UP, ROTATED, box, shapes
from chipwright.tests.core.random_areas import random_areas, shapes_of


@pytest.mark.parametrize("seed", range(3))
def test_whole_areas_are_those_of_ogr(seed: int) -> None:
    geometries = random_areas(seed)
    assert np.allclose(shapes_of(geometries).areas(), [it.GetArea() for it in geometries])


def test_in_box_finds_what_shares_an_area_with_the_box() -> None:
    found = shapes(box(0, 0, 5, 5), box(10, 10, 20, 20), box(14, 14, 16, 16), box(5, 0, 9, 30))
    assert found.in_box((5, 5, 15, 15)).tolist() == [1, 2, 3]


def test_selected_shapes_come_in_the_order_asked_for() -> None:
    found = shapes(box(0, 0, 1, 1), box(0, 0, 2, 2), "POLYGON ((0 0, 6 0, 0 1, 0 0))")
    assert found.select(np.array([2, 0])).areas().tolist() == [3, 1]


def test_selected_shapes_keep_their_boxes() -> None:
    chosen = shapes(box(0, 0, 1, 1), box(3, 4, 5, 7)).select(np.array([1]))
    got = [float(it[0]) for it in (chosen.left, chosen.bottom, chosen.right, chosen.top)]
    assert got == [3, 4, 5, 7]


@pytest.mark.parametrize("grid", [NORTH_UP, ROTATED], ids=["north up", "rotated"])
def test_shapes_on_a_grid_are_measured_in_its_pixels(grid: PixelGrid) -> None:
    on_map = shapes("POLYGON ((500010 5399990, 500020 5399990, 500020 5399980, 500010 5399990))")
    assert on_map.on(grid).areas() == pytest.approx(50 / grid.cell_area)


def test_on_a_grid_y_runs_down_from_the_top() -> None:
    on_pixels = shapes(box(500_010, 5_399_980, 500_020, 5_399_990)).on(NORTH_UP)
    got = [float(it[0]) for it in (on_pixels.left, on_pixels.bottom)]
    assert got == pytest.approx([5, 5])


def test_starts_of_nothing_are_none() -> None:
    assert starts_of(np.array([1, 0, 2])).tolist() == [0, 1, 1]


def test_ranges_of_no_length_are_left_out() -> None:
    assert ranges(np.array([3, 7, 9]), np.array([2, 0, 1])).tolist() == [3, 4, 9]
