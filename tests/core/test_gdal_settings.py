from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal

from chipwright.core.gdal_settings import (
    DECODERS,
    DIRECTLY,
    as_stored,
    decode_with,
    thread_settings,
)
from chipwright.core.raster import describe_raster
from chipwright.core.raster_reader import RasterReader
from chipwright.core.request import RasterSource

SETTING = "CPL_DEBUG"


def test_a_setting_holds_only_within() -> None:
    before = gdal.GetConfigOption(SETTING)
    with thread_settings({SETTING: "OFF"}):
        assert gdal.GetConfigOption(SETTING) == "OFF"
    assert gdal.GetConfigOption(SETTING) == before


def test_an_earlier_setting_of_the_thread_comes_back_after_an_error() -> None:
    with thread_settings({SETTING: "OFF"}):
        with pytest.raises(OSError), thread_settings({SETTING: "ON"}):
            raise OSError
        assert gdal.GetConfigOption(SETTING) == "OFF"


def test_other_threads_keep_their_settings() -> None:
    with ThreadPoolExecutor(1) as other, thread_settings({SETTING: "OFF"}):
        assert other.submit(gdal.GetThreadLocalConfigOption, SETTING).result() is None


def stored_with(workers: int) -> dict[str, str]:
    """The settings of a reading thread for pixels as they are stored."""
    with ThreadPoolExecutor(1, initializer=decode_with, initargs=(workers,)) as reader:
        return reader.submit(as_stored).result()


def test_a_reading_thread_decodes_with_as_many_threads_as_there_are_workers() -> None:
    assert stored_with(3)[DECODERS] == "3"
    assert DECODERS not in stored_with(1)


def test_a_number_of_decoding_threads_set_by_the_user_stays() -> None:
    gdal.SetConfigOption(DECODERS, "5")
    try:
        assert DECODERS not in stored_with(3)
    finally:
        gdal.SetConfigOption(DECODERS, None)


@pytest.mark.parametrize(
    "setting", [{DECODERS: "ALL_CPUS"}, {DIRECTLY: "YES"}, {}], ids=["threads", "direct", "none"]
)
def test_windows_between_the_pixels_are_interpolated_whatever_the_user_has_set(
    tmp_path: Path, setting: dict[str, str]
) -> None:
    """A ramp, so that the value in the middle between two pixels is the mean of both."""
    ramp = np.tile(np.arange(64.0), (40, 1))
    path = tmp_path / "ramp.tif"
    made = gdal.GetDriverByName("GTiff").Create(str(path), 64, 40, 1, gdal.GDT_Float64)
    made.WriteArray(ramp)
    made.SetGeoTransform((0, 1, 0, 40, 0, -1))
    del made
    raster = describe_raster(RasterSource(str(path)))
    between = raster.grid.turned_window(10.25, 5, 16, 16, 0)
    with thread_settings(setting):
        found = RasterReader(raster).read(between)[0]
    assert found == pytest.approx(ramp[5:21, 10:26] + 0.25)


LAYOUTS = list(
    itertools.product(
        ("TILED=NO", "TILED=YES"),
        ("INTERLEAVE=PIXEL", "INTERLEAVE=BAND"),
        ("ENDIANNESS=LITTLE", "ENDIANNESS=BIG"),
        ("NBITS=12", "SPARSE_OK=YES", "COMPRESS=DEFLATE", "BIGTIFF=YES"),
    )
)


@pytest.mark.parametrize("layout", LAYOUTS, ids=" ".join)
@pytest.mark.parametrize("bands", [(), (2,), (3, 1)], ids=str)
def test_a_tiff_of_any_layout_is_read_as_gdal_reads_it_by_itself(
    tmp_path: Path, layout: tuple[str, ...], bands: tuple[int, ...]
) -> None:
    path, pixels = tmp_path / "a.tif", np.random.default_rng(1).integers(0, 4095, (3, 70, 90))
    options = [*layout, "BLOCKXSIZE=32", "BLOCKYSIZE=16"]
    made = gdal.GetDriverByName("GTiff").Create(str(path), 90, 140, 3, gdal.GDT_UInt16, options)
    made.WriteArray(pixels.astype(np.uint16), 0, 48)
    made.SetGeoTransform((0, 1, 0, 140, 0, -1))
    del made
    raster = describe_raster(RasterSource(str(path)), bands)
    window = raster.grid.crop(7, 40, 80, 60)
    expected = gdal.Open(str(path)).ReadAsArray(7, 40, 80, 60)[[b - 1 for b in bands or (1, 2, 3)]]
    assert np.array_equal(RasterReader(raster).read(window), expected)
