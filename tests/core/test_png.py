from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from osgeo import gdal

from chipwright.core.grid import PixelGrid
from chipwright.core.png import PngEncoding, png
from chipwright.tests.core.making import NORTH_UP, Array, examples, in_memory, random_pixels

FLAT = np.full((3, 32, 32), 200, np.uint8)


@pytest.fixture(autouse=True)
def no_leftovers() -> Iterator[None]:
    yield
    gdal.RmdirRecursive("/vsimem/tests_of_chipwright")


def opened(content: bytes) -> gdal.Dataset:
    return gdal.Open(in_memory(content, ".png"))


def chunks(content: bytes) -> Iterator[tuple[bytes, bytes, int]]:
    """Name, body and check sum of each chunk."""
    at = 8
    while at < len(content):
        size, name = struct.unpack_from(">I4s", content, at)
        yield (
            name,
            content[at + 8 : at + 8 + size],
            *struct.unpack_from(">I", content, at + 8 + size),
        )
        at += size + 12


images = st.tuples(
    st.sampled_from([1, 3]), st.integers(1, 20), st.integers(1, 20), st.sampled_from(["u1", "u2"])
).flatmap(lambda it: arrays(it[3], it[:3]))


@given(pixels=images, level=st.sampled_from([0, 1]))
@examples
def test_pixels_are_read_back_by_gdal(pixels: Array, level: int) -> None:
    read = opened(png(pixels, level)).ReadAsArray().reshape(pixels.shape)
    assert read.dtype == pixels.dtype
    assert np.array_equal(read, pixels)


@given(pixels=images)
@examples
def test_every_chunk_has_its_check_sum(pixels: Array) -> None:
    found = list(chunks(png(pixels)))
    assert [name for name, _, _ in found] == [b"IHDR", b"IDAT", b"IEND"]
    assert [check for _, _, check in found] == [zlib.crc32(name + body) for name, body, _ in found]


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
@pytest.mark.parametrize("bands", [1, 3])
def test_a_chip_of_the_usual_size_is_read_back_by_gdal(bands: int, dtype: str) -> None:
    pixels = random_pixels((bands, 256, 256), dtype)
    assert np.array_equal(opened(png(pixels)).ReadAsArray().reshape(pixels.shape), pixels)


def test_pixels_in_another_order_of_bytes_are_the_same_picture() -> None:
    pixels = random_pixels((3, 9, 11), "uint16")
    assert png(pixels.astype(">u2")) == png(pixels)


def test_bands_are_colours() -> None:
    file = opened(png(random_pixels((3, 4, 4))))
    colours = [file.GetRasterBand(band).GetColorInterpretation() for band in (1, 2, 3)]
    assert colours == [gdal.GCI_RedBand, gdal.GCI_GreenBand, gdal.GCI_BlueBand]


def test_one_band_is_grey() -> None:
    file = opened(png(random_pixels((1, 4, 4))))
    assert file.GetRasterBand(1).GetColorInterpretation() == gdal.GCI_GrayIndex


def test_what_repeats_is_stored_in_little() -> None:
    assert len(png(FLAT)) < FLAT.size / 20


def test_level_0_stores_every_byte() -> None:
    assert len(png(FLAT, 0)) > FLAT.size


def test_a_smooth_picture_is_about_as_small_as_gdal_makes_it(tmp_path: Path) -> None:
    row, column = np.mgrid[:128, :128]
    noise = random_pixels((3, 128, 128)) % 5
    pixels = (100 + 50 * np.sin(row / 20) + column / 2 + noise).astype(np.uint8)
    source = gdal.GetDriverByName("MEM").Create("", 128, 128, 3)
    source.WriteArray(pixels)
    path = str(tmp_path / "gdal.png")
    gdal.GetDriverByName("PNG").CreateCopy(path, source, options=["ZLEVEL=1"])
    assert len(png(pixels)) < 1.1 * Path(path).stat().st_size


def test_the_place_on_the_map_lies_beside_the_image() -> None:
    files = PngEncoding().files(random_pixels((3, 8, 8)), NORTH_UP)
    assert [ending for ending, _ in files] == [".png", ".pgw", ".prj"]


def test_an_image_on_no_map_lies_alone() -> None:
    grid = PixelGrid(8, 8, (0.0, 1.0, 0.0, 0.0, 0.0, 1.0), is_on_map=False)
    assert [ending for ending, _ in PngEncoding().files(FLAT, grid)] == [".png"]
