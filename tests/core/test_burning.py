from __future__ import annotations

import numpy as np
import pytest
from osgeo import ogr

from chipwright.core.burning import burned
from chipwright.core.grid import PixelGrid
from chipwright.tests.core.making import (
    NORTH_UP,
    ROTATED,
    SOUTH_UP,
    UTM,
    Array,
    box,
    gdal_raising,
    geometry,
    pixel_grid,
    wkb,
)

AT_THE_ORIGIN = PixelGrid(40, 30, (0.0, 1.0, 0.0, 0.0, 0.0, -1.0), UTM)
DEGREES = PixelGrid(40, 30, (13.0, 1e-5, 0.0, 52.0, 0.0, -1e-5))


def burn(grid: PixelGrid, wkts: list[str], values: list[int], data_type: str = "uint8") -> Array:
    return burned(grid, wkb(*wkts), np.array(values, np.int64), data_type)


def star(grid: PixelGrid, seed: int) -> str:
    """A polygon around the middle of a grid, none of its corners on a pixel centre."""
    rng = np.random.default_rng(seed)
    angles = np.sort(rng.uniform(0, 2 * np.pi, 9))
    lengths = rng.uniform(3, 16, 9)
    x, y = grid.to_map(20.1 + lengths * np.cos(angles), 15.2 + lengths * np.sin(angles))
    corners = list(zip(x.tolist(), y.tolist()))
    return f"POLYGON (({', '.join(f'{x!r} {y!r}' for x, y in [*corners, corners[0]])}))"


def centres_inside(grid: PixelGrid, wkt: str) -> Array:
    """Pixels (row, column) whose centre lies in a polygon, as OGR sees it."""
    polygon = geometry(wkt)
    rows, columns = np.mgrid[: grid.rows, : grid.columns]
    x, y = grid.to_map(columns.ravel() + 0.5, rows.ravel() + 0.5)
    inside = []
    for here in zip(x.tolist(), y.tolist()):
        point = ogr.Geometry(ogr.wkbPoint)
        point.AddPoint_2D(*here)
        inside.append(polygon.Contains(point))
    return np.reshape(inside, (grid.rows, grid.columns)).astype(np.uint8)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(
    "grid",
    [NORTH_UP, SOUTH_UP, ROTATED, AT_THE_ORIGIN, DEGREES, pixel_grid(40, 30)],
    ids=["north up", "south up", "rotated", "at the origin", "degrees", "pixels"],
)
def test_a_pixel_belongs_to_what_covers_its_centre(grid: PixelGrid, seed: int) -> None:
    wkt = star(grid, seed)
    expected = centres_inside(grid, wkt)
    assert 50 < expected.sum() < 800
    assert np.array_equal(burn(grid, [wkt], [1]), expected)


def test_the_later_lies_over_the_earlier() -> None:
    got = burn(pixel_grid(5, 3), [box(0, 0, 3, 2), box(2, 1, 5, 3), box(0, 1, 1, 2)], [1, 2, 1])
    assert got.tolist() == [
        [1, 1, 1, 0, 0],
        [1, 1, 2, 2, 2],
        [0, 0, 2, 2, 2],
    ]


def test_a_hole_is_left_out() -> None:
    ring = "POLYGON ((0 0, 5 0, 5 5, 0 5, 0 0), (1 1, 4 1, 4 4, 1 4, 1 1))"
    assert burn(pixel_grid(5, 5), [ring], [7]).tolist() == [
        [7, 7, 7, 7, 7],
        [7, 0, 0, 0, 7],
        [7, 0, 0, 0, 7],
        [7, 0, 0, 0, 7],
        [7, 7, 7, 7, 7],
    ]


def test_all_parts_are_burned() -> None:
    parts = "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 1, 0 0)), ((2 0, 3 0, 3 1, 2 1, 2 0)))"
    assert burn(pixel_grid(4, 1), [parts], [7]).tolist() == [[7, 0, 7, 0]]


def test_neighbours_leave_no_gap_and_share_no_pixel() -> None:
    """Their common edge runs through pixel centres."""
    got = burn(pixel_grid(4, 2), [box(0, 0, 1.5, 2), box(1.5, 0, 4, 2)], [1, 2])
    assert set(got[0].tolist()) == {1, 2}


def test_a_polygon_that_covers_no_centre_is_not_seen() -> None:
    assert not burn(pixel_grid(3, 3), [box(1.1, 1.1, 1.4, 1.9)], [1]).any()


def test_what_lies_outside_is_left_out() -> None:
    got = burn(pixel_grid(3, 2), [box(-9, -9, 1, 1), box(20, 20, 30, 30)], [1, 2])
    assert got.tolist() == [[1, 0, 0], [0, 0, 0]]


def test_nothing_burned_is_all_0() -> None:
    assert burn(pixel_grid(3, 2), [], []).tolist() == [[0, 0, 0], [0, 0, 0]]


@pytest.mark.parametrize(
    ("value", "data_type"),
    [(255, "uint8"), (256, "uint16"), (65535, "uint16"), (65536, "uint32"), (2**32 - 1, "uint32")],
)
def test_values_fill_their_type(value: int, data_type: str) -> None:
    got = burn(pixel_grid(1, 1), [box(0, 0, 1, 1)], [value], data_type)
    assert (got.dtype.name, int(got[0, 0])) == (data_type, value)


@pytest.mark.parametrize("raising", [False, True], ids=["GDAL returns", "GDAL raises"])
def test_burning_does_not_depend_on_how_gdal_fails(raising: bool) -> None:
    with gdal_raising(raising):
        got = burn(NORTH_UP, [star(NORTH_UP, 0)], [1])
    assert np.array_equal(got, centres_inside(NORTH_UP, star(NORTH_UP, 0)))
