from __future__ import annotations

from pathlib import Path
from typing import Optional

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from osgeo import gdal

from chipwright.core.grid import PixelGrid
from chipwright.core.sampling import Window, bilinear, nearest, padded_bands
from chipwright.tests.core.making import (
    NORTH_UP,
    ROTATED,
    SOUTH_UP,
    Array,
    examples,
    pixel_grid,
    random_pixels,
    write_raster,
)

GRIDS = pytest.mark.parametrize(
    "grid", [NORTH_UP, SOUTH_UP, ROTATED], ids=["north up", "south up", "rotated"]
)
DTYPES = ["uint8", "int8", "uint16", "int16", "int32", "float32", "float64"]
DTYPE_AND_BANDS = [(dtype, bands) for dtype in DTYPES for bands in (1, 3)] + [
    ("uint8", 2),
    ("uint8", 4),
    ("uint8", 12),
    ("uint16", 5),
]


def window_of(pixels: Array, left: int = 0, top: int = 0) -> Window:
    """A part of an image, (band, row, column), as it is kept in memory."""
    bands, rows, columns = pixels.shape
    padded = np.zeros((rows, columns, padded_bands(bands, pixels.dtype.name)), pixels.dtype)
    padded[..., :bands] = pixels.transpose(1, 2, 0)
    return Window(padded, bands, left, top)


def positions(image: PixelGrid, grid: PixelGrid) -> tuple[Array, Array]:
    """Column and row of the image under the centre of each pixel."""
    columns, rows = np.meshgrid(np.arange(grid.columns) + 0.5, np.arange(grid.rows) + 0.5)
    return image.to_pixels(*grid.to_map(columns, rows))


def interpolated(pixels: Array, columns: Array, rows: Array) -> Array:
    """Each band by numpy: along the columns first, then along the rows."""
    values = pixels.astype(np.float64)
    last_row, last_column = pixels.shape[1] - 1, pixels.shape[2] - 1
    columns, rows = columns - 0.5, rows - 0.5
    left, top = np.floor(columns).astype(int), np.floor(rows).astype(int)
    lefts, tops = np.clip([left, left + 1], 0, last_column), np.clip([top, top + 1], 0, last_row)
    upper, lower = (
        values[:, y, lefts[0]] * (1 - columns + left) + values[:, y, lefts[1]] * (columns - left)
        for y in tops
    )
    return upper * (1 - rows + top) + lower * (rows - top)


@GRIDS
@pytest.mark.parametrize("degrees", [12.0, 45.0, 200.0])
@pytest.mark.parametrize(("dtype", "bands"), DTYPE_AND_BANDS)
def test_pixels_are_interpolated_between_four_neighbours(
    grid: PixelGrid, degrees: float, dtype: str, bands: int
) -> None:
    pixels = random_pixels((bands, 30, 40), dtype)
    place = grid.around(19.3, 14.8, 15, 12, degrees)
    found = bilinear(window_of(pixels), grid, place, [None] * bands)
    expected = interpolated(pixels, *positions(grid, place)).transpose(1, 2, 0)
    half = 0.5 if np.dtype(dtype).kind in "iu" else 0.0
    limit = half + 1e-5 * np.abs(pixels.astype(np.float64)).max()
    assert found.dtype == pixels.dtype
    assert np.abs(found.astype(np.float64) - expected).max() <= limit


@GRIDS
@pytest.mark.parametrize("degrees", [12.0, 100.0])
@pytest.mark.parametrize(("dtype", "bands"), DTYPE_AND_BANDS)
def test_the_nearest_pixel_is_the_one_a_centre_lies_in(
    grid: PixelGrid, degrees: float, dtype: str, bands: int
) -> None:
    pixels = random_pixels((bands, 30, 40), dtype)
    place = grid.around(20, 15, 15, 12, degrees)
    columns, rows = (np.floor(axis).astype(int) for axis in positions(grid, place))
    found = nearest(window_of(pixels), grid, place)
    assert np.array_equal(found, pixels[:, rows, columns].transpose(1, 2, 0))


@examples
@given(st.floats(0, 360), st.floats(12, 20), st.floats(12, 18), st.integers(1, 9), st.booleans())
def test_interpolated_values_stay_between_those_of_the_image(
    degrees: float, column: float, row: float, side: int, is_masked: bool
) -> None:
    pixels = random_pixels((2, 30, 32), "int16") % 1000
    nodata = -5.0 if is_masked else None
    pixels[:, ::3, ::4] = -5 if is_masked else 7
    image = pixel_grid(32, 30)
    found = bilinear(
        window_of(pixels), image, image.around(column, row, side, side, degrees), [nodata] * 2
    )
    data = found[found != -5] if is_masked else found
    assert ((data >= 0) & (data < 1000)).all()


@examples
@given(st.floats(0, 360), st.floats(-0.5, 0.5))
def test_a_plane_stays_the_plane(degrees: float, aside: float) -> None:
    """What rises evenly is the same however it is sampled."""
    columns, rows = np.meshgrid(np.arange(40) + 0.5, np.arange(30) + 0.5)
    plane = (3 * columns - 2 * rows)[None]
    image = pixel_grid(40, 30)
    place = image.around(20 + aside, 15 - aside, 11, 9, degrees)
    found = bilinear(window_of(plane), image, place, [None])
    across, down = positions(image, place)
    assert np.allclose(found[..., 0], 3 * across - 2 * down, rtol=0, atol=1e-4)


@pytest.mark.parametrize("how", [bilinear, nearest])
@pytest.mark.parametrize("degrees", [90.0, 180.0, 270.0])
def test_quarter_turns_are_those_of_numpy(how: object, degrees: float) -> None:
    pixels = random_pixels((3, 30, 40))
    image = pixel_grid(40, 30)
    place = image.around(20, 15, 12, 12, degrees)
    window = window_of(pixels)
    found = nearest(window, image, place)
    if how is bilinear:
        found = bilinear(window, image, place, [None] * 3)
    upright = pixels[:, 9:21, 14:26].transpose(1, 2, 0)
    assert np.array_equal(found, np.rot90(upright, degrees // 90))


@pytest.mark.parametrize("corner", [(6, 5), (33, 6), (7, 24), (32, 23)])
def test_beyond_the_last_centres_are_the_pixels_of_the_edge(corner: tuple[int, int]) -> None:
    pixels = random_pixels((1, 30, 40), "float64")
    image = pixel_grid(40, 30)
    place = image.around(*corner, 8, 6, 30.0)
    found = bilinear(window_of(pixels), image, place, [None])
    expected = interpolated(pixels, *positions(image, place))
    assert np.allclose(found.transpose(2, 0, 1), expected, rtol=0, atol=1e-5)


@pytest.mark.parametrize("how", ["bilinear", "nearest"])
def test_what_lies_in_memory_of_an_image_changes_nothing(how: str) -> None:
    pixels = random_pixels((2, 60, 80), "int16")
    image = pixel_grid(80, 60)
    place = image.around(40, 30, 12, 10, 33.0)
    windows = [window_of(pixels), window_of(pixels[:, 15:45, 25:55], 25, 15)]
    if how == "nearest":
        found = [nearest(window, image, place) for window in windows]
    else:
        found = [bilinear(window, image, place, [None] * 2) for window in windows]
    assert np.array_equal(found[0], found[1])


# no-data


GAPS: list[tuple[str, Optional[float]]] = [
    ("uint8", 0),
    ("int16", -32768),
    ("float32", -9999.0),
    ("float32", None),
    ("float64", float("nan")),
]


@pytest.mark.parametrize("degrees", [20.0, 70.0, 130.0])
@pytest.mark.parametrize(("dtype", "nodata"), GAPS)
def test_gaps_are_what_gdalwarp_makes_of_them(
    tmp_path: Path, dtype: str, nodata: Optional[float], degrees: float
) -> None:
    """Pixels without data do not count; where the nearest is none, there is none."""
    pixels = random_pixels((1, 30, 40), dtype)
    gap = np.nan if nodata is None else nodata
    pixels[pixels == gap] = 1
    pixels[:, 5:12, 10:25] = gap
    pixels[:, ::4, ::3] = gap
    place = NORTH_UP.around(20, 15, 18, 14, degrees)
    found = bilinear(window_of(pixels), NORTH_UP, place, [nodata])[..., 0].astype(np.float64)
    path = write_raster(tmp_path / "image.tif", pixels, NORTH_UP, gap)
    expected = warped(path, place, gap)
    assert np.array_equal(np.isnan(found) | (found == gap), np.isnan(expected) | (expected == gap))
    tolerance = 1e-4 if np.dtype(dtype).kind == "f" else 0.51
    assert np.nanmax(np.abs(found - expected)) <= tolerance


def warped(path: str, place: PixelGrid, nodata: float) -> Array:
    driver = gdal.GetDriverByName("MEM")
    target = driver.Create("", place.columns, place.rows, 1, gdal.GDT_Float64)
    target.SetGeoTransform(place.geotransform)
    target.SetProjection(place.crs_wkt)
    target.GetRasterBand(1).SetNoDataValue(nodata)
    options = ["XSCALE=1", "YSCALE=1", "INIT_DEST=NO_DATA"]
    gdal.Warp(target, path, resampleAlg="bilinear", errorThreshold=0, warpOptions=options)
    return target.ReadAsArray()


def test_a_gap_in_one_band_leaves_the_others_as_they_are() -> None:
    pixels = random_pixels((2, 30, 40)).clip(1)
    whole = pixels.copy()
    pixels[0, 10:20, 10:30] = 0
    image = pixel_grid(40, 30)
    place = image.around(20, 15, 12, 10, 25.0)
    found = bilinear(window_of(pixels), image, place, [0, 0])
    expected = bilinear(window_of(whole), image, place, [None, None])
    assert np.abs(found[..., 1].astype(int) - expected[..., 1]).max() <= 1


# padding


@pytest.mark.parametrize(
    ("bands", "dtype", "expected"),
    [
        (1, "uint8", 1),
        (3, "uint8", 4),
        (4, "uint8", 4),
        (5, "uint8", 8),
        (12, "uint8", 12),
        (3, "uint16", 4),
        (1, "float64", 1),
        (3, "float64", 3),
    ],
)
def test_bands_are_filled_up_to_a_number_of_the_machine(
    bands: int, dtype: str, expected: int
) -> None:
    assert padded_bands(bands, dtype) == expected
