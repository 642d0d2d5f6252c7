from __future__ import annotations

import pickle
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Optional

import numpy as np
import pytest
from osgeo import gdal

from chipwright.core.grid import PixelGrid
from chipwright.core.tiff import TiffEncoding
from chipwright.core.tiff_templates import TEMPLATES_KEPT
from chipwright.tests.core.gdal_tiffs import written_by_gdal
from chipwright.tests.core.making import (
    NORTH_UP,
    ROTATED,
    SOUTH_UP,
    Array,
    crs,
    gdal_raising,
    in_memory,
    random_pixels,
)

TYPES = ("uint8", "uint16", "int16", "uint32", "int32", "float32", "float64")
DEGREES = PixelGrid(16, 16, (13.25, 1e-5, 0.0, 52.5, 0.0, -1e-5), crs(4326))
AT_THE_ORIGIN = PixelGrid(16, 16, (0.0, 1.0, 0.0, 0.0, 0.0, -1.0), NORTH_UP.crs_wkt)
UNREFERENCED = PixelGrid(16, 16, (0.0, 1.0, 0.0, 0.0, 0.0, 1.0))
GRIDS = {
    "north up": NORTH_UP,
    "south up": SOUTH_UP,
    "rotated": ROTATED,
    "degrees": DEGREES,
    "at the origin": AT_THE_ORIGIN,
    "no system": PixelGrid(16, 16, NORTH_UP.geotransform),
    "pixels": UNREFERENCED,
}
EVERY_GRID = pytest.mark.parametrize("grid", GRIDS.values(), ids=GRIDS.keys())
SIZES = pytest.mark.parametrize(
    "shape", [(3, 16, 16), (1, 1, 1), (3, 1, 1), (4, 17, 5), (12, 9, 33), (1, 3, 70), (3, 256, 256)]
)


def encoded(pixels: Array, grid: PixelGrid, nodata: Optional[float] = None) -> bytes:
    ((ending, content),) = TiffEncoding(nodata).files(pixels, grid)
    assert ending == ".tif"
    return bytes(content)


def opened(pixels: Array, grid: PixelGrid, nodata: Optional[float] = None) -> gdal.Dataset:
    return gdal.Open(in_memory(encoded(pixels, grid, nodata)))


@pytest.fixture(autouse=True)
def no_leftovers() -> Iterator[None]:
    yield
    gdal.RmdirRecursive("/vsimem/tests_of_chipwright")


@SIZES
@pytest.mark.parametrize("dtype", TYPES)
def test_pixels_are_read_back_by_gdal(dtype: str, shape: tuple[int, int, int]) -> None:
    pixels = random_pixels(shape, dtype)
    assert np.array_equal(opened(pixels, NORTH_UP).ReadAsArray().reshape(shape), pixels)


@pytest.mark.parametrize("dtype", TYPES)
def test_the_type_is_that_of_the_pixels(dtype: str) -> None:
    assert opened(random_pixels((2, 4, 4), dtype), NORTH_UP).ReadAsArray().dtype == dtype


@EVERY_GRID
def test_the_geotransform_is_that_of_the_grid(grid: PixelGrid) -> None:
    got = opened(random_pixels((1, 4, 4)), grid).GetGeoTransform()
    assert got == pytest.approx(grid.geotransform, rel=1e-15)


@pytest.mark.parametrize("grid", [NORTH_UP, ROTATED, DEGREES], ids=["UTM", "rotated", "degrees"])
def test_the_system_is_that_of_the_grid(grid: PixelGrid) -> None:
    got = opened(random_pixels((1, 4, 4)), grid).GetSpatialRef()
    assert got.GetAuthorityCode(None) == {DEGREES: "4326"}.get(grid, "32633")


def test_without_a_system_there_is_none() -> None:
    assert opened(random_pixels((1, 4, 4)), GRIDS["no system"]).GetSpatialRef() is None


@pytest.mark.parametrize("bands", [1, 2, 3, 4, 12])
def test_nodata_is_that_of_all_bands(bands: int) -> None:
    file = opened(random_pixels((bands, 4, 4), "int16"), NORTH_UP, -9999)
    values = [file.GetRasterBand(band + 1).GetNoDataValue() for band in range(bands)]
    assert values == [-9999] * bands


def test_without_nodata_there_is_none() -> None:
    file = opened(random_pixels((1, 4, 4)), NORTH_UP)
    assert file.GetRasterBand(1).GetNoDataValue() is None


def test_nodata_may_be_nan() -> None:
    file = opened(random_pixels((1, 4, 4), "float32"), NORTH_UP, float("nan"))
    assert np.isnan(file.GetRasterBand(1).GetNoDataValue())


@pytest.mark.parametrize("bands", [2, 3, 4, 12])
def test_pixels_are_interleaved(bands: int) -> None:
    file = opened(random_pixels((bands, 4, 4)), NORTH_UP)
    assert file.GetMetadataItem("INTERLEAVE", "IMAGE_STRUCTURE") == "PIXEL"


def test_pixels_are_not_compressed() -> None:
    file = opened(random_pixels((3, 4, 4)), NORTH_UP)
    assert file.GetMetadataItem("COMPRESSION", "IMAGE_STRUCTURE") is None


@EVERY_GRID
@SIZES
@pytest.mark.parametrize("nodata", [None, 7.0], ids=["all data", "nodata"])
def test_the_file_is_byte_for_byte_what_gdal_writes(
    shape: tuple[int, int, int], grid: PixelGrid, nodata: Optional[float]
) -> None:
    pixels = random_pixels(shape)
    assert encoded(pixels, grid, nodata) == written_by_gdal(pixels, grid, nodata)


@pytest.mark.parametrize("dtype", TYPES)
def test_the_file_is_what_gdal_writes_in_every_type(dtype: str) -> None:
    pixels = random_pixels((4, 9, 11), dtype)
    assert encoded(pixels, ROTATED, 0) == written_by_gdal(pixels, ROTATED, 0)


@EVERY_GRID
def test_the_next_chip_has_its_own_pixels_and_position(grid: PixelGrid) -> None:
    encoding = TiffEncoding()
    first, second = random_pixels((3, 8, 8), seed=1), random_pixels((3, 8, 8), seed=2)
    for _ in encoding.files(first, grid.crop(0, 0, 8, 8)):
        pass
    ((_, content),) = encoding.files(second, grid.crop(5, 3, 8, 8))
    assert bytes(content) == written_by_gdal(second, grid.crop(5, 3, 8, 8), None)


def test_chips_of_several_layouts_take_turns() -> None:
    encoding = TiffEncoding()
    chips = [
        (random_pixels(shape, dtype), grid)
        for grid in (NORTH_UP, ROTATED, DEGREES)
        for shape, dtype in (((3, 8, 8), "uint8"), ((1, 8, 8), "uint8"), ((1, 8, 8), "uint16"))
    ]
    for pixels, grid in chips * 2:
        ((_, content),) = encoding.files(pixels, grid)
        assert bytes(content) == written_by_gdal(pixels, grid, None)


def test_views_into_a_strip_are_encoded_like_copies() -> None:
    strip = random_pixels((40, 60, 3)).transpose(2, 0, 1)
    strip.flags.writeable = False
    chip = strip[:, 3:19, 7:23]
    assert encoded(chip, NORTH_UP) == encoded(chip.copy(), NORTH_UP)


def test_threads_do_not_share_a_template() -> None:
    encoding = TiffEncoding()
    chips = [random_pixels((3, 64, 64), seed=seed) for seed in range(40)]

    def encode(pixels: Array) -> bytes:
        ((_, content),) = encoding.files(pixels, NORTH_UP)
        return bytes(content)

    with ThreadPoolExecutor(4) as pool:
        got = list(pool.map(encode, chips))
    assert got == [encoded(pixels, NORTH_UP) for pixels in chips]


def test_an_encoding_goes_to_workers() -> None:
    encoding = TiffEncoding(-9999)
    pixels = random_pixels((1, 4, 4), "int16")
    expected = [bytes(content) for _, content in encoding.files(pixels, NORTH_UP)]
    there = pickle.loads(pickle.dumps(encoding))
    assert [bytes(content) for _, content in there.files(pixels, NORTH_UP)] == expected


def test_a_file_does_not_depend_on_how_gdal_fails() -> None:
    pixels = random_pixels((3, 4, 4))
    with gdal_raising(True):
        raising = encoded(pixels, NORTH_UP)
    assert raising == encoded(pixels, NORTH_UP)


def test_templates_leave_nothing_in_memory() -> None:
    encoded(random_pixels((3, 4, 4)), NORTH_UP)
    assert [name for name in gdal.ReadDir("/vsimem/") or () if name.endswith(".tif")] == []


def test_chips_of_ever_new_sizes_are_right() -> None:
    """More of them than layouts are kept."""
    encoding = TiffEncoding()
    sizes = [(columns, 3) for columns in range(1, TEMPLATES_KEPT + 9)]
    for columns, rows in [*sizes, *sizes]:
        pixels = random_pixels((1, rows, columns))
        ((_, content),) = encoding.files(pixels, NORTH_UP.crop(0, 0, columns, rows))
        assert np.array_equal(gdal.Open(in_memory(content)).ReadAsArray(), pixels[0])
