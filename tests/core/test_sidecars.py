from __future__ import annotations

import math

import numpy as np
import pytest

from chipwright.core.grid import PixelGrid
from chipwright.core.sidecars import esri_wkt, sidecars, world_file
from chipwright.tests.core.making import NORTH_UP, ROTATED, SOUTH_UP, UTM, crs, gdal_raising

ODD = PixelGrid(8, 8, (465_172.123456, 0.0731, 0.0, 5_412_309.654321, 0.0, -0.0731), UTM)
DEGREES = PixelGrid(
    8, 8, (13.123456789012, 8.98e-6, 0.0, 52.123456789012, 0.0, -8.98e-6), crs(4326)
)
EVERY_GRID = pytest.mark.parametrize(
    "grid",
    [NORTH_UP, SOUTH_UP, ROTATED, ODD, DEGREES],
    ids=["north up", "south up", "rotated", "odd", "degrees"],
)


def test_an_image_on_the_map_has_a_world_file_and_a_prj() -> None:
    assert dict(sidecars(".pgw", NORTH_UP)) == {
        ".pgw": world_file(NORTH_UP).encode(),
        ".prj": esri_wkt(UTM).encode(),
    }


def test_an_image_without_a_system_has_a_world_file_only() -> None:
    assert [ending for ending, _ in sidecars(".jgw", PixelGrid(8, 8, ODD.geotransform))] == [".jgw"]


def test_an_image_that_is_on_no_map_has_nothing_beside_it() -> None:
    grid = PixelGrid(8, 8, (0.0, 1.0, 0.0, 0.0, 0.0, 1.0), UTM, is_on_map=False)
    assert list(sidecars(".pgw", grid)) == []


@EVERY_GRID
def test_a_world_file_gives_the_centre_of_the_first_pixel(grid: PixelGrid) -> None:
    x, y = grid.to_map(np.array([0.5]), np.array([0.5]))
    lines = world_file(grid).splitlines()
    assert [float(line) for line in lines[4:]] == pytest.approx([x[0], y[0]], abs=1e-9)


def test_a_world_file_gives_the_axes_column_by_column() -> None:
    _, x_column, x_row, _, y_column, y_row = ROTATED.geotransform
    lines = world_file(ROTATED).splitlines()
    assert [float(line) for line in lines[:4]] == [x_column, y_column, x_row, y_row]


def test_a_world_file_has_ten_decimals() -> None:
    assert world_file(NORTH_UP) == (
        "2.0000000000\n0.0000000000\n0.0000000000\n-2.0000000000\n"
        "500001.0000000000\n5399999.0000000000\n"
    )


def test_a_prj_is_in_the_dialect_of_esri() -> None:
    assert esri_wkt(UTM).startswith('PROJCS["WGS_1984_UTM_Zone_33N"')


@pytest.mark.parametrize("raising", [False, True], ids=["GDAL returns", "GDAL raises"])
def test_a_system_that_esri_does_not_know_has_no_prj(raising: bool) -> None:
    esri_wkt.cache_clear()
    local = 'LOCAL_CS["site",UNIT["metre",1],AXIS["x",EAST],AXIS["y",NORTH]]'
    with gdal_raising(raising):
        assert isinstance(esri_wkt(local), str)


def test_no_system_has_no_prj() -> None:
    assert esri_wkt("") == ""


def test_coordinates_of_world_files_keep_a_millionth_of_a_pixel() -> None:
    """Pixels of 1e-5 degrees: the last of 256 must not drift."""
    grid = PixelGrid(256, 256, (13.123456789, 8.98315e-6, 0.0, 52.0, 0.0, -8.98315e-6))
    width = float(world_file(grid).splitlines()[0])
    assert math.isclose(256 * width, 256 * 8.98315e-6, abs_tol=8.98315e-6 / 100)
