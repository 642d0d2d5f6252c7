from __future__ import annotations

import pickle
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from osgeo import gdal

from chipwright.core.deflated_tiff import DeflatedTiffEncoding
from chipwright.core.grid import PixelGrid
from chipwright.tests.core.making import (
    NORTH_UP,
    ROTATED,
    SOUTH_UP,
    Array,
    examples,
    in_memory,
    random_pixels,
)

MASK = np.kron(np.array([[[0, 3], [7, 0]]], np.uint8), np.ones((1, 64, 64), np.uint8))
masks = st.tuples(
    st.integers(1, 3), st.integers(1, 20), st.integers(1, 20), st.sampled_from(["u1", "u2", "u4"])
).flatmap(lambda it: arrays(it[3], it[:3]))


def encoded(pixels: Array, grid: PixelGrid = NORTH_UP) -> bytes:
    ((ending, content),) = DeflatedTiffEncoding().files(pixels, grid)
    assert ending == ".tif"
    return bytes(content)


def opened(pixels: Array, grid: PixelGrid = NORTH_UP) -> gdal.Dataset:
    return gdal.Open(in_memory(encoded(pixels, grid)))


@pytest.fixture(autouse=True)
def no_leftovers() -> Iterator[None]:
    yield
    gdal.RmdirRecursive("/vsimem/tests_of_chipwright")


@given(pixels=masks)
@examples
def test_pixels_are_read_back_by_gdal(pixels: Array) -> None:
    read = opened(pixels).ReadAsArray().reshape(pixels.shape)
    assert read.dtype == pixels.dtype
    assert np.array_equal(read, pixels)


@pytest.mark.parametrize("shape", [(1, 255, 257), (1, 256, 256), (1, 300, 500)])
def test_noise_that_only_grows_is_read_back_by_gdal(shape: tuple[int, int, int]) -> None:
    pixels = random_pixels(shape)
    assert np.array_equal(opened(pixels).ReadAsArray(), pixels[0])


def test_gdal_sees_the_compression() -> None:
    structure = opened(MASK).GetMetadata("IMAGE_STRUCTURE")
    assert structure["COMPRESSION"] == "DEFLATE" and "PREDICTOR" not in structure


@pytest.mark.parametrize("grid", [NORTH_UP, SOUTH_UP, ROTATED], ids=["north", "south", "rotated"])
def test_the_place_on_the_map_is_that_of_the_grid(grid: PixelGrid) -> None:
    file = opened(MASK, grid)
    assert file.GetGeoTransform() == pytest.approx(grid.geotransform, rel=1e-15)
    assert file.GetSpatialRef().GetAuthorityCode(None) == "32633"


def test_masks_are_stored_in_little() -> None:
    assert len(encoded(MASK)) < MASK.size / 10


def test_chips_one_after_the_other_do_not_disturb_each_other() -> None:
    encoding = DeflatedTiffEncoding()
    contents = [
        bytes(file) for value in (1, 2) for _, file in encoding.files(MASK * value, NORTH_UP)
    ]
    assert contents == [encoded(MASK), encoded(MASK * 2)]


def test_it_goes_to_workers() -> None:
    ((_, content),) = pickle.loads(pickle.dumps(DeflatedTiffEncoding())).files(MASK, NORTH_UP)
    assert content == encoded(MASK)
