from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chipwright.core.grid import PixelGrid, direction
from chipwright.tests.core.making import (
    NORTH_UP,
    ROTATED,
    SOUTH_UP,
    UTM,
    Array,
    examples,
    outline,
    pixel_grid,
)

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


# turned


def centres(grid: PixelGrid) -> Array:
    """Map coordinates (row, column, 2) of the centres of all pixels."""
    columns, rows = np.meshgrid(np.arange(grid.columns) + 0.5, np.arange(grid.rows) + 0.5)
    return np.stack(grid.to_map(columns, rows), axis=2)


@GRIDS
@pytest.mark.parametrize("quarters", range(-5, 6))
def test_pixels_are_turned_as_numpy_turns_them(grid: PixelGrid, quarters: int) -> None:
    window = grid.crop(3, 4, 5, 7)
    expected = np.rot90(centres(window), quarters)
    assert np.allclose(centres(window.turned(quarters)), expected, rtol=0, atol=1e-8)


@examples
@given(grids(), st.integers(-9, 9))
def test_four_quarters_are_no_turn(grid: PixelGrid, quarters: int) -> None:
    around = grid.turned(quarters).turned(4 - quarters)
    rounding = 1e-9 * max(map(abs, grid.bounds)) + 1e-9
    assert (around.columns, around.rows) == (grid.columns, grid.rows)
    assert around.geotransform == pytest.approx(grid.geotransform, rel=1e-9, abs=rounding)


@pytest.mark.parametrize("quarters", range(4))
def test_a_turned_grid_is_the_same_area(quarters: int) -> None:
    turned = ROTATED.turned(quarters)
    assert turned.bounds == pytest.approx(ROTATED.bounds)
    assert (turned.cell_area, turned.crs_wkt) == (pytest.approx(ROTATED.cell_area), UTM)


@examples
@given(grids(), st.integers(0, 3))
def test_the_upright_grid_is_turned_back_by_as_many_quarters(
    grid: PixelGrid, quarters: int
) -> None:
    turned = grid.turned(quarters)
    upright, back = turned.upright()
    again = upright.turned(back)
    rounding = 1e-9 * max(map(abs, grid.bounds)) + 1e-9
    assert (again.columns, again.rows) == (turned.columns, turned.rows)
    assert again.geotransform == pytest.approx(turned.geotransform, rel=1e-9, abs=rounding)


@examples
@given(grids())
def test_columns_of_an_upright_grid_run_most_to_the_east(grid: PixelGrid) -> None:
    upright, _ = grid.upright()
    _, x_column, _, _, y_column, _ = upright.geotransform
    assert x_column > 0
    assert abs(y_column) <= x_column * (1 + 1e-9)


@GRIDS
@pytest.mark.parametrize("quarters", range(4))
def test_all_quarter_turns_have_one_upright_grid(grid: PixelGrid, quarters: int) -> None:
    upright, _ = grid.turned(quarters).upright()
    assert upright.geotransform == pytest.approx(grid.upright()[0].geotransform)


# turned by any angle


PLACES = (st.integers(0, 40), st.integers(0, 30), st.integers(1, 30), st.integers(1, 30))
DEGREES = st.floats(0, 360) | st.integers(0, 3).map(lambda quarters: 90.0 * quarters)


@examples
@given(*PLACES, st.floats(0.01, 89.9))
def test_the_middle_stays_where_it_is(
    column: int, row: int, columns: int, rows: int, degrees: float
) -> None:
    place = ROTATED.around(column, row, columns, rows, degrees)
    middle = place.to_map(np.array([columns / 2]), np.array([rows / 2]))
    assert np.ravel(ROTATED.to_pixels(*middle)) == pytest.approx((column, row), abs=1e-6)


@examples
@given(*PLACES, DEGREES)
def test_a_turn_is_undone_by_its_inverse(
    column: int, row: int, columns: int, rows: int, degrees: float
) -> None:
    """But for the half pixel by which quarter turns may be moved."""
    grid = pixel_grid(40, 30)
    place = grid.around(column, row, columns, rows, degrees)
    back = place.around(columns / 2, rows / 2, columns, rows, 360 - degrees)
    upright = grid.turned_window(column - columns / 2, row - rows / 2, columns, rows, 0)
    limit = 1.001 if degrees % 90 == 0 else 1e-9
    assert back.geotransform == pytest.approx(upright.geotransform, abs=limit)
    assert back.geotransform[1:3] == pytest.approx(upright.geotransform[1:3], abs=1e-12)


@examples
@given(*PLACES, st.integers(-4, 7))
def test_quarter_turns_are_pixels_of_the_grid(
    column: int, row: int, columns: int, rows: int, quarters: int
) -> None:
    place = pixel_grid(40, 30).around(column, row, columns, rows, 90.0 * quarters)
    assert all(float(value).is_integer() for value in place.geotransform)
    middle = np.ravel(place.to_map(np.array([columns / 2]), np.array([rows / 2])))
    assert np.abs(middle - (column, row)).max() <= 0.5


@GRIDS
@pytest.mark.parametrize("quarters", range(4))
@pytest.mark.parametrize("side", [6, 7])
def test_a_quarter_turn_about_the_middle_is_that_of_numpy(
    grid: PixelGrid, quarters: int, side: int
) -> None:
    window = grid.crop(3, 4, side, side)
    found = grid.around(3 + side / 2, 4 + side / 2, side, side, 90.0 * quarters)
    assert np.allclose(centres(found), np.rot90(centres(window), quarters), rtol=0, atol=1e-8)


@GRIDS
@pytest.mark.parametrize("degrees", [0, 30, 90, 200])
def test_a_turned_window_begins_where_it_is_told(grid: PixelGrid, degrees: float) -> None:
    found = grid.turned_window(3.25, 7.5, 4, 5, degrees)
    corner = found.geotransform[0], found.geotransform[3]
    assert corner == pytest.approx(np.ravel(grid.to_map(np.array([3.25]), np.array([7.5]))))
    assert found.cell_area == pytest.approx(grid.cell_area)


def test_axes_are_turned_clockwise_in_the_image() -> None:
    """Rows run down: a quarter turn makes columns run down, too."""
    found = pixel_grid(40, 30).turned_window(0, 0, 4, 4, 90)
    assert found.to_map(np.array([1.0]), np.array([0.0])) == (0, 1)


@pytest.mark.parametrize("quarters", range(-4, 9))
def test_directions_of_axes_are_exact(quarters: int) -> None:
    turn = math.radians(90 * quarters)
    assert direction(90.0 * quarters) == (round(math.cos(turn)), round(math.sin(turn)))
