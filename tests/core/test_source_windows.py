from __future__ import annotations

import pytest

from chipwright.core.grid import PixelGrid
from chipwright.core.source_windows import source_window
from chipwright.tests.core.making import (
    EVERY_GRID,
    NORTH_UP,
    ROTATED,
    SOUTH_UP,
    crs,
)


@EVERY_GRID
def test_the_window_of_a_crop_is_its_place(grid: PixelGrid) -> None:
    window = source_window(grid, grid.crop(7, 5, 16, 9))
    assert window is not None
    assert (window.left, window.top, window.columns, window.rows) == (7, 5, 16, 9)
    assert window.is_whole_pixels


@pytest.mark.parametrize(
    "other",
    [ROTATED, SOUTH_UP, PixelGrid(40, 30, NORTH_UP.geotransform, crs(32634))],
    ids=["other rotation", "other direction", "other system"],
)
def test_a_grid_with_other_axes_is_no_window(other: PixelGrid) -> None:
    assert source_window(NORTH_UP, other) is None
