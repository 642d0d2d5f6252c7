from __future__ import annotations

from pathlib import Path
from typing import Optional

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chipwright.core import pixel_scaling
from chipwright.core.errors import ExportCancelled
from chipwright.core.pixel_scaling import ScaledReader, Stretch, stretch_of
from chipwright.core.raster import describe_raster
from chipwright.core.raster_reader import RasterReader
from chipwright.core.request import RasterSource
from chipwright.core.shared_window import shared
from chipwright.tests.core.making import (
    NORTH_UP,
    Array,
    examples,
    random_pixels,
    write_raster,
)

METHODS = ["minmax", "stddev", "percentile"]
EVERY_METHOD = pytest.mark.parametrize("method", METHODS)
KINDS: list[tuple[str, Optional[float]]] = [
    ("uint8", None),
    ("uint8", 0),
    ("uint16", 65535),
    ("int16", -32768),
    ("int32", None),
    ("float32", -9999.0),
    ("float64", float("nan")),
]
SHARES = (2.0, 98.0)


def nothing() -> None:
    """Nobody wants to stop."""


def reader_of(path: str) -> RasterReader:
    return RasterReader(describe_raster(RasterSource(path)))


def made(path: Path, pixels: Array, nodata: Optional[float] = None) -> RasterReader:
    return reader_of(write_raster(path, pixels, NORTH_UP, nodata))


def values(dtype: str, nodata: Optional[float]) -> Array:
    """Two bands about different means, with a gap."""
    rng = np.random.default_rng(5)
    pixels = rng.normal([[[90]], [[140]]], 20, (2, 30, 40)).clip(1, 254).astype(dtype)
    if nodata is not None:
        pixels[:, 4:9, 7:33] = nodata
    return pixels


def data_of(band: Array, nodata: Optional[float]) -> Array:
    known = ~np.isnan(band) if band.dtype.kind == "f" else np.ones(band.shape, bool)
    return band[known & (band != nodata)].astype(np.float64)


def expected(data: Array, method: str, shares: tuple[float, float] = SHARES) -> tuple[float, float]:
    if method == "percentile":
        low, high = np.percentile(data, shares, method="inverted_cdf").tolist()
        return low, high
    if method == "stddev":
        spread = 2 * data.std(ddof=1)
        return max(data.mean() - spread, data.min()), min(data.mean() + spread, data.max())
    return data.min(), data.max()


# the stretch


@EVERY_METHOD
@pytest.mark.parametrize(("dtype", "nodata"), KINDS)
def test_limits_are_those_that_numpy_finds(
    tmp_path: Path, dtype: str, nodata: Optional[float], method: str
) -> None:
    pixels = values(dtype, nodata)
    stretch = stretch_of(
        [(made(tmp_path / "image.tif", pixels, nodata), None)], method, SHARES, nothing
    )
    for band, found in enumerate(zip(stretch.lows, stretch.highs)):
        data = data_of(pixels[band], nodata)
        bin_width = 0.0 if dtype[0] in "iu" else (data.max() - data.min()) / 65536
        assert found == pytest.approx(expected(data, method), rel=1e-9, abs=bin_width)


@EVERY_METHOD
def test_several_images_have_one_stretch(tmp_path: Path, method: str) -> None:
    first, second = values("uint16", None), values("uint16", None)[:, :9] // 3
    sources = [(made(tmp_path / "a.tif", first), None), (made(tmp_path / "b.tif", second), None)]
    stretch = stretch_of(sources, method, SHARES, nothing)
    for band, found in enumerate(zip(stretch.lows, stretch.highs)):
        data = np.concatenate([first[band].ravel(), second[band].ravel()])
        assert found == pytest.approx(expected(data, method), rel=1e-9)


@EVERY_METHOD
def test_the_method_is_remembered(tmp_path: Path, method: str) -> None:
    reader = made(tmp_path / "image.tif", values("uint8", None))
    assert stretch_of([(reader, None)], method, SHARES, nothing).method == method


@pytest.mark.parametrize("shares", [(0.0, 100.0), (5.0, 50.0), (0.0, 0.1), (49.0, 51.0)])
@pytest.mark.parametrize("dtype", ["uint8", "int16"])
def test_percentiles_can_be_chosen(tmp_path: Path, dtype: str, shares: tuple[float, float]) -> None:
    pixels = values(dtype, None)
    stretch = stretch_of(
        [(made(tmp_path / "image.tif", pixels), None)], "percentile", shares, nothing
    )
    data = data_of(pixels[1], None)
    assert (stretch.lows[1], stretch.highs[1]) == expected(data, "percentile", shares)


@EVERY_METHOD
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_how_much_is_looked_at_together_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dtype: str, method: str
) -> None:
    reader = made(tmp_path / "image.tif", values(dtype, None))
    at_once = stretch_of([(reader, None)], method, SHARES, nothing)
    monkeypatch.setattr(pixel_scaling, "BLOCK_BYTES", 700)
    found = stretch_of([(reader, None)], method, SHARES, nothing)
    assert (found.lows, found.highs) == (
        pytest.approx(at_once.lows, rel=1e-9),
        pytest.approx(at_once.highs, rel=1e-9),
    )


@EVERY_METHOD
def test_who_wants_to_stop_is_heard_between_blocks(tmp_path: Path, method: str) -> None:
    def stop() -> None:
        raise ExportCancelled("The export was cancelled.")

    with pytest.raises(ExportCancelled):
        stretch_of(
            [(made(tmp_path / "image.tif", values("uint8", None)), None)], method, SHARES, stop
        )


@EVERY_METHOD
def test_an_image_of_nothing_but_no_data_becomes_black(tmp_path: Path, method: str) -> None:
    reader = made(tmp_path / "image.tif", np.full((1, 30, 40), 7, np.uint16), 7)
    stretch = stretch_of([(reader, None)], method, SHARES, nothing)
    assert not ScaledReader(reader, stretch).read(NORTH_UP).any()


@EVERY_METHOD
def test_an_image_of_one_value_becomes_black(tmp_path: Path, method: str) -> None:
    reader = made(tmp_path / "image.tif", np.full((1, 30, 40), 700, np.uint16))
    stretch = stretch_of([(reader, None)], method, SHARES, nothing)
    assert not ScaledReader(reader, stretch).read(NORTH_UP).any()


# scaled pixels


@pytest.mark.parametrize(("dtype", "nodata"), KINDS)
def test_pixels_run_from_nought_to_255_and_no_data_is_nought(
    tmp_path: Path, dtype: str, nodata: Optional[float]
) -> None:
    """Where there can be no-data, 0 stands for nothing else."""
    pixels = values(dtype, nodata)
    reader = made(tmp_path / "image.tif", pixels, nodata)
    found = ScaledReader(reader, stretch_of([(reader, None)], "minmax", SHARES, nothing)).read(
        NORTH_UP
    )
    least = 1 if nodata is not None or dtype[0] == "f" else 0
    for band, scaled in zip(pixels, found):
        data = data_of(band, nodata)
        is_data = (band == band) & (band != nodata)
        share = (band[is_data] - data.min()) / (data.max() - data.min())
        assert np.abs(scaled[is_data] - (least + share * (255 - least))).max() <= 0.5 + 1e-9
        assert not scaled[~is_data].any()


@examples
@given(st.floats(-1e6, 1e6), st.floats(0, 1e6), st.integers(0, 1))
def test_greater_stays_greater(low: float, width: float, least: int) -> None:
    pixels = np.linspace(low - width, low + 2 * width, 99).reshape(9, 11, 1)
    found = Stretch((low,), (low + width,), "minmax").scaled(pixels, None, least).ravel()
    assert (np.diff(found.astype(int)) >= 0).all()
    assert found.min() >= least


def test_what_is_beyond_the_limits_is_held_to_them() -> None:
    pixels = np.array([[[-5.0], [10.0], [15.0], [20.0], [99.0]]])
    found = Stretch((10.0,), (20.0,), "percentile").scaled(pixels, None, 0)
    assert found.ravel().tolist() == [0, 0, 128, 255, 255]


@pytest.mark.parametrize(
    ("dtype", "nodata", "expected"),
    [
        ("uint16", None, (None, None)),
        ("uint16", 7.0, (0.0, 0.0)),
        ("float32", None, (0.0, 0.0)),
        ("float32", float("nan"), (0.0, 0.0)),
    ],
)
def test_the_image_is_read_as_8_bits_whose_no_data_is_nought(
    tmp_path: Path, dtype: str, nodata: Optional[float], expected: tuple[Optional[float], ...]
) -> None:
    reader = made(tmp_path / "image.tif", random_pixels((2, 30, 40), dtype), nodata)
    raster = ScaledReader(reader, stretch_of([(reader, None)], "minmax", SHARES, nothing)).raster
    assert (raster.data_type, raster.nodata) == ("uint8", expected)


def test_chips_share_one_stretch_however_they_are_read(tmp_path: Path) -> None:
    reader = made(tmp_path / "image.tif", values("int16", -32768), -32768)
    scaled = ScaledReader(reader, stretch_of([(reader, None)], "stddev", SHARES, nothing))
    whole = scaled.read(NORTH_UP)
    grids = [NORTH_UP.crop(left, 3, 9, 12) for left in (2, 8, 14)]
    together = shared(scaled, grids)
    for left, grid in zip((2, 8, 14), grids):
        assert np.array_equal(scaled.read(grid), whole[:, 3:15, left : left + 9])
        assert np.array_equal(together.read(grid), whole[:, 3:15, left : left + 9])


def test_pixels_cannot_be_changed(tmp_path: Path) -> None:
    reader = made(tmp_path / "image.tif", values("uint16", None))
    scaled = ScaledReader(reader, stretch_of([(reader, None)], "minmax", SHARES, nothing))
    assert not scaled.read(NORTH_UP).flags.writeable
