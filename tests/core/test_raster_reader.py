from __future__ import annotations

import pickle
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from osgeo import gdal

from chipwright.core.errors import ExportCancelled, UnreadableSource
from chipwright.core.grid import PixelGrid
from chipwright.core.progress import StopSignal
from chipwright.core.raster import describe_raster
from chipwright.core.raster_reader import RasterReader
from chipwright.core.request import RasterSource
from chipwright.tests.core.making import (
    EVERY_GRID,
    NORTH_UP,
    ROTATED,
    Array,
    crs,
    examples,
    gdal_raising,
    random_pixels,
    write_raster,
)

HOW_GDAL_FAILS = pytest.mark.parametrize("raising", [False, True], ids=["returns", "raises"])
TYPES = ("uint8", "uint16", "int16", "uint32", "int32", "float32", "float64")
BILINEAR, NEAREST = gdal.GRIORA_Bilinear, gdal.GRIORA_NearestNeighbour
PIXELS = random_pixels((3, NORTH_UP.rows, NORTH_UP.columns))


def reader(
    path: str, bands: tuple[int, ...] = (), resampling: int = BILINEAR, **more: StopSignal
) -> RasterReader:
    return RasterReader(describe_raster(RasterSource(path), bands), resampling, **more)


@pytest.fixture
def image(tmp_path: Path) -> str:
    return write_raster(tmp_path / "image.tif", PIXELS, NORTH_UP)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> str:
    """300 × 200 pixels of 2 m in three bands."""
    grid = PixelGrid(300, 200, NORTH_UP.geotransform, NORTH_UP.crs_wkt)
    folder = tmp_path_factory.mktemp("raster")
    return write_raster(folder / "large.tif", random_pixels((3, 200, 300)), grid)


@pytest.fixture(scope="module")
def smooth(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Real numbers, so that a wrong position shows beyond rounding."""
    grid = PixelGrid(300, 200, NORTH_UP.geotransform, NORTH_UP.crs_wkt)
    rows, columns = np.mgrid[:200, :300]
    pixels = np.stack([np.sin(columns / 20) + np.cos(rows / 15), columns + rows / 1000])
    folder = tmp_path_factory.mktemp("raster")
    return write_raster(folder / "smooth.tif", pixels.astype(np.float32), grid)


def warped(path: str, grid: PixelGrid, how: str) -> Array:
    """A raster on another grid, as gdalwarp -et 0 makes it."""
    target = gdal.GetDriverByName("MEM").Create(
        "", grid.columns, grid.rows, 3, gdal.GDT_Float32 if "smooth" in path else gdal.GDT_Byte
    )
    target.SetGeoTransform(grid.geotransform)
    target.SetProjection(grid.crs_wkt)
    gdal.Warp(target, path, resampleAlg=how, errorThreshold=0, multithread=False)
    count = gdal.Open(path).RasterCount
    return target.ReadAsArray()[:count]


@EVERY_GRID
@pytest.mark.parametrize(
    "window", [(0, 0, 40, 30), (0, 0, 1, 1), (39, 29, 1, 1), (7, 5, 16, 9)], ids=str
)
def test_a_window_is_read_as_gdal_reads_it(
    tmp_path: Path, grid: PixelGrid, window: tuple[int, int, int, int]
) -> None:
    path = write_raster(tmp_path / "it.tif", PIXELS, grid)
    got = reader(path).read(grid.crop(*window))
    assert np.array_equal(got, gdal.Open(path).ReadAsArray(*window))


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("bands", [1, 3], ids=["1 band", "3 bands"])
def test_values_of_every_type_come_unchanged(tmp_path: Path, dtype: str, bands: int) -> None:
    pixels = random_pixels((bands, 30, 40), dtype)
    path = write_raster(tmp_path / "it.tif", pixels, NORTH_UP)
    got = reader(path).read(NORTH_UP)
    assert got.dtype == dtype
    assert np.array_equal(got, pixels)


@pytest.mark.parametrize("bands", [(1,), (3,), (2, 3), (3, 2, 1), (1, 3), (2, 2)], ids=str)
def test_bands_come_in_the_order_asked_for(image: str, bands: tuple[int, ...]) -> None:
    got = reader(image, bands).read(NORTH_UP.crop(3, 4, 5, 6))
    assert np.array_equal(got, PIXELS[[band - 1 for band in bands], 4:10, 3:8])


@pytest.mark.parametrize(
    ("left", "top"),
    [(-3, -2), (36, 27), (-3, 27), (36, 10), (-9, 0), (-50, -50), (40, 0), (0, 30), (100, 100)],
)
@EVERY_GRID
def test_beyond_the_raster_pixels_are_0(
    tmp_path: Path, grid: PixelGrid, left: int, top: int
) -> None:
    pixels = random_pixels((2, 30, 40), "uint16") | 1
    path = write_raster(tmp_path / "it.tif", pixels, grid)
    around = np.pad(pixels, ((0, 0), (200, 200), (200, 200)))
    got = reader(path).read(grid.crop(left, top, 9, 7))
    assert np.array_equal(got, around[:, 200 + top : 207 + top, 200 + left : 209 + left])


def test_a_window_larger_than_the_raster_holds_all_of_it(image: str) -> None:
    got = reader(image).read(NORTH_UP.crop(-5, -5, 50, 40))
    assert np.array_equal(got, np.pad(PIXELS, ((0, 0), (5, 5), (5, 5))))


def test_pixels_are_read_only(image: str) -> None:
    assert not reader(image).read(NORTH_UP).flags.writeable


def test_pixels_lie_interleaved_as_chips_are_written(image: str) -> None:
    assert reader(image).read(NORTH_UP).transpose(1, 2, 0).flags.c_contiguous


def test_a_grid_off_by_less_than_a_thousandth_of_a_pixel_is_that_of_the_raster(image: str) -> None:
    x, width, skew_x, y, skew_y, height = NORTH_UP.geotransform
    near = PixelGrid(8, 8, (x + 8.0009, width, skew_x, y, skew_y, height), NORTH_UP.crs_wkt)
    assert np.array_equal(reader(image).read(near), PIXELS[:, :8, 4:12])


def test_a_system_that_is_unknown_is_taken_for_that_of_the_raster(image: str) -> None:
    grid = PixelGrid(40, 30, NORTH_UP.geotransform, "")
    assert np.array_equal(reader(image).read(grid), PIXELS)


def test_nodata_is_copied_like_any_value(tmp_path: Path) -> None:
    pixels = np.array([[[-9999, 1], [2, -9999]]], np.int16)
    grid = NORTH_UP.crop(0, 0, 2, 2)
    path = write_raster(tmp_path / "it.tif", pixels, grid, nodata=-9999)
    assert np.array_equal(reader(path).read(grid), pixels)


# other cell sizes


@pytest.mark.parametrize("size", [0.3, 0.5, 1.0, 1.4, 3.0, 4.0, 6.6, 13.0])
def test_a_cell_size_is_resampled_as_gdal_translate_does(large: str, size: float) -> None:
    source = reader(large)
    grid = source.raster.grid.with_cell_size(size)
    translated = gdal.Translate(
        "",
        large,
        format="MEM",
        width=grid.columns,
        height=grid.rows,
        resampleAlg="bilinear",
        srcWin=[0, 0, grid.columns * size / 2, grid.rows * size / 2],
    )
    difference = translated.ReadAsArray().astype(int) - source.read(grid)
    assert np.abs(difference).max() <= 1


@pytest.mark.parametrize("size", [0.3, 0.5, 1.0, 1.4, 3.0, 4.0, 6.6, 13.0])
def test_a_cell_size_is_resampled_as_gdalwarp_does(smooth: str, size: float) -> None:
    source = reader(smooth)
    grid = source.raster.grid.with_cell_size(size)
    assert np.allclose(source.read(grid), warped(smooth, grid, "bilinear"), atol=2e-3)


@pytest.mark.parametrize("size", [0.3, 0.5, 1.0, 1.4, 3.0, 4.0, 6.6, 13.0])
def test_nearest_neighbours_are_those_of_gdalwarp(large: str, size: float) -> None:
    source = reader(large, resampling=NEAREST)
    grid = source.raster.grid.with_cell_size(size)
    assert np.array_equal(source.read(grid), warped(large, grid, "near"))


@pytest.mark.parametrize("shift", [0.3, 0.5, 0.7])
def test_a_shift_within_a_pixel_is_resampled_as_gdalwarp_does(smooth: str, shift: float) -> None:
    source = reader(smooth)
    x, width, skew_x, y, skew_y, height = source.raster.grid.geotransform
    shifted = (x + shift * width, width, skew_x, y + shift * height, skew_y, height)
    grid = PixelGrid(299, 199, shifted, source.raster.grid.crs_wkt)
    assert np.allclose(source.read(grid), warped(smooth, grid, "bilinear"), atol=2e-3)


@pytest.mark.parametrize("how", [BILINEAR, NEAREST], ids=["bilinear", "nearest"])
@examples
@given(
    st.sampled_from([0.3, 0.5, 1.4, 3.0, 4.0, 6.6]),
    st.tuples(st.floats(0, 1), st.floats(0, 1)),
    st.tuples(st.floats(0, 1), st.floats(0, 1)),
)
def test_a_pixel_is_the_same_whatever_is_read_with_it(
    large: str,
    how: int,
    size: float,
    corner: tuple[float, float],
    extent: tuple[float, float],
) -> None:
    source = reader(large, resampling=how)
    grid = source.raster.grid.with_cell_size(size)
    least = 1 + int(2 / size)
    left, top = int(corner[0] * (grid.columns - least)), int(corner[1] * (grid.rows - least))
    columns = least + int(extent[0] * (grid.columns - left - least))
    rows = least + int(extent[1] * (grid.rows - top - least))
    whole = _whole(large, how, size)[:, top : top + rows, left : left + columns]
    assert np.array_equal(source.read(grid.crop(left, top, columns, rows)), whole)


@pytest.mark.parametrize("how", [BILINEAR, NEAREST], ids=["bilinear", "nearest"])
def test_a_window_within_a_pixel_of_the_raster_is_not_empty(large: str, how: int) -> None:
    source = reader(large, resampling=how)
    grid = source.raster.grid.with_cell_size(0.25)
    whole = _whole(large, how, 0.25)
    assert np.array_equal(source.read(grid.crop(10, 10, 2, 2)), whole[:, 10:12, 10:12])


WHOLE: dict[tuple[str, int, float], Array] = {}


def _whole(path: str, how: int, size: float) -> Array:
    if (path, how, size) not in WHOLE:
        source = reader(path, resampling=how)
        WHOLE[path, how, size] = source.read(source.raster.grid.with_cell_size(size))
    return WHOLE[path, how, size]


@pytest.mark.parametrize("shift", [0.25, 0.5, 0.75])
@pytest.mark.parametrize("size", [1.0, 2.0, 5.0])
def test_a_nearest_pixel_is_the_same_at_the_edge_of_the_raster(
    large: str, shift: float, size: float
) -> None:
    """A window within the raster, and one that hangs over its edges."""
    source = reader(large, resampling=NEAREST)
    x, _, _, y, _, _ = source.raster.grid.geotransform
    count = int(560 // size)
    within = PixelGrid(
        count, 40, (x + shift * 2, size, 0.0, y - shift * 2, 0.0, -size), NORTH_UP.crs_wkt
    )
    over = within.crop(-9, -9, count + 9, 49)
    assert np.array_equal(source.read(over)[:, 9:, 9:], source.read(within))


def test_nodata_does_not_run_into_its_neighbours(tmp_path: Path) -> None:
    pixels = np.full((1, 8, 8), 100, np.int16)
    pixels[:, :, 4:] = -9999
    grid = PixelGrid(8, 8, NORTH_UP.geotransform, NORTH_UP.crs_wkt)
    source = reader(write_raster(tmp_path / "it.tif", pixels, grid, nodata=-9999))
    assert set(np.unique(source.read(grid.with_cell_size(1)))) == {-9999, 100}


# other systems


@pytest.mark.parametrize("epsg", [4326, 3857, 32634])
@pytest.mark.parametrize("how", [BILINEAR, NEAREST], ids=["bilinear", "nearest"])
def test_another_system_is_reached_as_gdalwarp_does(large: str, how: int, epsg: int) -> None:
    name = {BILINEAR: "bilinear", NEAREST: "near"}[how]
    suggested = gdal.Warp("", large, format="VRT", dstSRS=f"EPSG:{epsg}")
    grid = PixelGrid(
        suggested.RasterXSize, suggested.RasterYSize, suggested.GetGeoTransform(), crs(epsg)
    )
    got = reader(large, resampling=how).read(grid)
    assert np.array_equal(got, warped(large, grid, name))


def test_another_rotation_is_reached_as_gdalwarp_does(large: str) -> None:
    grid = ROTATED.crop(20, 10, 60, 50)
    got = reader(large).read(grid)
    assert np.array_equal(got, warped(large, grid, "bilinear"))


def test_bands_in_use_are_warped_in_their_order(large: str) -> None:
    grid = ROTATED.crop(20, 10, 60, 50)
    got = reader(large, (3, 1)).read(grid)
    assert np.array_equal(got, warped(large, grid, "bilinear")[[2, 0]])


def test_all_bands_in_another_order_are_warped_in_that_order(large: str) -> None:
    grid = ROTATED.crop(20, 10, 60, 50)
    got = reader(large, (3, 2, 1)).read(grid)
    assert np.array_equal(got, warped(large, grid, "bilinear")[::-1])


def test_a_fourth_band_that_is_alpha_is_warped_like_the_others(tmp_path: Path) -> None:
    pixels = random_pixels((4, 30, 40)) | 1
    options = ("PHOTOMETRIC=RGB", "ALPHA=YES")
    path = write_raster(tmp_path / "it.tif", pixels, NORTH_UP, options=options)
    got = reader(path).read(ROTATED.crop(10, 5, 4, 4))
    assert got[3].any()


# threads, cancelling, errors


def test_threads_do_not_share_a_handle(image: str) -> None:
    handles = reader(image)._handles
    both_at_once = Barrier(2, timeout=10)

    def here(_: int) -> int:
        both_at_once.wait()
        return id(handles.here())

    with ThreadPoolExecutor(2) as pool:
        assert len(set(pool.map(here, range(2)))) == 2


def test_a_thread_opens_its_handle_once(image: str) -> None:
    handles = reader(image)._handles
    assert handles.here() is handles.here()


def test_a_thread_goes_on_with_the_handle_that_another_has_left(image: str) -> None:
    reader = RasterReader(describe_raster(RasterSource(image)))
    used = []
    for _ in range(2):
        with ThreadPoolExecutor(1) as pool:
            pool.submit(reader.read, reader.raster.grid).result()
        used.append(reader._handles.here())
        reader._handles.leave()
    assert used[0] is used[1]


def test_readers_of_one_source_share_what_is_open(image: str) -> None:
    reader = RasterReader(describe_raster(RasterSource(image)))
    moved = replace(reader.raster.grid, geotransform=(9.0, 1.0, 0.0, 9.0, 0.0, -1.0))
    other = reader.of(replace(reader.raster, grid=moved))
    assert np.array_equal(other.read(moved), reader.read(reader.raster.grid))
    assert len(reader._plain._idle) == 1 and not reader._handles._idle


def test_threads_read_the_same_pixels(large: str) -> None:
    source = reader(large)
    windows = [source.raster.grid.crop(left, 3, 40, 90) for left in range(0, 260, 5)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(source.read, windows))
    assert all(np.array_equal(got, source.read(it)) for got, it in zip(together, windows))


@pytest.mark.parametrize("grid", [NORTH_UP, NORTH_UP.with_cell_size(3), ROTATED], ids=str)
@HOW_GDAL_FAILS
def test_a_read_ends_when_the_user_wants_to_stop(
    image: str, grid: PixelGrid, raising: bool
) -> None:
    stop = StopSignal()
    source = reader(image, stop=stop)
    stop.raise_it()
    with gdal_raising(raising), pytest.raises(ExportCancelled):
        source.read(grid)


@pytest.fixture
def truncated(tmp_path: Path) -> Iterator[str]:
    """The header says 40 × 30 pixels in 3 bands; the last of them are gone."""
    path = write_raster(tmp_path / "half.tif", PIXELS, NORTH_UP)
    whole = (tmp_path / "half.tif").read_bytes()
    (tmp_path / "half.tif").write_bytes(whole[: len(whole) - 2000])
    yield path


@pytest.mark.parametrize("grid", [NORTH_UP, NORTH_UP.with_cell_size(3), ROTATED], ids=str)
@HOW_GDAL_FAILS
def test_pixels_that_cannot_be_read_name_the_file(
    truncated: str, grid: PixelGrid, raising: bool
) -> None:
    source = reader(truncated)
    with gdal_raising(raising), pytest.raises(UnreadableSource, match="half.tif"):
        source.read(grid)


@HOW_GDAL_FAILS
def test_a_file_that_is_gone_is_named(image: str, raising: bool) -> None:
    source = reader(image)
    Path(image).unlink()
    with gdal_raising(raising), pytest.raises(UnreadableSource, match="image.tif"):
        source.read(NORTH_UP)


@pytest.mark.parametrize(
    "grid", [NORTH_UP.crop(3, 4, 5, 6), NORTH_UP.with_cell_size(3), ROTATED], ids=str
)
def test_pixels_do_not_depend_on_how_gdal_fails(image: str, grid: PixelGrid) -> None:
    with gdal_raising(True):
        raising = reader(image).read(grid)
    assert np.array_equal(raising, reader(image).read(grid))


def test_a_reader_goes_to_workers(image: str) -> None:
    source = reader(image, (3, 1))
    source.read(NORTH_UP)
    there = pickle.loads(pickle.dumps(source))
    assert np.array_equal(there.read(NORTH_UP), PIXELS[[2, 0]])


def test_a_reader_keeps_its_resampling_on_its_way_to_workers(image: str) -> None:
    source = reader(image, resampling=NEAREST)
    assert pickle.loads(pickle.dumps(source)).resampling == NEAREST
