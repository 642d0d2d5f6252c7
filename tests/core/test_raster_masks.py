from __future__ import annotations

from pathlib import Path
from typing import Optional

import numpy as np
import pytest
from osgeo import gdal

from chipwright.core.grid import PixelGrid
from chipwright.core.pixel_space import pixel_grid
from chipwright.core.raster import describe_raster
from chipwright.core.raster_masks import RasterMask, mask_of_raster
from chipwright.core.request import RasterSource
from chipwright.tests.core.making import (
    NORTH_UP,
    ROTATED,
    Array,
    editable_band,
    gdal_raising,
    random_pixels,
    write_raster,
)

GRIDS = pytest.mark.parametrize("grid", [NORTH_UP, ROTATED], ids=["north up", "rotated"])
INSIDE = pytest.mark.parametrize("is_internal", [True, False], ids=["internal", "mask file"])


def valid_pixels() -> Array:
    return random_pixels((30, 40), seed=9) % 3 > 0


def masked(path: Path, grid: PixelGrid = NORTH_UP, is_internal: bool = True) -> str:
    """An image of which a third is masked."""
    option = "GDAL_TIFF_INTERNAL_MASK"
    before = gdal.GetThreadLocalConfigOption(option)
    gdal.SetThreadLocalConfigOption(option, "YES" if is_internal else "NO")
    try:
        made = write_raster(path, random_pixels((3, 30, 40)), grid)
        opened = gdal.Open(made, gdal.GA_Update)
        opened.CreateMaskBand(gdal.GMF_PER_DATASET)
        opened.GetRasterBand(1).GetMaskBand().WriteArray(valid_pixels().astype(np.uint8) * 255)
        del opened
    finally:
        gdal.SetThreadLocalConfigOption(option, before)
    return made


def mask_of(path: str, bands: tuple[int, ...] = ()) -> Optional[RasterMask]:
    return mask_of_raster(describe_raster(RasterSource(path), bands))


def found_mask(path: str, bands: tuple[int, ...] = ()) -> RasterMask:
    mask = mask_of(path, bands)
    assert mask is not None
    return mask


@GRIDS
@INSIDE
@pytest.mark.parametrize("raising", [False, True], ids=["returns", "raises"])
def test_masked_pixels_are_no_data(
    tmp_path: Path, grid: PixelGrid, is_internal: bool, raising: bool
) -> None:
    path = masked(tmp_path / "image.tif", grid, is_internal)
    with gdal_raising(raising):
        found = found_mask(path).valid(grid)
    assert np.array_equal(found[..., 0], valid_pixels())


@INSIDE
def test_a_part_is_masked_as_the_whole_is(tmp_path: Path, is_internal: bool) -> None:
    mask = found_mask(masked(tmp_path / "image.tif", is_internal=is_internal))
    found = mask.valid(NORTH_UP.crop(4, 7, 13, 9))
    assert np.array_equal(found[..., 0], valid_pixels()[7:16, 4:17])


def test_turned_pixels_are_masked_likewise(tmp_path: Path) -> None:
    mask = found_mask(masked(tmp_path / "image.tif"))
    found = mask.valid(NORTH_UP.around(20, 15, 12, 8, 90))
    assert np.array_equal(found[..., 0], np.rot90(valid_pixels()[9:21, 16:24]))


def test_around_the_image_all_is_masked(tmp_path: Path) -> None:
    mask = found_mask(masked(tmp_path / "image.tif"))
    assert not mask.valid(NORTH_UP.crop(40, 0, 10, 10)).any()


@pytest.mark.parametrize("bands", [(2,), (3, 1)])
def test_the_mask_is_that_of_all_bands(tmp_path: Path, bands: tuple[int, ...]) -> None:
    mask = found_mask(masked(tmp_path / "image.tif"), bands)
    assert np.array_equal(mask.valid(NORTH_UP)[..., 0], valid_pixels())


def test_a_mask_can_be_read_by_stored_pixels(tmp_path: Path) -> None:
    mask = found_mask(masked(tmp_path / "image.tif", ROTATED)).in_pixel_space()
    found = mask.valid(pixel_grid(40, 30).crop(4, 7, 13, 9))
    assert np.array_equal(found[..., 0], valid_pixels()[7:16, 4:17])


def test_a_mask_of_an_image_that_lies_nowhere_is_read(tmp_path: Path) -> None:
    made = write_raster(tmp_path / "image.tif", random_pixels((3, 30, 40)))
    opened = gdal.Open(made, gdal.GA_Update)
    opened.CreateMaskBand(gdal.GMF_PER_DATASET)
    opened.GetRasterBand(1).GetMaskBand().WriteArray(valid_pixels().astype(np.uint8) * 255)
    del opened
    mask = found_mask(made).in_pixel_space()
    assert np.array_equal(mask.valid(pixel_grid(40, 30))[..., 0], valid_pixels())


def test_numbers_of_colours_that_are_no_data_are_masked(tmp_path: Path) -> None:
    """Colours have no no-data value, so the numbers tell."""
    values = random_pixels((1, 30, 40)) % 5
    made = write_raster(tmp_path / "image.tif", values, NORTH_UP, 3)
    table = gdal.ColorTable()
    table.SetColorEntry(4, (1, 2, 3))
    editable_band(made).SetColorTable(table)
    assert np.array_equal(found_mask(made).valid(NORTH_UP)[..., 0], values[0] != 3)


# what has none


@pytest.mark.parametrize("nodata", [None, 0.0])
def test_a_no_data_value_is_no_mask(tmp_path: Path, nodata: Optional[float]) -> None:
    path = write_raster(tmp_path / "image.tif", random_pixels((3, 30, 40)), NORTH_UP, nodata)
    assert mask_of(path) is None


def test_an_alpha_band_is_no_mask(tmp_path: Path) -> None:
    """Many a fourth band is called alpha and is near infrared."""
    options = ["PHOTOMETRIC=RGB", "ALPHA=YES"]
    path = write_raster(
        tmp_path / "image.tif", random_pixels((4, 30, 40)), NORTH_UP, options=options
    )
    assert mask_of(path) is None
