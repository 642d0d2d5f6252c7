from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from osgeo import gdal, ogr

from chipwright.core.gdal_errors import GdalFailure
from chipwright.core.grid import PixelGrid
from chipwright.core.pixel_space import (
    MapPlace,
    ReaderOnMap,
    in_pixel_space,
    map_place,
    pixel_grid,
)
from chipwright.core.raster import Raster, describe_raster
from chipwright.core.raster_reader import RasterReader
from chipwright.core.request import RasterSource
from chipwright.core.warping import NEAREST
from chipwright.tests.core.making import (
    NORTH_UP,
    ROTATED,
    SOUTH_UP,
    UTM,
    examples,
    gdal_raising,
    geometry,
    random_pixels,
    wkb,
    write_raster,
)

GRIDS = pytest.mark.parametrize(
    "grid", [NORTH_UP, SOUTH_UP, ROTATED], ids=["north up", "south up", "rotated"]
)
CORNERS = [(0, 0), (40, 0), (0, 30), (40, 30), (11, 17), (33, 4)]
HOUSE = "POLYGON ((5 5, 20 5, 20 15, 5 15, 5 5), (8 8, 8 12, 12 12, 12 8, 8 8))"
PARTS = "MULTIPOLYGON (((1 1, 9 1, 9 9, 1 1)), ((20 20, 30 20, 30 29.5, 20 20)))"


def place(grid: PixelGrid) -> MapPlace:
    return MapPlace(grid, True, grid.to_pixels)


def described(path: str) -> Raster:
    return describe_raster(RasterSource(path))


def on_map(grid: PixelGrid, wkt: str) -> str:
    """A shape in pixels (column row), as it lies on the map."""
    return _moved(wkt, lambda x, y: tuple(float(it[0]) for it in grid.to_map(*_pair(x, y))))


def _pair(x: float, y: float) -> tuple[np.ndarray, np.ndarray]:
    return np.array([x]), np.array([y])


def _moved(wkt: str, move: object) -> str:
    shape = geometry(wkt)
    for ring in _rings(shape):
        for number, (x, y, *_) in enumerate(ring.GetPoints()):
            ring.SetPoint_2D(number, *move(x, y))  # type: ignore[operator]
    return str(shape.ExportToWkt())


def _rings(shape: ogr.Geometry) -> list[ogr.Geometry]:
    if not shape.GetGeometryCount():
        return [shape]
    parts = [shape.GetGeometryRef(number) for number in range(shape.GetGeometryCount())]
    return [ring for part in parts for ring in _rings(part)]


def test_pixels_run_to_the_right_and_down() -> None:
    grid = pixel_grid(7, 5)
    assert (grid.columns, grid.rows, grid.bounds) == (7, 5, (0, -5, 7, 0))


def test_pixels_lie_nowhere() -> None:
    assert (pixel_grid(7, 5).crs_wkt, pixel_grid(7, 5).is_on_map) == ("", False)


def test_a_raster_keeps_its_pixels(tmp_path: Path) -> None:
    raster = described(write_raster(tmp_path / "image.tif", random_pixels((3, 30, 40)), ROTATED))
    moved = in_pixel_space(raster)
    assert moved.grid == pixel_grid(40, 30)
    pixels = RasterReader(moved).read(moved.grid.crop(4, 3, 9, 8))
    assert np.array_equal(pixels, random_pixels((3, 30, 40))[:, 3:11, 4:13])


@GRIDS
@pytest.mark.parametrize("wkt", [HOUSE, PARTS], ids=["hole", "parts"])
def test_polygons_come_to_the_pixels_they_were_drawn_on(grid: PixelGrid, wkt: str) -> None:
    (blob,) = wkb(on_map(grid, wkt))
    found = ogr.CreateGeometryFromWkb(place(grid).blob_in_pixels(blob))
    expected = geometry(_moved(wkt, lambda x, y: (x, -y)))
    assert found.SymDifference(expected).GetArea() < 1e-6


def test_a_polygon_is_not_changed_in_its_place() -> None:
    (blob,) = wkb(on_map(NORTH_UP, HOUSE))
    before = bytes(blob)
    place(NORTH_UP).blob_in_pixels(blob)
    assert blob == before


@examples
@given(
    st.sampled_from([NORTH_UP, SOUTH_UP, ROTATED]),
    st.floats(0, 40),
    st.floats(0, 30),
    st.floats(0, 360),
    st.floats(0, 9),
    st.floats(0, 9),
)
def test_a_turned_grid_of_pixels_lies_on_the_map_where_its_pixels_lie(
    whole: PixelGrid, column: float, row: float, degrees: float, across: float, down: float
) -> None:
    chip = pixel_grid(40, 30).around(column, row, 9, 9, degrees)
    x, y = chip.to_map(*_pair(across, down))
    expected = np.ravel(whole.to_map(x, -y))
    found = np.ravel(place(whole).grid_on_map(chip).to_map(*_pair(across, down)))
    assert found == pytest.approx(expected, abs=1e-6)


@GRIDS
def test_a_grid_on_the_map_has_the_system_of_the_map(grid: PixelGrid) -> None:
    there = place(grid).grid_on_map(pixel_grid(40, 30))
    assert there.geotransform == pytest.approx(grid.geotransform)
    assert (there.crs_wkt, there.is_on_map) == (UTM, True)


@GRIDS
def test_a_raster_on_the_map_is_read_for_pixels(tmp_path: Path, grid: PixelGrid) -> None:
    path = write_raster(tmp_path / "image.tif", random_pixels((2, 30, 40)), grid)
    reader = ReaderOnMap(RasterReader(described(path), NEAREST), place(grid))
    found = reader.read(pixel_grid(40, 30).crop(3, 7, 12, 10))
    assert np.array_equal(found, random_pixels((2, 30, 40))[:, 7:17, 3:15])


# where an image lies


def with_points(path: Path, move: object, count: int = 6) -> Raster:
    """An image whose corners and some other pixels are known on the map."""
    made = write_raster(path, random_pixels((1, 30, 40)))
    points = [gdal.GCP(*move(c, r), 0, c, r) for c, r in CORNERS[:count]]  # type: ignore[operator]
    gdal.Open(made, gdal.GA_Update).SetGCPs(points, UTM)
    return described(made)


def affine(column: float, row: float) -> tuple[float, float]:
    x, y = ROTATED.to_map(*_pair(column, row))
    return float(x[0]), float(y[0])


def bent(column: float, row: float) -> tuple[float, float]:
    """A polynomial of the second order."""
    x, y = affine(column, row)
    return x + 0.01 * column * row, y + 0.02 * column * column


@GRIDS
def test_a_georeferenced_image_lies_where_it_says(tmp_path: Path, grid: PixelGrid) -> None:
    found = map_place(
        described(write_raster(tmp_path / "image.tif", random_pixels((1, 30, 40)), grid))
    )
    assert found is not None
    assert (found.grid.geotransform, found.is_exact) == (grid.geotransform, True)


def test_of_an_image_without_georeference_nobody_knows_where_it_lies(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "image.tif", random_pixels((1, 30, 40)))
    assert map_place(described(path)) is None


@pytest.mark.parametrize("count", [3, 4, 6])
def test_control_points_say_where_an_image_lies(tmp_path: Path, count: int) -> None:
    found = map_place(with_points(tmp_path / "image.tif", affine, count))
    assert found is not None and not found.is_exact
    x, y = ROTATED.to_map(np.array([7.5, 22.25]), np.array([3.25, 19.5]))
    columns, rows = found.to_pixels(x, y)
    assert columns == pytest.approx([7.5, 22.25], abs=1e-3)
    assert rows == pytest.approx([3.25, 19.5], abs=1e-3)


def test_control_points_have_a_system(tmp_path: Path) -> None:
    found = map_place(with_points(tmp_path / "image.tif", affine))
    assert found is not None
    assert "UTM zone 33N" in found.grid.crs_wkt
    assert found.grid.geotransform == pytest.approx(ROTATED.geotransform, abs=1e-3)


def test_control_points_of_a_bent_image_are_hit(tmp_path: Path) -> None:
    found = map_place(with_points(tmp_path / "image.tif", bent))
    assert found is not None
    points = np.array([bent(*corner) for corner in CORNERS])
    columns, rows = found.to_pixels(points[:, 0].copy(), points[:, 1].copy())
    assert np.stack([columns, rows], 1) == pytest.approx(np.array(CORNERS, float), abs=0.01)


@pytest.mark.parametrize("raising", [False, True], ids=["returns", "raises"])
def test_control_points_on_a_line_are_no_place(tmp_path: Path, raising: bool) -> None:
    raster = with_points(tmp_path / "image.tif", lambda c, r: (5e5 + c, 5e6 + c))
    with gdal_raising(raising), pytest.raises(GdalFailure):
        map_place(raster)


def test_a_turn_about_any_point_is_undone_by_its_inverse() -> None:
    chip = pixel_grid(40, 30).around(11.25, 9.5, 8, 6, 37.0)
    back = chip.around(4, 3, 8, 6, 360 - 37.0)
    expected = pixel_grid(40, 30).turned_window(11.25 - 4, 9.5 - 3, 8, 6, 0)
    assert back.geotransform == pytest.approx(expected.geotransform, abs=1e-9)
    assert math.isclose(chip.cell_area, 1)
