from __future__ import annotations

import pickle
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from osgeo import gdal

from chipwright.core.compressed_tiff import CompressedTiffEncoding, creation_options, predictor
from chipwright.core.encodings import is_offered
from chipwright.core.grid import PixelGrid
from chipwright.core.shared_pieces import Overlap
from chipwright.tests.core.gdal_tiffs import written_by_gdal
from chipwright.tests.core.making import (
    NORTH_UP,
    ROTATED,
    SOUTH_UP,
    Array,
    examples,
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
@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("grid", [NORTH_UP, ROTATED], ids=["north", "rotated"])
def test_a_file_is_byte_by_byte_that_of_gdal(compression: str, dtype: str, grid: PixelGrid) -> None:
    pixels = random_pixels((3, 150, 200), dtype)
    kind = predictor(compression, pixels.dtype)
    options = (*creation_options(compression), f"PREDICTOR={kind}")
    assert encoded(compression, pixels, grid, 5) == written_by_gdal(pixels, grid, 5, options)


@EVERY_COMPRESSION
@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize(
    ("rows", "stride", "piece"),
    [(128, 64, 64), (128, 64, 32), (30, 20, 10), (30, 21, 7), (256, 4, 4)],
)
def test_chips_that_overlap_are_byte_by_byte_those_of_gdal_with_such_strips(
    compression: str, dtype: str, rows: int, stride: int, piece: int
) -> None:
    pixels = random_pixels((rows + 3 * stride, 200, 3), dtype)
    pixels.flags.writeable = False
    kind = predictor(compression, pixels.dtype)
    options = (*creation_options(compression), f"PREDICTOR={kind}")
    encoding = CompressedTiffEncoding(compression, 5, Overlap(rows, stride, piece))
    for top in range(0, 3 * stride + 1, stride):
        chip = pixels.transpose(2, 0, 1)[:, top : top + rows, 50:180]
        ((_, content),) = encoding.files(chip, NORTH_UP)
        assert content == written_by_gdal(chip, NORTH_UP, 5, options, piece)


@EVERY_COMPRESSION
@given(data=st.data())
@examples
def test_any_pixels_come_back_one_image_after_the_other(
    compression: str, data: st.DataObject
) -> None:
    dtype = data.draw(st.sampled_from(TYPES))
    shapes = array_shapes(min_dims=3, max_dims=3, max_side=7)
    encoding = CompressedTiffEncoding(compression, 0.0)
    for pixels in data.draw(st.lists(arrays(dtype, shapes), min_size=1, max_size=3)):
        ((_, content),) = encoding.files(pixels, NORTH_UP)
        read = gdal.Open(in_memory(content)).ReadAsArray().reshape(pixels.shape)
        assert read.tobytes() == pixels.tobytes()


@EVERY_COMPRESSION
def test_a_view_into_a_strip_of_whole_pixels_is_encoded_as_a_copy_of_it(compression: str) -> None:
    strip = random_pixels((40, 60, 3), "uint16").transpose(2, 0, 1)
    chip = strip[:, 3:19, 7:23]
    assert encoded(compression, chip) == encoded(compression, chip.copy())


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


@EVERY_COMPRESSION
def test_how_chips_overlap_goes_to_workers(compression: str) -> None:
    pixels = random_pixels((3, 16, 16))
    here = CompressedTiffEncoding(compression, 7.0, Overlap(16, 8, 8))
    there = pickle.loads(pickle.dumps(here))
    assert list(there.files(pixels, NORTH_UP)) == list(here.files(pixels, NORTH_UP))
