from __future__ import annotations

from pathlib import Path
from typing import Optional

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from osgeo import gdal

from chipwright.core.measuring import filled, fitting, measured
from chipwright.core.plan import Plan, Strip
from chipwright.core.raster import describe_raster
from chipwright.core.raster_masks import RasterMask
from chipwright.core.raster_reader import RasterReader
from chipwright.core.request import RasterSource, Size
from chipwright.core.statistics import AnyBandStatistics, BandStatistics, added
from chipwright.tests.core.making import (
    NORTH_UP,
    Array,
    examples,
    random_pixels,
    whole_strip,
    write_raster,
)

TILE = Size(16, 12)
PART = st.tuples(st.integers(0, 9), st.integers(0, 7), st.integers(10, 20), st.integers(8, 15))


def reader_of(path: str) -> RasterReader:
    return RasterReader(describe_raster(RasterSource(path)))


@pytest.fixture
def image(tmp_path: Path) -> RasterReader:
    pixels = random_pixels((2, 30, 40)).clip(1)
    pixels[:, 5:20, 10:25] = 0
    pixels[0, :, :8] = 0
    return reader_of(write_raster(tmp_path / "image.tif", pixels, NORTH_UP, 0))


def padded(grid_size: tuple[int, int] = (40, 30)) -> Strip:
    (strip,) = Plan(NORTH_UP.crop(0, 0, *grid_size), TILE, TILE, 1, "pad").strips()
    return strip


# what is filled up


@examples
@given(PART, st.sampled_from([None, 7.0, -3.0]))
def test_filling_is_all_that_is_not_image(
    part: tuple[int, int, int, int], nodata: Optional[float]
) -> None:
    left, top, right, bottom = part
    pixels = random_pixels((2, 15, 20), "int16")
    found = filled(pixels, part, [nodata, None])
    expected = np.zeros_like(pixels)
    expected[0] = nodata or 0
    expected[:, top:bottom, left:right] = pixels[:, top:bottom, left:right]
    assert np.array_equal(found, expected)


@pytest.mark.parametrize(
    ("value", "dtype", "expected"),
    [
        (None, "uint8", 0),
        (255, "uint8", 255),
        (256, "uint8", 0),
        (-1, "uint8", 0),
        (-9999, "int16", -9999),
        (0.5, "int16", 0),
        (0.5, "float32", 0.5),
        (-3.4e38, "float32", -3.4e38),
        (float("inf"), "int32", 0),
    ],
)
def test_what_pixels_cannot_be_is_filled_with_nought(
    value: Optional[float], dtype: str, expected: float
) -> None:
    assert fitting(value, np.dtype(dtype)) == expected


def test_a_no_data_value_that_is_no_number_fits_real_numbers_only() -> None:
    nan = float("nan")
    assert np.isnan(fitting(nan, np.dtype("float32")))
    assert fitting(nan, np.dtype("uint8")) == 0


# shares of data


def shares(strip: Strip, is_data: Array) -> list[float]:
    """By numpy: is_data is (row, column) of the image; nothing lies around it."""
    whole = np.zeros((strip.grid.rows, strip.grid.columns), bool)
    rows, columns = min(30, strip.grid.rows), min(40, strip.grid.columns)
    whole[:rows, :columns] = is_data[:rows, :columns]
    return [
        float(whole[top : top + TILE.rows, left : left + TILE.columns].mean())
        for top in strip.tops
        for left in strip.lefts
    ]


@pytest.mark.parametrize("bands", [1, 2, 3])
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
@pytest.mark.parametrize("policy", ["whole", "padded"])
@pytest.mark.parametrize("is_masked", [False, True], ids=["open", "masked"])
def test_a_pixel_is_data_if_some_band_is(
    tmp_path: Path, bands: int, dtype: str, policy: str, is_masked: bool
) -> None:
    """Bands may lack data in different places."""
    pixels = (random_pixels((bands, 30, 40)) % 3).astype(dtype)
    pixels[:, 5:20, 10:25] = 0
    reader = reader_of(write_raster(tmp_path / "image.tif", pixels, NORTH_UP, 0))
    unmasked = random_pixels((1, 30, 40), seed=8) % 2
    mask = RasterMask(reader_of(write_raster(tmp_path / "mask.tif", unmasked, NORTH_UP)))
    strip = padded() if policy == "padded" else whole_strip(NORTH_UP, TILE, Size(8, 6))
    found = measured(reader, strip, mask if is_masked else None).data_shares()
    is_data = (pixels != 0).any(axis=0) & ((unmasked[0] != 0) | (not is_masked))
    assert found.tolist() == pytest.approx(shares(strip, is_data))


def test_filling_is_no_data(tmp_path: Path) -> None:
    """Be there a no-data value or not."""
    pixels = random_pixels((2, 30, 40))
    reader = reader_of(write_raster(tmp_path / "image.tif", pixels, NORTH_UP))
    found = measured(reader, padded()).data_shares()
    assert found.tolist() == pytest.approx(shares(padded(), np.ones((30, 40), bool)))


def test_what_is_masked_is_no_data(image: RasterReader, tmp_path: Path) -> None:
    unmasked = random_pixels((1, 30, 40)) % 2
    mask = RasterMask(reader_of(write_raster(tmp_path / "mask.tif", unmasked, NORTH_UP)))
    strip = whole_strip(NORTH_UP, TILE, Size(8, 6))
    pixels = image.read(strip.grid)
    found = measured(image, strip, mask)
    for band, statistics in enumerate(found.bands(np.ones(strip.place_count, bool))):
        seen = [
            pixels[band, top : top + 12, left : left + 16][
                (pixels[band, top : top + 12, left : left + 16] != 0)
                & (unmasked[0, top : top + 12, left : left + 16] != 0)
            ]
            for top in strip.tops
            for left in strip.lefts
        ]
        data = np.concatenate(seen).astype(int)
        assert (statistics.count, statistics.minimum) == (len(data), data.min())
        assert statistics.mean == pytest.approx(data.mean())


# statistics


@pytest.mark.parametrize("dtype", ["uint8", "int16", "float32"])
@pytest.mark.parametrize("nodata", [None, 3.0])
def test_filling_does_not_count(tmp_path: Path, dtype: str, nodata: Optional[float]) -> None:
    pixels = (random_pixels((2, 30, 40), "uint8") % 9).astype(dtype)
    reader = reader_of(write_raster(tmp_path / "image.tif", pixels, NORTH_UP, nodata))
    strip = padded()
    found = measured(reader, strip).bands(np.ones(strip.place_count, bool))
    for band, statistics in enumerate(found):
        data = pixels[band].astype(float)
        data = data[data != nodata] if nodata is not None else data.ravel()
        assert statistics.count == len(data)
        assert statistics.squared_deviations == pytest.approx(((data - data.mean()) ** 2).sum())


@examples
@given(st.integers(1, 40), st.integers(1, 30), st.integers(1, 16), st.integers(1, 12))
def test_statistics_of_the_image_are_the_sum_of_those_of_its_padded_chips(
    columns: int, rows: int, tile_columns: int, tile_rows: int
) -> None:
    """Every pixel is in one chip, and no filling is anywhere."""
    pixels = random_pixels((2, rows, columns), "int16")
    grid, tile = NORTH_UP.crop(0, 0, columns, rows), Size(tile_columns, tile_rows)
    path = write_raster(Path("/vsimem/tests_of_chipwright/padded.tif"), pixels, grid)
    reader = reader_of(path)
    total: tuple[AnyBandStatistics, ...] = ()
    for strip in Plan(grid, tile, tile, 1, "pad").strips():
        total = added(total, measured(reader, strip).bands(np.ones(strip.place_count, bool)))
    gdal.Unlink(path)
    for band, found in enumerate(total):
        whole = pixels[band].astype(int)
        assert isinstance(found, BandStatistics)
        expected = (whole.size, whole.sum(), (whole**2).sum())
        assert (found.count, found.total, found.squares) == expected
