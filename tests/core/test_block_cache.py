from __future__ import annotations

from collections.abc import Iterator

import pytest
from osgeo import gdal

from chipwright.core.block_cache import LEAST_BYTES, MOST_BYTES, bounded_block_cache, shared_bytes
from chipwright.core.grid import Size
from chipwright.core.raster import Raster
from chipwright.core.request import RasterSource
from chipwright.tests.core.making import pixel_grid

MEGABYTE = 1 << 20


@pytest.fixture(autouse=True)
def a_large_cache() -> Iterator[None]:
    before = gdal.GetCacheMax()
    gdal.SetCacheMax(900 * MEGABYTE)
    yield
    gdal.SetCacheMax(before)


def raster(columns: int, block: Size, bands: int = 3, path: str = "a.tif") -> Raster:
    grid = pixel_grid(columns, 10_000)
    numbers = tuple(range(1, bands + 1))
    return Raster(RasterSource(path), grid, "uint8", numbers, (None,) * bands, block)


def test_the_cache_is_smaller_during_an_export_and_as_before_afterwards() -> None:
    with bounded_block_cache(70 * MEGABYTE):
        assert gdal.GetCacheMax() == 70 * MEGABYTE
    assert gdal.GetCacheMax() == 900 * MEGABYTE


def test_a_smaller_cache_of_the_user_stays_as_it_is() -> None:
    gdal.SetCacheMax(20 * MEGABYTE)
    with bounded_block_cache(70 * MEGABYTE):
        assert gdal.GetCacheMax() == 20 * MEGABYTE
    assert gdal.GetCacheMax() == 20 * MEGABYTE


def test_the_cache_is_as_before_after_an_error() -> None:
    with pytest.raises(OSError), bounded_block_cache(70 * MEGABYTE):
        raise OSError
    assert gdal.GetCacheMax() == 900 * MEGABYTE


def test_the_cache_is_as_before_when_the_last_of_two_exports_has_ended() -> None:
    first, second = bounded_block_cache(70 * MEGABYTE), bounded_block_cache(80 * MEGABYTE)
    with first:
        second.__enter__()
    assert gdal.GetCacheMax() == 80 * MEGABYTE
    second.__exit__(None, None, None)
    assert gdal.GetCacheMax() == 900 * MEGABYTE


def test_two_rows_of_blocks_fit_into_the_cache() -> None:
    wide = raster(60_000, Size(512, 512))
    assert shared_bytes([wide]) == 2 * 512 * 60_000 * 3


@pytest.mark.parametrize(
    ("columns", "expected"), [(1000, LEAST_BYTES), (1_000_000, MOST_BYTES)], ids=["small", "wide"]
)
def test_the_cache_has_limits(columns: int, expected: int) -> None:
    assert shared_bytes([raster(columns, Size(256, 256))]) == expected


@pytest.mark.parametrize(
    ("columns", "expected"),
    [(20_000, 900 * MEGABYTE), (60_000, 2 * 512 * 60_000 * 3)],
    ids=["fits", "is too large"],
)
def test_all_of_a_remote_image_may_stay_in_the_cache_if_it_fits(
    columns: int, expected: int
) -> None:
    remote = raster(columns, Size(512, 512), path="/vsicurl/https://example.org/a.tif")
    assert shared_bytes([raster(1000, Size(256, 256)), remote]) == expected
