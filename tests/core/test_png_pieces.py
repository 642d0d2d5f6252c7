from __future__ import annotations

import pickle
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from osgeo import gdal

from chipwright.core.grid import PixelGrid
from chipwright.core.png import png
from chipwright.core.png_pieces import PngPiecesEncoding
from chipwright.core.shared_pieces import Overlap
from chipwright.tests.core.making import NORTH_UP, Array, examples, in_memory, random_pixels


@pytest.fixture(autouse=True)
def no_leftovers() -> Iterator[None]:
    yield
    gdal.RmdirRecursive("/vsimem/tests_of_chipwright")


def strip_of(bands: int, rows: int, columns: int, dtype: str = "uint8") -> Array:
    """Noise (band, row, column) beside flat patches, read-only as strips are."""
    noise = random_pixels((rows, columns, bands), dtype)
    pixels = np.where(np.arange(columns)[:, None] % 20 < 10, noise, noise.dtype.type(7))
    pixels.flags.writeable = False
    return pixels.transpose(2, 0, 1)


def image(encoding: PngPiecesEncoding, pixels: Array) -> bytes:
    return dict(encoding.files(pixels, NORTH_UP))[".png"]


@given(
    bands=st.sampled_from([1, 3]),
    dtype=st.sampled_from(["uint8", "uint16"]),
    piece=st.integers(1, 5),
    pieces_a_stride=st.integers(1, 3),
    more=st.integers(0, 9),
    columns=st.integers(1, 40),
)
@examples
def test_chips_of_a_strip_are_read_back_by_gdal(
    bands: int, dtype: str, piece: int, pieces_a_stride: int, more: int, columns: int
) -> None:
    stride = piece * pieces_a_stride
    rows = stride + more
    encoding = PngPiecesEncoding(Overlap(rows, stride, piece))
    strip = strip_of(bands, rows + 3 * stride, columns, dtype)
    for top in range(0, 3 * stride + 1, stride):
        chip = strip[:, top : top + rows]
        read = gdal.Open(in_memory(image(encoding, chip), ".png")).ReadAsArray()
        assert read.dtype == dtype
        assert np.array_equal(read.reshape(chip.shape), chip)


def test_a_chip_is_the_same_file_alone_and_beside_others() -> None:
    strip = strip_of(3, 64, 32)
    together = PngPiecesEncoding(Overlap(32, 16, 16))
    for top in (0, 16, 32):
        chip = strip[:, top : top + 32]
        alone = PngPiecesEncoding(Overlap(32, 16, 16))
        assert image(together, chip) == image(alone, chip.copy())


def test_the_files_beside_the_image_are_those_of_any_png() -> None:
    encoding = PngPiecesEncoding(Overlap(8, 4, 4))
    assert [ending for ending, _ in encoding.files(strip_of(3, 8, 8), NORTH_UP)] == [
        ".png",
        ".pgw",
        ".prj",
    ]
    grid = PixelGrid(8, 8, (0.0, 1.0, 0.0, 0.0, 0.0, 1.0), is_on_map=False)
    assert [ending for ending, _ in encoding.files(strip_of(3, 8, 8), grid)] == [".png"]


def test_it_goes_to_workers() -> None:
    encoding = PngPiecesEncoding(Overlap(8, 4, 4))
    chip = strip_of(3, 8, 8)
    assert image(pickle.loads(pickle.dumps(encoding)), chip) == image(encoding, chip)


def with_runs(rows: int, columns: int) -> Array:
    """As of an image that was JPEG once: neighbours are alike."""
    pixels = np.repeat(random_pixels((rows, columns // 4, 3)), 4, axis=1)
    pixels.flags.writeable = False
    return pixels.transpose(2, 0, 1)


def test_chips_with_runs_are_compressed_whole_where_half_of_each_is_fresh() -> None:
    """Their pieces would be larger, and hardly sooner there."""
    chip = with_runs(64, 64)
    assert image(PngPiecesEncoding(Overlap(64, 32, 32)), chip) == png(chip)


def test_chips_with_runs_are_made_of_pieces_where_little_of_each_is_fresh() -> None:
    chip = with_runs(64, 64)
    file = image(PngPiecesEncoding(Overlap(64, 16, 16)), chip)
    assert file.count(b"IDAT") == 4 + 2
    assert np.array_equal(gdal.Open(in_memory(file, ".png")).ReadAsArray(), chip)


def test_a_chip_of_noise_is_made_of_pieces_where_half_is_fresh() -> None:
    file = image(PngPiecesEncoding(Overlap(64, 32, 32)), random_pixels((3, 64, 64)))
    assert file.count(b"IDAT") == 2 + 2
