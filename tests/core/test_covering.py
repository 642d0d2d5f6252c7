from __future__ import annotations

import pickle

import numpy as np
import pytest
from osgeo import osr

from chipwright.core.covering import Covering
from chipwright.core.grid import PixelGrid
from chipwright.core.plan import Strip
from chipwright.core.request import Size
from chipwright.tests.core.making import (
    NORTH_UP,
    ROTATED,
    SOUTH_UP,
    crs,
    gdal_raising,
    outline,
    pixel_grid,
    reference,
    whole_strip,
)

X, Y = 500_000.0, 5_400_000.0
STRIP = whole_strip(NORTH_UP, Size(10, 10))
"""Four chips of 20 m in each of three rows."""
GRIDS = pytest.mark.parametrize(
    "grid", [NORTH_UP, SOUTH_UP, ROTATED], ids=["north up", "south up", "rotated"]
)


def held(raster: PixelGrid, strip: Strip = STRIP) -> list[bool]:
    return Covering(raster).holds(strip).tolist()


def upright(left: float, top: float, columns: int, rows: int, cell: float = 2.0) -> PixelGrid:
    """A raster in the system of the image."""
    return PixelGrid(columns, rows, (left, cell, 0.0, top, 0.0, -cell), NORTH_UP.crs_wkt)


@pytest.mark.parametrize(
    ("raster", "expected"),
    [
        (NORTH_UP, [True] * 12),
        (upright(X - 500, Y + 500, 1000, 1000), [True] * 12),
        (upright(X, Y, 20, 15), [True, True, False, False] + [False] * 8),
        (
            upright(X + 20, Y - 20, 20, 20),
            [False] * 5 + [True, True] + [False, False, True, True, False],
        ),
        (upright(X + 21, Y, 40, 30), [False, False, True, True] * 3),
        (upright(X, Y, 39, 30), [True, True, True, False] * 3),
        (upright(X + 500, Y, 40, 30), [False] * 12),
        (upright(X, Y, 10, 10, cell=8.0), [True] * 12),
        (upright(X, Y, 50, 90, cell=0.7), [True, False, False, False] * 3),
    ],
    ids=[
        "the same",
        "larger",
        "its upper left",
        "within it",
        "beginning within chips",
        "a column short",
        "beside it",
        "coarser",
        "finer",
    ],
)
def test_chips_that_lie_wholly_on_the_raster_are_held(
    raster: PixelGrid, expected: list[bool]
) -> None:
    assert held(raster) == expected


@pytest.mark.parametrize(("missing", "expected"), [(0.002, True), (0.1, False)])
def test_what_the_rounding_of_coordinates_takes_away_does_not_count(
    missing: float, expected: bool
) -> None:
    """In pixels of the raster."""
    assert held(upright(X + missing * 2, Y, 40, 30))[0] is expected


def test_a_raster_without_a_system_is_taken_to_be_in_that_of_the_image() -> None:
    assert held(PixelGrid(40, 30, NORTH_UP.geotransform)) == [True] * 12


def test_an_image_without_a_system_is_taken_to_be_in_that_of_the_raster() -> None:
    strip = whole_strip(PixelGrid(40, 30, NORTH_UP.geotransform), Size(10, 10))
    assert held(NORTH_UP, strip) == [True] * 12


def held_by_ogr(raster: PixelGrid, strip: Strip) -> tuple[list[bool], list[bool]]:
    """Chips that lie in the raster, and those that do so or miss it by less than a pixel."""
    there = osr.SpatialReference(raster.crs_wkt)
    there.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    transform = osr.CoordinateTransformation(reference(32633), there)
    exact, roughly = [], []
    for place in range(strip.place_count):
        chip = outline(strip.place_grid(place))
        chip.Segmentize(strip.grid.cell_size[0])
        chip.Transform(transform)
        outside = chip.Difference(outline(raster)).GetArea()
        exact.append(outside == 0)
        roughly.append(outside < raster.cell_area * strip.tile.columns / 10)
    return exact, roughly


@GRIDS
@pytest.mark.parametrize("seed", range(4))
def test_chips_held_are_those_that_ogr_finds_within_the_raster(grid: PixelGrid, seed: int) -> None:
    """The raster may be turned against the image, too."""
    rng = np.random.default_rng(seed)
    column, row, turn = rng.uniform(-12, 12), rng.uniform(-9, 9), rng.uniform(-0.3, 0.3)
    (x,), (y,) = grid.to_map(np.array([column]), np.array([row]))
    _, xc, xr, _, yc, yr = grid.geotransform
    axes = (x, xc + turn * xr, xr - turn * xc, y, yc + turn * yr, yr - turn * yc)
    raster = PixelGrid(40, 30, axes, grid.crs_wkt)
    strip = whole_strip(grid, Size(5, 4), Size(3, 2))
    exact, roughly = held_by_ogr(raster, strip)
    found = held(raster, strip)
    assert 10 < sum(found) < len(found)
    assert all(a <= b <= c for a, b, c in zip(exact, found, roughly))


SYSTEMS = pytest.mark.parametrize("epsg", [4326, 3857, 32634, 32632, 3035])


@SYSTEMS
@GRIDS
def test_chips_of_another_system_are_held_as_ogr_finds_them(grid: PixelGrid, epsg: int) -> None:
    """A raster of the other system over the middle of the image."""
    transform = osr.CoordinateTransformation(reference(32633), reference(epsg))
    around = outline(grid.crop(7, 6, 25, 19))
    around.Transform(transform)
    west, east, south, north = around.GetEnvelope()
    cell = (east - west) / 30, (north - south) / 25
    axes = (west, cell[0], 0.0, north, 0.0, -cell[1])
    raster = PixelGrid(30, 25, axes, crs(epsg))
    strip = whole_strip(grid, Size(5, 4), Size(3, 2))
    exact, roughly = held_by_ogr(raster, strip)
    found = held(raster, strip)
    assert 3 < sum(found) < len(found)
    assert all(a <= b <= c for a, b, c in zip(exact, found, roughly))


def test_a_raster_that_has_only_the_corners_of_a_chip_does_not_hold_it() -> None:
    """The upper side of a chip of 400 km reaches further north in its middle than at its ends."""
    wide = PixelGrid(1000, 100, (300_000.0, 400.0, 0.0, 6_000_000.0, 0.0, -400.0), crs(32633))
    transform = osr.CoordinateTransformation(reference(32633), reference(4326))
    end, middle = (transform.TransformPoint(x, 6_000_000)[1] for x in (300_000, 500_000))
    north = (end + middle) / 2
    raster = PixelGrid(1000, 1000, (0.0, 0.03, 0.0, north, 0.0, -0.03), crs(4326))
    assert end < north < middle
    assert held(raster, Strip(wide, Size(1000, 100), (0,), (0,))) == [False]


@pytest.mark.parametrize("raising", [False, True], ids=["GDAL returns", "GDAL raises"])
def test_where_the_other_system_ends_chips_are_not_held_and_others_are(raising: bool) -> None:
    """Web Mercator has no poles; chips of the same strip lie elsewhere."""
    world = PixelGrid(36, 18, (-180.0, 10.0, 0.0, 90.0, 0.0, -10.0), crs(4326))
    strip = whole_strip(world, Size(6, 6))
    half = 20_100_000.0
    mercator = PixelGrid(100, 100, (-half, half / 50, 0.0, half, 0.0, -half / 50), crs(3857))
    with gdal_raising(raising):
        found = held(mercator, strip)
    assert found == [False] * 6 + [True] * 6 + [False] * 6


def test_only_the_places_of_a_strip_are_looked_at() -> None:
    """Between them there may be anything."""
    strip = Strip(pixel_grid(30, 4), Size(4, 4), (0, 26), (0,))
    assert held(pixel_grid(30, 4), strip) == [True, True]


def test_a_covering_goes_to_workers() -> None:
    there = pickle.loads(pickle.dumps(Covering(NORTH_UP)))
    assert there.holds(STRIP).tolist() == [True] * 12
