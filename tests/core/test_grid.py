from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chipwright.core.grid import PixelGrid
from chipwright.tests.core.making import NORTH_UP, ROTATED, SOUTH_UP, UTM, examples, outline

GRIDS = pytest.mark.parametrize(
    "grid", [NORTH_UP, SOUTH_UP, ROTATED], ids=["north up", "south up", "rotated"]
)


@st.composite
def grids(draw: st.DrawFn) -> PixelGrid:
    """Any orientation, mirrored or not, with pixels up to three times as wide as high."""
    width = draw(st.floats(1e-5, 1e3))
    height = width * draw(st.floats(1 / 3, 3)) * draw(st.sampled_from([-1, 1]))
    angle = draw(st.sampled_from([0, math.pi / 2, math.pi]) | st.floats(0, 2 * math.pi))
    cos, sin = math.cos(angle), math.sin(angle)
    x, y = draw(st.floats(-1e7, 1e7)), draw(st.floats(-1e7, 1e7))
    axes = (x, width * cos, -height * sin, y, width * sin, height * cos)
    return PixelGrid(draw(st.integers(1, 9999)), draw(st.integers(1, 9999)), axes)


@examples
@given(grids(), st.integers(0, 9999), st.integers(0, 9999))
def test_pixels_are_where_the_map_says_they_are(grid: PixelGrid, column: int, row: int) -> None:
    there = grid.to_map(np.array([column + 0.5]), np.array([row + 0.25]))
    rounding = 1e7 * 1e-15 / min(grid.cell_size)
    back = np.ravel(grid.to_pixels(*there))
    assert back == pytest.approx((column + 0.5, row + 0.25), abs=1e-6 + 10 * rounding)


@GRIDS
def test_the_map_coordinates_of_a_corner_are_the_geotransform_applied(grid: PixelGrid) -> None:
    x, x_column, x_row, y, y_column, y_row = grid.geotransform
    got = np.ravel(grid.to_map(np.array([7.0]), np.array([3.0])))
    assert got == pytest.approx(
        (x + 7 * x_column + 3 * x_row, y + 7 * y_column + 3 * y_row), abs=1e-9
    )


@GRIDS
def test_a_crop_keeps_its_pixels_in_place(grid: PixelGrid) -> None:
    columns, rows = np.array([0.0, 4.0]), np.array([0.0, 5.0])
    cropped = grid.crop(11, 7, 4, 5).to_map(columns, rows)
    assert np.allclose(cropped, grid.to_map(columns + 11, rows + 7), rtol=0, atol=1e-9)


@GRIDS
def test_a_crop_has_the_size_asked_for_and_the_system_of_the_grid(grid: PixelGrid) -> None:
    crop = grid.crop(11, 7, 4, 5)
    assert (crop.columns, crop.rows, crop.crs_wkt) == (4, 5, UTM)


@GRIDS
def test_a_crop_beyond_the_upper_left_corner_is_possible(grid: PixelGrid) -> None:
    assert grid.crop(-3, -2, 9, 9).crop(3, 2, 40, 30).geotransform == pytest.approx(
        grid.geotransform
    )


@GRIDS
def test_another_cell_size_keeps_the_corner(grid: PixelGrid) -> None:
    other = grid.with_cell_size(3)
    assert (other.geotransform[0], other.geotransform[3]) == (500_000, 5_400_000)


@GRIDS
def test_another_cell_size_makes_square_cells_of_that_size(grid: PixelGrid) -> None:
    assert grid.with_cell_size(3).cell_size == pytest.approx((3, 3))


@GRIDS
def test_another_cell_size_keeps_the_direction_of_the_axes(grid: PixelGrid) -> None:
    before, after = grid.geotransform, grid.with_cell_size(3).geotransform
    assert np.sign(before).tolist() == np.sign(after).tolist()


@pytest.mark.parametrize(
    ("size", "columns", "rows"),
    [(1, 80, 60), (2, 40, 30), (3, 26, 20), (80, 1, 0), (0.1, 800, 600)],
)
def test_another_cell_size_has_only_whole_cells(size: float, columns: int, rows: int) -> None:
    grid = NORTH_UP.with_cell_size(size)
    assert (grid.columns, grid.rows) == (columns, rows)


def test_oblong_pixels_become_square() -> None:
    grid = PixelGrid(10, 10, (0.0, 1.0, 0.0, 0.0, 0.0, -4.0)).with_cell_size(2)
    assert (grid.columns, grid.rows, grid.geotransform[1:]) == (5, 20, (2, 0, 0, 0, -2))


@pytest.mark.parametrize(
    ("grid", "size"), [(NORTH_UP, (2, 2)), (SOUTH_UP, (2, 2)), (ROTATED, (2, 2))]
)
def test_the_cell_size_is_the_length_of_the_sides(
    grid: PixelGrid, size: tuple[float, float]
) -> None:
    assert grid.cell_size == pytest.approx(size)


@examples
@given(grids())
def test_the_area_of_the_cells_is_that_of_the_outline(grid: PixelGrid) -> None:
    """The outline is moved to the origin, where OGR does not round."""
    _, x_column, x_row, _, y_column, y_row = grid.geotransform
    local = PixelGrid(grid.columns, grid.rows, (0, x_column, x_row, 0, y_column, y_row))
    area = grid.cell_area * grid.columns * grid.rows
    assert area == pytest.approx(outline(local).GetArea(), rel=1e-9)


@GRIDS
def test_bounds_are_the_smallest_box_around_the_corners(grid: PixelGrid) -> None:
    x, y = grid.to_map(np.array([0.0, 40.0, 0.0, 40.0]), np.array([0.0, 0.0, 30.0, 30.0]))
    assert grid.bounds == pytest.approx((x.min(), y.min(), x.max(), y.max()), abs=1e-9)


@pytest.mark.parametrize(
    ("axes", "expected"),
    [
        ((1, 0, 0, -1), True),
        ((1, 0, 0, 1), False),
        ((-1, 0, 0, -1), False),
        ((1, 1e-9, 0, -1), False),
        ((1, 0, 1e-9, -1), False),
        ((0, 1, 1, 0), False),
    ],
)
def test_north_up_means_exactly_north_up(
    axes: tuple[float, float, float, float], expected: bool
) -> None:
    x_column, x_row, y_column, y_row = axes
    grid = PixelGrid(1, 1, (0, x_column, x_row, 0, y_column, y_row))
    assert grid.is_north_up is expected
