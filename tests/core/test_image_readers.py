from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from osgeo import gdal

from chipwright.core.errors import InvalidRequest
from chipwright.core.grid import PixelGrid
from chipwright.core.image import Image, image_of
from chipwright.core.image_readers import raster_on
from chipwright.core.pixel_space import pixel_grid
from chipwright.core.raster import Raster, describe_raster
from chipwright.core.raster_reader import RasterReader
from chipwright.core.request import ExportRequest, RasterSource, Size
from chipwright.core.warping import NEAREST
from chipwright.tests.core.making import (
    NORTH_UP,
    ROTATED,
    UTM,
    Array,
    random_pixels,
    write_raster,
)

GRIDS = pytest.mark.parametrize("grid", [NORTH_UP, ROTATED], ids=["north up", "rotated"])
PIXELS = {"reference_system": "PIXEL_SPACE"}
FAR = PixelGrid(40, 30, (600_000.0, 2.0, 0.0, 5_400_000.0, 0.0, -2.0), UTM)
WINDOW = (5, 3, 20, 16)


def image(path: str, **settings: Any) -> Image:
    given = {"metadata_format": "Export_Tiles", "tile_size": Size(8, 8), **settings}
    return image_of(ExportRequest(RasterSource(path), "chips", **given))


def raster(path: str) -> Raster:
    return describe_raster(RasterSource(path))


def reader(raster: Raster) -> RasterReader:
    return RasterReader(raster, NEAREST)


def read(image: Image, second: Raster, grid: PixelGrid) -> Array:
    return raster_on(image, second, "inputClassData").reader(reader(second)).read(grid)


@pytest.fixture
def numbers() -> Array:
    return random_pixels((1, 30, 40), seed=4)


@GRIDS
def test_on_the_map_a_raster_is_read_where_it_lies(
    tmp_path: Path, numbers: Array, grid: PixelGrid
) -> None:
    first = image(write_raster(tmp_path / "image.tif", numbers, grid))
    second = raster(
        write_raster(tmp_path / "second.tif", numbers[:, 3:19, 5:25], grid.crop(*WINDOW))
    )
    found = read(first, second, grid)
    assert np.array_equal(found[:, 3:19, 5:25], numbers[:, 3:19, 5:25])
    assert found.sum() == numbers[:, 3:19, 5:25].sum()


@GRIDS
def test_on_stored_pixels_a_raster_with_a_place_is_read_where_it_lies(
    tmp_path: Path, numbers: Array, grid: PixelGrid
) -> None:
    first = image(write_raster(tmp_path / "image.tif", numbers, grid), **PIXELS)
    second = raster(
        write_raster(tmp_path / "second.tif", numbers[:, 3:19, 5:25], grid.crop(*WINDOW))
    )
    found = read(first, second, pixel_grid(40, 30))
    assert np.array_equal(found[:, 3:19, 5:25], numbers[:, 3:19, 5:25])
    assert found.sum() == numbers[:, 3:19, 5:25].sum()


@pytest.mark.parametrize("first_lies", [False, True], ids=["nowhere", "on the map"])
@pytest.mark.parametrize("second_lies", [False, True], ids=["nowhere", "on the map"])
def test_on_stored_pixels_rasters_are_laid_pixel_upon_pixel(
    tmp_path: Path, numbers: Array, first_lies: bool, second_lies: bool
) -> None:
    """Unless both are georeferenced: these lie on the same place."""
    first = write_raster(tmp_path / "image.tif", numbers, ROTATED if first_lies else None)
    second = write_raster(tmp_path / "second.tif", numbers, ROTATED if second_lies else None)
    found = read(image(first, **PIXELS), raster(second), pixel_grid(40, 30).crop(4, 5, 9, 8))
    assert np.array_equal(found, numbers[:, 5:13, 4:13])


def test_turned_chips_of_stored_pixels_are_read_likewise(tmp_path: Path, numbers: Array) -> None:
    path = write_raster(tmp_path / "image.tif", numbers, ROTATED)
    grid = pixel_grid(40, 30).around(20, 15, 12, 8, 90)
    found = read(image(path, **PIXELS), raster(path), grid)
    assert np.array_equal(found, np.rot90(numbers[:, 9:21, 16:24], axes=(1, 2)))


def test_a_raster_is_laid_upon_an_image_with_control_points(tmp_path: Path, numbers: Array) -> None:
    """Where these lie is not exact enough to lay it upon the map."""
    path = write_raster(tmp_path / "image.tif", numbers)
    points = [gdal.GCP(*at) for at in ((0, 9, 0, 0, 0), (40, 9, 0, 40, 0), (0, 0, 0, 0, 30))]
    gdal.Open(path, gdal.GA_Update).SetGCPs(points, UTM)
    second = raster(write_raster(tmp_path / "second.tif", numbers, FAR))
    assert np.array_equal(read(image(path, **PIXELS), second, pixel_grid(40, 30)), numbers)


# what is refused


@pytest.mark.parametrize("settings", [{}, PIXELS], ids=["map", "pixels"])
def test_a_raster_that_lies_elsewhere_is_refused(
    tmp_path: Path, numbers: Array, settings: dict[str, str]
) -> None:
    first = image(write_raster(tmp_path / "image.tif", numbers, NORTH_UP), **settings)
    second = raster(write_raster(tmp_path / "second.tif", numbers, FAR))
    with pytest.raises(InvalidRequest, match="does not lie on inputRaster") as caught:
        raster_on(first, second, "additionalInputRaster")
    assert caught.value.parameter == "additionalInputRaster"


@pytest.mark.parametrize("settings", [{}, PIXELS], ids=["map", "pixels"])
def test_one_of_many_may_lie_elsewhere(
    tmp_path: Path, numbers: Array, settings: dict[str, str]
) -> None:
    first = image(write_raster(tmp_path / "image.tif", numbers, NORTH_UP), **settings)
    second = raster(write_raster(tmp_path / "second.tif", numbers, FAR))
    placed = raster_on(first, second, "inputClassData", may_lie_elsewhere=True)
    assert not placed.reader(reader(second)).read(first.grid).any()


@pytest.mark.parametrize("size", [(29, 40), (30, 41), (40, 30)])
@pytest.mark.parametrize("lies", [False, True], ids=["nowhere", "on the map"])
def test_on_stored_pixels_a_raster_of_another_size_is_refused(
    tmp_path: Path, numbers: Array, size: tuple[int, int], lies: bool
) -> None:
    first = image(write_raster(tmp_path / "image.tif", numbers), **PIXELS)
    grid = NORTH_UP if lies else None
    second = raster(write_raster(tmp_path / "second.tif", random_pixels((1, *size)), grid))
    with pytest.raises(InvalidRequest, match=f"has {size[1]} × {size[0]} pixels") as caught:
        raster_on(first, second, "inputClassData")
    assert caught.value.parameter == "inputClassData"
