from __future__ import annotations

import pickle
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from osgeo import gdal

from chipwright.core import compressed_tiff
from chipwright.core.compressed_tiff import CompressedTiffEncoding, predictor
from chipwright.core.encodings import is_offered
from chipwright.core.gdal_errors import checked
from chipwright.core.grid import PixelGrid
from chipwright.tests.core.making import (
    NORTH_UP,
    ROTATED,
    SOUTH_UP,
    Array,
    gdal_raising,
    in_memory,
    random_pixels,
)

COMPRESSIONS = [name for name in ("LZW", "DEFLATE", "ZSTD") if is_offered("TIFF", name)]
EVERY_COMPRESSION = pytest.mark.parametrize("compression", COMPRESSIONS)
TYPES = ("uint8", "uint16", "int16", "uint32", "int32", "float32", "float64")
SHAPES = [(3, 16, 16), (1, 1, 1), (4, 17, 5), (12, 9, 33), (1, 3, 70), (3, 256, 256)]


def encoded(
    compression: str, pixels: Array, grid: PixelGrid = NORTH_UP, nodata: float | None = None
) -> bytes:
    ((ending, content),) = CompressedTiffEncoding(compression, nodata).files(pixels, grid)
    assert ending == ".tif"
    return content


def opened(
    compression: str, pixels: Array, grid: PixelGrid = NORTH_UP, nodata: float | None = None
) -> gdal.Dataset:
    return gdal.Open(in_memory(encoded(compression, pixels, grid, nodata)))


@pytest.fixture(autouse=True)
def no_leftovers() -> Iterator[None]:
    gdal.RmdirRecursive("/vsimem/tests_of_chipwright")
    before = set(gdal.ReadDir("/vsimem/") or ())
    yield
    gdal.RmdirRecursive("/vsimem/tests_of_chipwright")
    assert set(gdal.ReadDir("/vsimem/") or ()) == before


@EVERY_COMPRESSION
@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("shape", SHAPES)
def test_pixels_are_read_back_by_gdal(
    compression: str, dtype: str, shape: tuple[int, int, int]
) -> None:
    pixels = random_pixels(shape, dtype)
    read = opened(compression, pixels).ReadAsArray().reshape(shape)
    assert read.dtype == dtype
    assert np.array_equal(read, pixels)


@EVERY_COMPRESSION
@pytest.mark.parametrize("grid", [NORTH_UP, SOUTH_UP, ROTATED], ids=["north", "south", "rotated"])
def test_the_place_on_the_map_is_that_of_the_grid(compression: str, grid: PixelGrid) -> None:
    file = opened(compression, random_pixels((3, 8, 8)), grid)
    assert file.GetGeoTransform() == pytest.approx(grid.geotransform, rel=1e-15)
    assert file.GetSpatialRef().GetAuthorityCode(None) == "32633"


def test_an_image_on_no_map_has_no_place() -> None:
    grid = PixelGrid(8, 8, (5.0, 1.0, 0.0, 5.0, 0.0, 1.0), is_on_map=False)
    file = opened("LZW", random_pixels((3, 8, 8)), grid)
    assert (file.GetGeoTransform(can_return_null=True), file.GetSpatialRef()) == (None, None)


@EVERY_COMPRESSION
@pytest.mark.parametrize("nodata", [None, -9999.0])
def test_nodata_is_that_of_all_bands(compression: str, nodata: float | None) -> None:
    file = opened(compression, random_pixels((3, 8, 8), "int16"), nodata=nodata)
    assert [file.GetRasterBand(band).GetNoDataValue() for band in (1, 2, 3)] == [nodata] * 3


@EVERY_COMPRESSION
def test_gdal_sees_the_compression_and_that_pixels_are_interleaved(compression: str) -> None:
    file = opened(compression, random_pixels((3, 8, 8)))
    structure = file.GetMetadata("IMAGE_STRUCTURE")
    assert structure["COMPRESSION"] == compression and structure["INTERLEAVE"] == "PIXEL"
    assert file.GetRasterBand(1).GetBlockSize() == [8, 8]


@EVERY_COMPRESSION
@pytest.mark.parametrize(
    ("dtype", "number"), [("uint8", "2"), ("int16", "2"), ("uint32", "2"), ("float32", "3")]
)
def test_gdal_sees_the_predictor(compression: str, dtype: str, number: str) -> None:
    """DEFLATE has none that only some readers know."""
    file = opened(compression, random_pixels((3, 8, 8), dtype))
    expected = "2" if compression == "DEFLATE" else number
    assert file.GetMetadataItem("PREDICTOR", "IMAGE_STRUCTURE") == expected


def test_numbers_of_64_bits_have_no_predictor_that_only_some_readers_know() -> None:
    assert predictor("DEFLATE", np.dtype("float64")) == predictor("LZW", np.dtype("int64")) == 1


@EVERY_COMPRESSION
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_what_changes_little_is_stored_in_less(compression: str, dtype: str) -> None:
    row, column = np.mgrid[:128, :128]
    pixels = np.stack([row + column, row * 2, column]).astype(dtype)
    assert len(encoded(compression, pixels)) < pixels.nbytes / 3


@EVERY_COMPRESSION
def test_a_file_does_not_depend_on_how_gdal_fails(compression: str) -> None:
    pixels = random_pixels((3, 16, 16))
    with gdal_raising(True):
        raising = encoded(compression, pixels)
    assert raising == encoded(compression, pixels)


@EVERY_COMPRESSION
def test_it_goes_to_workers(compression: str) -> None:
    pixels = random_pixels((3, 16, 16))
    there = pickle.loads(pickle.dumps(CompressedTiffEncoding(compression, 7.0)))
    ((_, content),) = there.files(pixels, NORTH_UP)
    assert content == encoded(compression, pixels, nodata=7.0)


@pytest.mark.parametrize("most", [255, 1], ids=["any values", "zeros"])
@pytest.mark.parametrize("compression", ["LZW", "DEFLATE"])
def test_a_chip_is_whole_though_somebody_else_holds_its_dataset(
    compression: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a profiler or a debugger does that looks at the variables of a running function."""
    pixels = np.random.default_rng(0).integers(0, most, (3, 40, 50), np.uint8)
    grid = PixelGrid(50, 40, (500.0, 2.0, 0.0, 900.0, 0.0, -2.0))
    encoding = CompressedTiffEncoding(compression)
    ((_, expected),) = encoding.files(pixels, grid)
    held: list[Any] = []
    monkeypatch.setattr(
        compressed_tiff,
        "checked",
        lambda made, messages: held.append(made) or checked(made, messages),
    )
    ((_, found),) = encoding.files(pixels, grid)
    assert found == expected
