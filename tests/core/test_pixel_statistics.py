from __future__ import annotations

from typing import Any, Optional

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chipwright.core.pixel_statistics import (
    CellMoments,
    band_statistics,
    cell_moments,
    cells_of,
    valid_pixels,
)
from chipwright.core.plan import Strip
from chipwright.core.request import Size
from chipwright.core.statistics import AnyBandStatistics
from chipwright.tests.core.making import Array, examples, pixel_grid, random_pixels, whole_strip

TYPES = ["uint8", "int8", "uint16", "int16", "uint32", "int32", "float32", "float64"]


@st.composite
def strips(draw: st.DrawFn) -> Strip:
    columns, rows = draw(st.integers(1, 40)), draw(st.integers(1, 40))
    tile = Size(draw(st.integers(1, columns)), draw(st.integers(1, rows)))
    stride = Size(draw(st.integers(1, 2 * tile.columns)), draw(st.integers(1, 2 * tile.rows)))
    return whole_strip(pixel_grid(columns, rows), tile, stride)


@st.composite
def cuts(draw: st.DrawFn) -> tuple[Strip, Array, list[bool]]:
    """A strip, its pixels (band, row, column), and which of its places are wanted."""
    strip = draw(strips())
    dtype, seed = draw(st.sampled_from(TYPES)), draw(st.integers(0, 99))
    pixels = interleaved(random_pixels((2, strip.grid.rows, strip.grid.columns), dtype, seed))
    wanted = draw(st.lists(st.booleans(), min_size=strip.place_count, max_size=strip.place_count))
    return strip, pixels, wanted


def interleaved(pixels: Array) -> Array:
    return np.ascontiguousarray(pixels.transpose(1, 2, 0)).transpose(2, 0, 1)


def statistics(
    strip: Strip, pixels: Array, wanted: list[bool], nodata: list[Optional[float]]
) -> list[AnyBandStatistics]:
    cells = cells_of(strip)
    moments = cell_moments(pixels, cells, nodata)
    return band_statistics(moments, cells.cover(np.array(wanted, bool)))


def values_of_chips(
    strip: Strip, pixels: Array, wanted: list[bool], nodata: list[Optional[float]], band: int
) -> Array:
    """All values of the wanted chips, end to end: a pixel as often as there are chips with it."""
    chips = []
    for place in np.flatnonzero(wanted).tolist():
        left, top = strip.corner(place)
        chip = pixels[band, top : top + strip.tile.rows, left : left + strip.tile.columns]
        chips.append(chip.ravel())
    values = np.concatenate(chips) if chips else pixels[band, :0].ravel()
    if values.dtype.kind == "f":
        values = values[~np.isnan(values)]
    absent = nodata[band]
    return values if absent is None else values[values != values.dtype.type(absent)]


def assert_statistics(got: AnyBandStatistics, values: Array) -> None:
    assert got.count == len(values)
    if not len(values):
        return
    assert (got.minimum, got.maximum) == (values.min(), values.max())
    exact = values.astype(np.longdouble)
    mean = exact.mean()
    size = float(np.abs(exact).max())
    assert got.mean == pytest.approx(float(mean), rel=1e-12, abs=1e-12 * size)
    deviations = float(((exact - mean) ** 2).sum())
    assert got.squared_deviations == pytest.approx(
        deviations, rel=1e-12, abs=1e-14 * size * size * len(values)
    )


@examples
@given(cuts())
def test_statistics_are_those_of_all_chips_laid_end_to_end(
    cut: tuple[Strip, Array, list[bool]],
) -> None:
    for band, got in enumerate(statistics(*cut, [None, None])):
        assert_statistics(got, values_of_chips(*cut, [None, None], band))


@examples
@given(cuts(), st.data())
def test_nodata_of_each_band_is_left_out(
    cut: tuple[Strip, Array, list[bool]], data: st.DataObject
) -> None:
    strip, pixels, wanted = cut
    nodata = [float(pixels[1].flat[0]), None]
    share = data.draw(st.sampled_from([0.1, 0.9, 1.0]))
    absent = np.random.default_rng(0).random(pixels.shape[1:]) < share
    pixels[0][absent] = pixels[1].flat[0]
    for band, got in enumerate(statistics(strip, pixels, wanted, nodata)):
        assert_statistics(got, values_of_chips(strip, pixels, wanted, nodata, band))


@examples
@given(cuts())
def test_nan_is_never_data(cut: tuple[Strip, Array, list[bool]]) -> None:
    strip, pixels, wanted = cut
    pixels = pixels.astype(np.float32)
    pixels[0][np.random.default_rng(0).random(pixels.shape[1:]) < 0.5] = np.nan
    for band, got in enumerate(statistics(strip, pixels, wanted, [None, 0.5])):
        assert_statistics(got, values_of_chips(strip, pixels, wanted, [None, 0.5], band))


@pytest.mark.parametrize("dtype", ["uint8", "int8", "uint16", "int16"])
@pytest.mark.parametrize("value", ["least", "greatest"])
def test_sums_of_extreme_values_are_exact(dtype: str, value: str) -> None:
    """More rows than are added up at once."""
    limits = np.iinfo(dtype)
    extreme = limits.min if value == "least" else limits.max
    strip = whole_strip(pixel_grid(40, 700), Size(40, 700))
    pixels = interleaved(np.full((2, 700, 40), extreme, dtype))
    (band, _) = statistics(strip, pixels, [True], [None, None])
    count = 700 * 40
    assert (band.total, band.squares) == (count * extreme, count * extreme**2)


def test_sums_of_many_overlapping_chips_are_exact() -> None:
    """A strip of 48 MB in 16 bits, each pixel in 256 chips: Σx² takes more than 63 bits."""
    count, value, chips = 25_000_000, 65_535, 256
    one_cell = [np.array([[[each]]]) for each in (count, value, value, count * value)]
    moments = CellMoments(*one_cell, np.array([[[count * value**2]]]))
    (band,) = band_statistics(moments, np.array([[chips]]))
    assert band.squares == chips * count * value**2


def test_wide_images_are_added_up_in_several_parts() -> None:
    pixels = interleaved(random_pixels((3, 5, 4000)))
    strip = whole_strip(pixel_grid(4000, 5), Size(900, 5), Size(700, 5))
    wanted = [True] * strip.place_count
    for band, got in enumerate(statistics(strip, pixels, wanted, [None] * 3)):
        assert_statistics(got, values_of_chips(strip, pixels, wanted, [None] * 3, band))


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int32", "float32"])
def test_no_wanted_chip_has_no_statistics(dtype: str) -> None:
    strip = whole_strip(pixel_grid(8, 4), Size(4, 4))
    pixels = interleaved(random_pixels((1, 4, 8), dtype))
    (got,) = statistics(strip, pixels, [False, False], [None])
    assert got == type(got)()


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int32", "float32"])
def test_nothing_but_nodata_has_no_statistics(dtype: str) -> None:
    strip = whole_strip(pixel_grid(8, 4), Size(4, 4))
    (got,) = statistics(strip, np.full((1, 4, 8), 7, dtype), [True, True], [7.0])
    assert got == type(got)()


def test_large_values_with_small_differences_keep_them() -> None:
    rng = np.random.default_rng(0)
    pixels = interleaved((1e6 + rng.random((1, 60, 60))).astype(np.float64))
    strip = whole_strip(pixel_grid(60, 60), Size(20, 20), Size(7, 9))
    wanted = [True] * strip.place_count
    (got,) = statistics(strip, pixels, wanted, [None])
    values = values_of_chips(strip, pixels, wanted, [None], 0)
    assert got.squared_deviations == pytest.approx(((values - values.mean()) ** 2).sum(), rel=1e-9)


# cells


@examples
@given(strips(), st.data())
def test_a_cell_is_covered_by_the_wanted_places_that_hold_it(
    strip: Strip, data: st.DataObject
) -> None:
    count = strip.place_count
    wanted = np.array(data.draw(st.lists(st.booleans(), min_size=count, max_size=count)))
    cover = np.zeros((strip.grid.rows, strip.grid.columns), int)
    for place in np.flatnonzero(wanted).tolist():
        left, top = strip.corner(place)
        cover[top : top + strip.tile.rows, left : left + strip.tile.columns] += 1
    cells = cells_of(strip)
    expected = cover[np.ix_(cells.row_edges[:-1], cells.column_edges[:-1])]
    assert np.array_equal(cells.cover(wanted), expected)


@examples
@given(strips())
def test_sums_over_cells_are_sums_over_places(strip: Strip) -> None:
    ones = np.ones((strip.grid.rows, strip.grid.columns), int)
    cells = cells_of(strip)
    areas = np.outer(np.diff(cells.row_edges), np.diff(cells.column_edges))
    assert set(cells.per_place(areas).tolist()) == {strip.tile.rows * strip.tile.columns}
    assert areas.sum() == ones[: cells.row_edges[-1], : cells.column_edges[-1]].sum()


# valid_pixels


@pytest.mark.parametrize(
    ("pixels", "nodata", "expected"),
    [
        (np.uint8([0, 1, 2]), 1, [True, False, True]),
        (np.uint8([0, 1, 241]), -9999, [True, True, True]),
        (np.uint8([0, 1, 241]), 1.5, [True, True, True]),
        (np.int16([0, -9999]), -9999, [True, False]),
        (np.uint16([0, 65535]), 65535, [True, False]),
        (np.float32([0.1, 0.2]), 0.1, [False, True]),
        (np.float32([-3.4028235e38, 0]), -3.4028234663852886e38, [False, True]),
        (np.float32([1, np.nan]), np.nan, [True, False]),
        (np.float32([1, np.nan]), 1, [False, False]),
        (np.float64([0.1, 0.2]), 0.1, [False, True]),
        (np.uint8([1, 2]), np.nan, [True, True]),
    ],
    ids=str,
)
def test_nodata_is_found_as_it_is_stored(
    pixels: Array, nodata: float, expected: list[bool]
) -> None:
    valid = valid_pixels(pixels[None, :, None], [nodata])
    assert valid is not None
    assert valid.ravel().tolist() == expected


def test_without_nodata_whole_numbers_need_no_look() -> None:
    assert valid_pixels(np.zeros((2, 2, 1), np.uint8), [None]) is None


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_statistics_do_not_change_the_pixels(dtype: str) -> None:
    pixels: Any = interleaved(random_pixels((2, 9, 9), dtype))
    pixels.flags.writeable = False
    before = pixels.copy()
    statistics(whole_strip(pixel_grid(9, 9), Size(4, 4), Size(3, 3)), pixels, [True] * 4, [1, 1])
    assert np.array_equal(pixels, before)
