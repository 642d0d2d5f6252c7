from __future__ import annotations

import pickle
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from itertools import count
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Optional

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from osgeo import gdal

from chipwright.core.errors import InvalidRequest
from chipwright.core.grid import PixelGrid
from chipwright.core.mosaic import mosaic
from chipwright.core.raster import describe_raster
from chipwright.core.raster_reader import RasterReader
from chipwright.core.request import RasterSource
from chipwright.core.source_windows import source_window
from chipwright.tests.core.making import (
    NORTH_UP,
    ROTATED,
    SOUTH_UP,
    Array,
    crs,
    examples,
    gdal_raising,
    quiet,
    random_pixels,
    write_raster,
)

GRIDS = {"north up": NORTH_UP, "south up": SOUTH_UP, "rotated": ROTATED}
EVERY_GRID = pytest.mark.parametrize("grid", GRIDS.values(), ids=GRIDS.keys())
HOW_GDAL_FAILS = pytest.mark.parametrize("raising", [False, True], ids=["returns", "raises"])
TYPES = ("uint8", "uint16", "int16", "uint32", "int32", "float32", "float64")
SCENE = random_pixels((3, 30, 40))
NEAREST = gdal.GRIORA_NearestNeighbour
Window = tuple[int, int, int, int]
"""Left, top, columns and rows."""


class Items:
    """Writes items into a folder, one after the other."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers = count()

    def write(
        self,
        pixels: Array,
        grid: PixelGrid,
        nodata: Optional[float] = None,
        options: Sequence[str] = (),
    ) -> RasterSource:
        grid = replace(grid, columns=pixels.shape[2], rows=pixels.shape[1])
        path = self.folder / f"item {next(self._numbers)}.tif"
        return RasterSource(write_raster(path, pixels, grid, nodata, options))

    def cut(self, window: Window, scene: Array = SCENE, grid: PixelGrid = NORTH_UP) -> RasterSource:
        """A window of a scene."""
        left, top, columns, rows = window
        part = scene[:, top : top + rows, left : left + columns]
        return self.write(part, grid.crop(left, top, columns, rows))


@pytest.fixture
def items(tmp_path: Path) -> Items:
    return Items(tmp_path)


def pixels_of(source: RasterSource) -> Array:
    dataset = gdal.OpenEx(source.path, open_options=list(source.open_options))
    pixels = dataset.ReadAsArray()
    return pixels.reshape(dataset.RasterCount, dataset.RasterYSize, dataset.RasterXSize)


def mask_of(source: RasterSource) -> Array:
    """255 where the first band has data."""
    dataset = gdal.Open(source.path)
    return dataset.GetRasterBand(1).GetMaskBand().ReadAsArray()


def grid_of(source: RasterSource) -> PixelGrid:
    return describe_raster(source).grid


def shifted(grid: PixelGrid, columns: float, rows: float, cell: float = 1.0) -> PixelGrid:
    """A grid that begins some pixels aside, with pixels `cell` times as large."""
    x, xc, xr, y, yc, yr = grid.geotransform
    corner = (x + columns * xc + rows * xr, y + columns * yc + rows * yr)
    return replace(
        grid,
        geotransform=(corner[0], xc * cell, xr * cell, corner[1], yc * cell, yr * cell),
    )


def warped(
    sources: Sequence[RasterSource],
    grid: PixelGrid,
    how: str = "bilinear",
    nodata: Optional[float] = None,
) -> Array:
    """What gdalwarp makes of sources on a grid, of which the later hide the earlier."""
    example = gdal.Open(sources[0].path)
    kind = example.GetRasterBand(1).DataType
    driver = gdal.GetDriverByName("MEM")
    target = driver.Create("", grid.columns, grid.rows, example.RasterCount, kind)
    target.SetGeoTransform(grid.geotransform)
    target.SetProjection(grid.crs_wkt)
    for number in range(1, example.RasterCount + 1):
        if nodata is not None:
            target.GetRasterBand(number).SetNoDataValue(nodata)
            target.GetRasterBand(number).Fill(nodata)
    for source in sources:
        options = ["UNIFIED_SRC_NODATA=NO", *scale_options(grid_of(source), grid)]
        gdal.Warp(
            target,
            source.path,
            resampleAlg=how,
            errorThreshold=0,
            warpOptions=options,
            overviewLevel="NONE",
        )
    return target.ReadAsArray().reshape(-1, grid.rows, grid.columns)


def scale_options(source: PixelGrid, target: PixelGrid) -> list[str]:
    """GDAL before 3.11 takes for the scale how much larger a target is as a whole."""
    if source.crs_wkt != target.crs_wkt:
        return ["XSCALE=1", "YSCALE=1"]
    scale = source.cell_size[0] / target.cell_size[0]
    return [f"XSCALE={scale}", f"YSCALE={scale}"]


def painted(
    windows: Sequence[Window], layers: Sequence[Array], shape: tuple[int, int, int]
) -> Array:
    """Layers in windows of a canvas of zeros, the first on top."""
    canvas = np.zeros(shape, layers[0].dtype)
    for (left, top, columns, rows), layer in reversed(list(zip(windows, layers))):
        canvas[:, top : top + rows, left : left + columns] = layer
    return canvas


# Items on the pixels of the first


@EVERY_GRID
def test_tiles_make_the_scene_they_were_cut_from(items: Items, grid: PixelGrid) -> None:
    windows = [(0, 0, 22, 17), (18, 0, 22, 17), (0, 13, 22, 17), (18, 13, 22, 17)]
    whole = mosaic([items.cut(window, grid=grid) for window in windows])
    assert (pixels_of(whole) == SCENE).all()
    assert grid_of(whole) == replace(grid, crs_wkt=grid_of(whole).crs_wkt)


@EVERY_GRID
def test_the_first_item_may_lie_anywhere_in_the_whole(items: Items, grid: PixelGrid) -> None:
    windows = [(18, 13, 22, 17), (0, 0, 22, 17), (18, 0, 22, 17), (0, 13, 22, 17)]
    whole = mosaic([items.cut(window, grid=grid) for window in windows])
    assert (pixels_of(whole) == SCENE).all()
    assert grid_of(whole).geotransform == pytest.approx(grid.geotransform, abs=1e-6)


@pytest.mark.parametrize("dtype", TYPES)
def test_pixels_of_every_type_are_copied(items: Items, dtype: str) -> None:
    scene = random_pixels((2, 30, 40), dtype)
    whole = mosaic([items.cut((20, 0, 20, 30), scene), items.cut((0, 0, 20, 30), scene)])
    assert describe_raster(whole).data_type == dtype
    assert (pixels_of(whole) == scene).all()


@pytest.mark.parametrize("dtype", TYPES)
def test_pixels_beside_nodata_are_copied(items: Items, dtype: str) -> None:
    scene = random_pixels((2, 30, 40), dtype)
    scene[scene == 7] = 8
    scene[:, :5] = 7
    parts = [
        items.write(scene[:, :, left:right], NORTH_UP.crop(left, 0, 20, 30), nodata=7)
        for left, right in ((0, 20), (20, 40))
    ]
    assert (pixels_of(mosaic(parts)) == scene).all()


@EVERY_GRID
def test_of_two_items_at_one_place_the_earlier_is_seen(items: Items, grid: PixelGrid) -> None:
    one, other = random_pixels((3, 30, 40), seed=1), random_pixels((3, 30, 40), seed=2)
    sources = [items.write(one, grid), items.write(other, shifted(grid, 10, 5))]
    whole = mosaic(sources)
    expected = painted([(0, 0, 40, 30), (10, 5, 40, 30)], [one, other], (3, 35, 50))
    assert (pixels_of(whole) == expected).all()


def test_gdalwarp_draws_the_same_from_last_to_first(items: Items) -> None:
    sources = [
        items.write(random_pixels((3, 30, 40), seed=seed), shifted(NORTH_UP, 7 * seed, -5 * seed))
        for seed in range(4)
    ]
    whole = mosaic(sources)
    assert (pixels_of(whole) == warped(sources[::-1], grid_of(whole), "nearest")).all()


@given(
    st.lists(
        st.tuples(*[st.integers(0, 12)] * 2, *[st.integers(1, 9)] * 2), min_size=2, max_size=6
    ),
    st.booleans(),
)
@examples
def test_any_tiles_are_painted_one_below_the_other(
    tmp_path_factory: pytest.TempPathFactory, windows: list[Window], has_nodata: bool
) -> None:
    items = Items(tmp_path_factory.mktemp("items"))
    layers = [
        random_pixels((2, rows, columns), seed=seed) % 3 + 1
        for seed, (_, _, columns, rows) in enumerate(windows)
    ]
    whole = mosaic(
        [
            items.write(layer, NORTH_UP.crop(*window), nodata=0 if has_nodata else None)
            for window, layer in zip(windows, layers)
        ]
    )
    canvas = painted(windows, layers, (2, 21, 21))
    left, top = min(each[0] for each in windows), min(each[1] for each in windows)
    grid = grid_of(whole)
    assert grid.geotransform == pytest.approx(NORTH_UP.crop(left, top, 1, 1).geotransform)
    seen = canvas[:, top : top + grid.rows, left : left + grid.columns]
    assert (pixels_of(whole) == seen).all()
    assert ((mask_of(whole) == 255) == (seen[0] > 0)).all()
    assert np.count_nonzero(seen) == np.count_nonzero(canvas)


def test_rounding_of_coordinates_is_no_offset(items: Items) -> None:
    left, right = items.cut((0, 0, 20, 30)), SCENE[:, :, 20:]
    beside = items.write(right, shifted(NORTH_UP, 20 + 4e-4, -3e-4))
    assert (pixels_of(mosaic([left, beside])) == SCENE).all()


def test_an_unknown_system_is_that_of_the_first(items: Items) -> None:
    unknown = replace(NORTH_UP, crs_wkt="")
    whole = mosaic([items.cut((0, 0, 20, 30)), items.cut((20, 0, 20, 30), grid=unknown)])
    assert (pixels_of(whole) == SCENE).all()


def test_where_the_first_does_not_know_its_system_others_may(items: Items) -> None:
    unknown = replace(NORTH_UP, crs_wkt="")
    whole = mosaic([items.cut((0, 0, 20, 30), grid=unknown), items.cut((20, 0, 20, 30))])
    assert (pixels_of(whole) == SCENE).all()
    assert "33N" in grid_of(whole).crs_wkt


def test_without_any_system_tiles_are_put_together_all_the_same(items: Items) -> None:
    unknown = replace(NORTH_UP, crs_wkt="")
    windows = [(0, 0, 20, 30), (20, 0, 20, 30)]
    whole = mosaic([items.cut(window, grid=unknown) for window in windows])
    assert (pixels_of(whole) == SCENE).all()
    assert grid_of(whole).crs_wkt == ""


def test_one_item_stays_as_it_is(items: Items) -> None:
    source = items.cut((0, 0, 20, 30))
    assert mosaic([source]) is source


# No-data


def test_nodata_lets_later_items_through_band_by_band(items: Items) -> None:
    one, other = random_pixels((2, 6, 6), seed=1) % 9, random_pixels((2, 6, 6), seed=2) % 9
    grid = NORTH_UP.crop(0, 0, 6, 6)
    whole = mosaic([items.write(one, grid, nodata=0), items.write(other, grid, nodata=0)])
    assert (pixels_of(whole) == np.where(one == 0, other, one)).all()


def test_values_of_nodata_may_differ(items: Items) -> None:
    one, other = (np.full((1, 4, 4), value, np.int16) for value in (5, 6))
    one[0, 0, :2], other[0, :2, 0] = -1, -2
    grid = NORTH_UP.crop(0, 0, 4, 4)
    whole = mosaic([items.write(one, grid, nodata=-1), items.write(other, grid, nodata=-2)])
    assert describe_raster(whole).nodata == (-1,)
    assert pixels_of(whole)[0].tolist() == [[-1, 6, 5, 5], [5] * 4, [5] * 4, [5] * 4]


def test_not_a_number_is_nodata_like_any_value(items: Items) -> None:
    one, other = np.ones((1, 4, 4), np.float32), np.full((1, 4, 4), 2, np.float32)
    one[0, 0] = np.nan
    grid = NORTH_UP.crop(0, 0, 4, 4)
    whole = mosaic(
        [
            items.write(one, grid, nodata=float("nan")),
            items.write(other, shifted(grid, 2, 0), nodata=float("nan")),
        ]
    )
    expected = np.float32([[np.nan] * 2 + [2] * 4] + 3 * [[1] * 4 + [2] * 2])
    assert np.array_equal(pixels_of(whole)[0], expected, equal_nan=True)


def test_where_no_item_is_there_is_nodata(items: Items) -> None:
    grid = NORTH_UP.crop(0, 0, 4, 4)
    sources = [
        items.write(np.full((2, 4, 4), 5, np.uint8), shifted(grid, 6 * rank, 0), nodata)
        for rank, nodata in enumerate((None, 9))
    ]
    whole = mosaic(sources)
    assert describe_raster(whole).nodata == (9, 9)
    assert (pixels_of(whole)[:, :, 4:6] == 9).all()
    assert ((mask_of(whole) == 0) == (pixels_of(whole)[0] == 9)).all()


def test_without_a_value_a_mask_tells_zeros_of_items_from_holes(items: Items) -> None:
    grid = NORTH_UP.crop(0, 0, 4, 4)
    zeros = np.zeros((1, 4, 4), np.uint8)
    whole = mosaic([items.write(zeros, shifted(grid, 6 * rank, 0)) for rank in range(2)])
    assert describe_raster(whole).nodata == (None,)
    assert (pixels_of(whole) == 0).all()
    assert (mask_of(whole) == [[255] * 4 + [0] * 2 + [255] * 4] * 4).all()


def test_a_value_that_pixels_cannot_have_is_no_nodata(items: Items) -> None:
    with quiet():
        one = items.write(np.zeros((1, 4, 4), np.uint8), NORTH_UP, nodata=-9999)
    other = items.write(np.ones((1, 4, 4), np.uint8), shifted(NORTH_UP, 2, 0))
    whole = mosaic([one, other])
    assert describe_raster(whole).nodata == (None,)
    assert (pixels_of(whole)[0] == [[0] * 4 + [1] * 2] * 4).all()


def test_what_is_transparent_lets_later_items_through(items: Items) -> None:
    one, other = random_pixels((4, 4, 4), seed=1), random_pixels((4, 4, 4), seed=2)
    one[3], other[3] = np.repeat([0, 1, 128, 255], 4).reshape(4, 4), 255
    grid, rgba = NORTH_UP.crop(0, 0, 4, 4), ["PHOTOMETRIC=RGB", "ALPHA=YES"]
    whole = mosaic(
        [
            items.write(one, grid, options=rgba),
            items.write(other, shifted(grid, 2, 0), options=rgba),
        ]
    )
    expected = painted([(0, 0, 4, 4), (2, 0, 4, 4)], [one, other], (4, 4, 6))
    expected[:, 0, :2], expected[:, 0, 2:] = 0, other[:, 0]
    assert (pixels_of(whole) == expected).all()
    assert ((mask_of(whole) > 0) == (expected[3] > 0)).all()


def test_what_is_masked_lets_later_items_through(items: Items) -> None:
    one, other = random_pixels((3, 4, 4), seed=1), random_pixels((3, 4, 4), seed=2)
    grid = NORTH_UP.crop(0, 0, 4, 4)
    sources = [items.write(one, grid), items.write(other, shifted(grid, 2, 0))]
    mask_rows(sources[0], 2)
    whole = mosaic(sources)
    expected = painted([(0, 0, 4, 4), (2, 0, 4, 4)], [one, other], (3, 4, 6))
    expected[:, :2, :2], expected[:, :2, 2:] = 0, other[:, :2]
    assert (pixels_of(whole) == expected).all()
    assert (mask_of(whole) == [[0] * 2 + [255] * 4] * 2 + [[255] * 6] * 2).all()


def mask_rows(source: RasterSource, rows: int) -> None:
    """Mask the upper rows of a file."""
    dataset = gdal.Open(source.path, gdal.GA_Update)
    dataset.CreateMaskBand(gdal.GMF_PER_DATASET)
    mask = np.full((dataset.RasterYSize, dataset.RasterXSize), 255, np.uint8)
    mask[:rows] = 0
    dataset.GetRasterBand(1).GetMaskBand().WriteArray(mask)


# Items on other pixels than the first


def smooth(rows: int, columns: int) -> Array:
    """Real numbers, so that a wrong position shows beyond rounding."""
    down, across = np.mgrid[:rows, :columns]
    return np.stack([np.sin(across / 5) + np.cos(down / 4), across + down / 1000]).astype("f4")


def geographic() -> PixelGrid:
    """A grid in degrees beside NORTH_UP."""
    return PixelGrid(40, 30, (15.0006, 2.7e-5, 0.0, 48.7520, 0.0, -1.8e-5), crs(4326))


OFF_GRID = {
    "half a pixel aside": shifted(NORTH_UP, 30.5, 3.5),
    "a part of a pixel aside": shifted(NORTH_UP, 30.2, -3.7),
    "larger pixels": shifted(NORTH_UP, 30.2, 3, 2.5),
    "smaller pixels": shifted(NORTH_UP, 30, 3, 0.4),
    "south up": replace(SOUTH_UP, geotransform=(500_070.0, 2.0, 0.0, 5_399_930.0, 0.0, 2.0)),
    "rotated": ROTATED,
    "in degrees": geographic(),
    "in the next zone": PixelGrid(40, 30, (59_350.0, 2.0, 0, 5_416_000.0, 0, -2), crs(32634)),
}
UNEVEN = {name: grid for name, grid in OFF_GRID.items() if name != "half a pixel aside"}
"""Without edges that lie in the middle of other pixels, which may or may not belong to them."""
EVERY_OFF_GRID = pytest.mark.parametrize("grid", OFF_GRID.values(), ids=OFF_GRID.keys())


def near_of(grid: PixelGrid) -> PixelGrid:
    """A grid in UTM that begins near another one."""
    if grid.crs_wkt == NORTH_UP.crs_wkt:
        return NORTH_UP
    with quiet():
        placed = gdal.Warp("", memory_raster(grid), format="VRT", dstSRS=NORTH_UP.crs_wkt)
    x, y = gdal.ApplyGeoTransform(placed.GetGeoTransform(), 0, 0)
    return replace(NORTH_UP, geotransform=(round(x) - 50.0, 2.0, 0.0, round(y) + 10.0, 0.0, -2.0))


def memory_raster(grid: PixelGrid) -> gdal.Dataset:
    dataset = gdal.GetDriverByName("MEM").Create("", grid.columns, grid.rows, 1)
    dataset.SetGeoTransform(grid.geotransform)
    dataset.SetProjection(grid.crs_wkt)
    return dataset


@EVERY_OFF_GRID
@pytest.mark.parametrize("nodata", [None, -9, float("nan")])
def test_other_pixels_are_resampled_as_gdalwarp_does(
    items: Items, grid: PixelGrid, nodata: Optional[float]
) -> None:
    first = items.write(smooth(30, 40), near_of(grid), nodata=nodata)
    pixels = smooth(30, 40) + 20
    pixels[0, 10:13, 20:24] = nodata or 0
    other = items.write(pixels, grid, nodata=nodata)
    whole = mosaic([first, other])
    expected = warped([other, first], grid_of(whole), nodata=nodata)
    assert np.allclose(pixels_of(whole), expected, rtol=0, atol=0.02, equal_nan=True)


@pytest.mark.parametrize("first", [SOUTH_UP, ROTATED], ids=["south up", "rotated"])
@pytest.mark.parametrize("grid", UNEVEN.values(), ids=UNEVEN.keys())
def test_the_first_item_decides_the_orientation(
    items: Items, first: PixelGrid, grid: PixelGrid
) -> None:
    x, y = near_of(grid).geotransform[0::3]
    there = replace(first, geotransform=(x, *first.geotransform[1:3], y, *first.geotransform[4:]))
    one, other = items.write(smooth(30, 40), there), items.write(smooth(30, 40) + 20, grid)
    whole = mosaic([one, other])
    axes = [1, 2, 4, 5]
    assert np.take(grid_of(whole).geotransform, axes) == pytest.approx(
        np.take(first.geotransform, axes)
    )
    assert np.abs(pixels_of(whole) - warped([other, one], grid_of(whole))).max() <= 0.02


@EVERY_OFF_GRID
def test_no_pixel_whose_middle_has_data_is_lost(items: Items, grid: PixelGrid) -> None:
    first = items.write(smooth(30, 40), near_of(grid))
    other = items.write(smooth(30, 40) + 20, grid)
    wide = grid_of(mosaic([first, other])).crop(-20, -20, 200, 200)
    inside = (warped([other], wide)[1] != 0).sum()
    whole = mosaic([first, other])
    assert (warped([other], grid_of(whole))[1] != 0).sum() == inside


def test_what_lies_around_a_resampled_item_is_not_its_own(items: Items) -> None:
    ones, twos = np.ones((1, 30, 40), np.uint8), np.full((1, 30, 40), 2, np.uint8)
    under = items.write(ones, shifted(NORTH_UP, -3, 0))
    over = mosaic([items.write(twos, shifted(NORTH_UP, 60, 0)), items.write(twos, ROTATED), under])
    box = source_window(grid_of(over), shifted(NORTH_UP, -3, 0))
    assert box is not None
    left, top = int(box.left), int(box.top)
    seen = pixels_of(over)[0, top : top + 30, left : left + 40]
    assert set(np.unique(seen)) == {1, 2}


def test_an_alpha_band_is_resampled_with_its_item(items: Items) -> None:
    pixels = random_pixels((4, 10, 10))
    pixels[3] = 255
    pixels[3, :5] = 0
    rgba = ["PHOTOMETRIC=RGB", "ALPHA=YES"]
    below = np.full((4, 10, 10), 255, np.uint8)
    first = items.write(below, shifted(NORTH_UP, 30, 0), options=rgba)
    aside = items.write(pixels, shifted(NORTH_UP, 0.5, 0), options=rgba)
    under = items.write(below, NORTH_UP, options=rgba)
    seen = pixels_of(mosaic([first, aside, under]))
    assert seen.shape == (4, 10, 40)
    assert (seen[:, :4, :10] == 255).all()
    assert (seen[:3, 6:, 1:10] != 255).any()


def test_a_mask_is_resampled_with_its_item(items: Items) -> None:
    first = items.write(np.full((1, 10, 10), 3, np.uint8), shifted(NORTH_UP, 30, 0))
    aside = items.write(np.full((1, 10, 10), 2, np.uint8), shifted(NORTH_UP, 0.5, 0))
    mask_rows(aside, 5)
    under = items.write(np.full((1, 10, 10), 1, np.uint8), NORTH_UP)
    seen = pixels_of(mosaic([first, aside, under]))[0]
    assert (seen[:5, :10] == 1).all()
    assert (seen[5:, 1:10] == 2).all()


def test_nodata_of_some_bands_only_stays_nodata_where_resampled(items: Items) -> None:
    both = items.write(np.full((2, 10, 10), 7, np.uint8), shifted(NORTH_UP, 0.5, 0))
    view = gdal.Translate(str(items.folder / "view.vrt"), both.path, format="VRT")
    view.GetRasterBand(1).SetNoDataValue(7)
    del view
    first = items.write(np.full((2, 10, 10), 3, np.uint8), shifted(NORTH_UP, 20, 0), nodata=7)
    seen = pixels_of(mosaic([first, RasterSource(str(items.folder / "view.vrt"))]))
    assert (seen[:, :, 1:10] == 7).all()


def test_classes_are_resampled_by_nearest_neighbour(items: Items) -> None:
    classes = random_pixels((1, 30, 40)) // 25 * 25
    first, other = items.write(classes, NORTH_UP), items.write(classes, shifted(NORTH_UP, 30.3, 0))
    whole = mosaic([first, other], NEAREST)
    assert set(np.unique(pixels_of(whole))) <= {*np.unique(classes)}
    assert (pixels_of(whole) == warped([other, first], grid_of(whole), "nearest")).all()


def test_an_item_between_the_middles_of_pixels_adds_nothing(items: Items) -> None:
    speck = items.write(SCENE[:, :2, :2], shifted(NORTH_UP, 60.6, 5.6, 0.1))
    assert (pixels_of(mosaic([items.write(SCENE, NORTH_UP), speck])) == SCENE).all()


def test_bands_may_be_of_different_types(items: Items) -> None:
    halves = []
    for left in (0.0, 20.5):
        parts = [
            items.write(random_pixels((1, 30, 20), dtype), shifted(NORTH_UP, left, 0)).path
            for dtype in ("uint8", "int32")
        ]
        path = str(items.folder / f"{left}.vrt")
        gdal.BuildVRT(path, parts, separate=True).FlushCache()
        halves.append(RasterSource(path))
    whole = mosaic(halves)
    dataset = gdal.Open(whole.path)
    types = [gdal.GetDataTypeName(dataset.GetRasterBand(band).DataType) for band in (1, 2)]
    assert types == ["Byte", "Int32"]
    assert (pixels_of(whole)[:, :, :20] == pixels_of(halves[0])).all()
    assert (pixels_of(whole)[1, :, 21:40] < 0).any()


# What items have in common


@pytest.mark.parametrize(
    ("shape", "dtype", "problem"),
    [
        ((4, 30, 40), "uint8", r"item 1.tif' has 4 bands, but inputRaster has 3 bands; bring all"),
        ((1, 30, 40), "uint8", r"item 1.tif' has 1 band, but inputRaster has 3 bands"),
        ((3, 30, 40), "uint16", r"has pixels of type UInt16, but inputRaster has .* type Byte"),
    ],
)
def test_items_that_differ_in_kind_are_refused(
    items: Items, shape: tuple[int, int, int], dtype: str, problem: str
) -> None:
    sources = [items.write(SCENE, NORTH_UP), items.write(random_pixels(shape, dtype), NORTH_UP)]
    with pytest.raises(InvalidRequest, match=problem) as refused:
        mosaic(sources)
    assert refused.value.parameter == "rasterItems"


def test_items_of_other_scale_are_refused(items: Items) -> None:
    sources = [items.cut((0, 0, 20, 30)), items.cut((20, 0, 20, 30))]
    change(sources[1], lambda band: band.SetScale(0.1))
    with pytest.raises(
        InvalidRequest, match=r"scale and offset 0\.1, 0\.0; .*but inputRaster .* 1\.0, 0\.0"
    ):
        mosaic(sources)


def test_colours_of_indexes_are_kept(items: Items) -> None:
    sources = [items.write(SCENE[:1] % 2, shifted(NORTH_UP, 30.5 * rank, 0)) for rank in range(2)]
    for source in sources:
        change(source, lambda band: band.SetColorTable(colours((0, 0, 0), (250, 1, 2))))
    whole = mosaic(sources)
    assert set(np.unique(pixels_of(whole))) == {0, 1}
    dataset = gdal.Open(whole.path)
    assert dataset.GetRasterBand(1).GetColorTable().GetColorEntry(1) == (250, 1, 2, 255)
    assert dataset.GetRasterBand(1).GetColorInterpretation() == gdal.GCI_PaletteIndex


def test_items_of_other_colours_are_refused(items: Items) -> None:
    sources = [items.write(SCENE[:1] % 2, shifted(NORTH_UP, 30 * rank, 0)) for rank in range(2)]
    for rank, source in enumerate(sources):
        change(source, lambda band, rank=rank: band.SetColorTable(colours((rank, 0, 0))))
    with pytest.raises(InvalidRequest, match="item 1.tif' has other colours"):
        mosaic(sources)


def colours(*entries: tuple[int, int, int]) -> gdal.ColorTable:
    table = gdal.ColorTable()
    for index, entry in enumerate(entries):
        table.SetColorEntry(index, entry)
    return table


def change(source: RasterSource, how: Any) -> None:
    dataset = gdal.Open(source.path, gdal.GA_Update)
    how(dataset.GetRasterBand(1))


def test_bands_keep_their_names_and_colours(items: Items) -> None:
    sources = [items.cut((0, 0, 20, 30)), items.cut((20, 0, 20, 30))]
    change(sources[0], lambda band: band.SetDescription("near & far"))
    dataset = gdal.Open(mosaic(sources).path)
    assert dataset.GetRasterBand(1).GetDescription() == "near & far"
    assert [dataset.GetRasterBand(band).GetColorInterpretation() for band in (1, 2, 3)] == [
        gdal.GCI_RedBand,
        gdal.GCI_GreenBand,
        gdal.GCI_BlueBand,
    ]


@HOW_GDAL_FAILS
@pytest.mark.parametrize(("rank", "parameter"), [(0, "inputRaster"), (1, "rasterItems")])
def test_an_item_that_cannot_be_opened_is_named(
    items: Items, rank: int, parameter: str, raising: bool
) -> None:
    sources = [items.cut((0, 0, 20, 30))]
    sources.insert(rank, RasterSource(str(items.folder / "missing.tif")))
    with gdal_raising(raising), pytest.raises(InvalidRequest, match=r"missing\.tif") as refused:
        mosaic(sources)
    assert refused.value.parameter == parameter


@pytest.mark.parametrize(("rank", "parameter"), [(0, "inputRaster"), (1, "rasterItems")])
def test_an_item_without_a_place_is_refused(items: Items, rank: int, parameter: str) -> None:
    sources = [items.cut((0, 0, 20, 30))]
    nowhere = RasterSource(write_raster(items.folder / "nowhere.tif", SCENE))
    sources.insert(rank, nowhere)
    with pytest.raises(InvalidRequest, match=r"nowhere.tif' has no georeference") as refused:
        mosaic(sources)
    assert refused.value.parameter == parameter


@HOW_GDAL_FAILS
def test_an_item_that_cannot_be_reprojected_is_refused(items: Items, raising: bool) -> None:
    local = 'LOCAL_CS["site",UNIT["metre",1],AXIS["x",EAST],AXIS["y",NORTH]]'
    sources = [items.write(SCENE, NORTH_UP), items.write(SCENE, replace(NORTH_UP, crs_wkt=local))]
    with gdal_raising(raising), pytest.raises(InvalidRequest, match="cannot be brought") as refused:
        mosaic(sources)
    assert refused.value.parameter == "rasterItems"


def test_items_too_far_apart_are_refused(items: Items) -> None:
    sources = [items.write(SCENE, NORTH_UP), items.write(SCENE, shifted(NORTH_UP, 3e9, 0))]
    with pytest.raises(InvalidRequest, match="so far from inputRaster"):
        mosaic(sources)


# The text of a VRT as a path


def test_the_mosaic_is_named_after_its_items(items: Items) -> None:
    sources = [items.cut((0, 0, 20, 30)), items.cut((20, 0, 20, 30)), items.cut((5, 0, 20, 30))]
    named = [replace(sources[0], name="ortho"), *sources[1:]]
    assert str(mosaic(named)) == "ortho and 2 more"


def test_paths_may_hold_anything(tmp_path: Path) -> None:
    folder = tmp_path / "Bilder & 'Töne' <1>"
    folder.mkdir()
    items = Items(folder)
    aside = items.write(SCENE, shifted(NORTH_UP, 40.5, 0))
    whole = mosaic([items.cut((0, 0, 20, 30)), items.cut((20, 0, 20, 30)), aside])
    assert (pixels_of(whole)[:, :, :40] == SCENE).all()
    assert pixels_of(whole)[:, :, 40:].any()


@pytest.mark.parametrize("rank", [0, 1])
@pytest.mark.parametrize("offset", [0.0, 0.5], ids=["copied", "resampled"])
def test_open_options_are_honoured(items: Items, rank: int, offset: float) -> None:
    path = items.write(smooth(30, 40), NORTH_UP, options=["TILED=YES"]).path
    with quiet():
        dataset = gdal.Open(path, gdal.GA_Update)
        dataset.BuildOverviews("AVERAGE", [2])
    del dataset
    coarse = RasterSource(path, ("OVERVIEW_LEVEL=0",))
    half = grid_of(coarse)
    assert (half.columns, half.rows) == (20, 15)
    other = items.write(smooth(15, 20) + 50, shifted(half, 20 + offset, 0))
    sources = [other, coarse] if rank else [coarse, other]
    seen = pixels_of(mosaic(sources))
    expected = pixels_of(coarse)
    if rank and offset:
        expected = (expected[:, :, 1:] + expected[:, :, :-1]) / 2
        assert seen[:, :, 1:19] == pytest.approx(expected[:, :, :18], abs=0.02)
    else:
        assert (seen[:, :, :20] == expected).all()


def test_an_item_may_be_the_text_of_a_vrt(items: Items) -> None:
    upper = mosaic([items.cut((0, 0, 20, 15)), items.cut((20, 0, 20, 15))])
    lower = mosaic([items.cut((0, 15, 20, 15)), items.cut((20, 15, 20, 15))])
    assert (pixels_of(mosaic([upper, lower])) == SCENE).all()


def test_only_what_lies_under_a_window_is_opened(items: Items) -> None:
    sources = [items.cut((0, 0, 20, 30)), items.cut((20, 0, 20, 30))]
    whole = mosaic(sources)
    Path(sources[1].path).unlink()
    dataset = gdal.Open(whole.path)
    assert (dataset.ReadAsArray(0, 0, 20, 30) == SCENE[:, :, :20]).all()


def test_a_reader_sees_no_seams(items: Items) -> None:
    windows = [(0, 0, 22, 17), (18, 0, 22, 17), (0, 13, 22, 17), (18, 13, 22, 17)]
    whole = describe_raster(mosaic([items.cut(window) for window in windows]), (3, 1))
    seen = RasterReader(whole).read(whole.grid.crop(10, 8, 40, 25))
    expected = np.zeros((2, 25, 40), np.uint8)
    expected[:, :22, :30] = SCENE[[2, 0], 8:, 10:]
    assert (seen == expected).all()


@pytest.fixture
def mixed(items: Items) -> RasterSource:
    """A mosaic of copied and resampled items."""
    tiles = [items.cut((left, 0, 10, 30)) for left in range(0, 40, 10)]
    aside = [
        items.write(SCENE, shifted(NORTH_UP, 30.5 * rank, 20), nodata=0) for rank in range(1, 4)
    ]
    abroad = items.write(SCENE, OFF_GRID["rotated"])
    return mosaic([*tiles, *aside, abroad])


def test_threads_read_at_once(mixed: RasterSource) -> None:
    expected = pixels_of(mixed)
    with ThreadPoolExecutor(8) as pool:
        read = list(pool.map(pixels_of, [mixed] * 40))
    assert all((pixels == expected).all() for pixels in read)


def test_threads_share_a_reader(mixed: RasterSource) -> None:
    whole = describe_raster(mixed)
    reader = RasterReader(whole)
    expected = pixels_of(mixed)
    places = [(left, top) for top in range(0, 40, 5) for left in range(0, 100, 5)] * 3

    def is_right(place: tuple[int, int]) -> bool:
        left, top = place
        seen = reader.read(whole.grid.crop(left, top, 10, 10))
        return bool((seen == expected[:, top : top + 10, left : left + 10]).all())

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(is_right, places))


def test_other_processes_read_it(mixed: RasterSource) -> None:
    assert pickle.loads(pickle.dumps(mixed)) == mixed
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        assert (pool.submit(pixels_of, mixed).result() == pixels_of(mixed)).all()


def test_nothing_is_written(items: Items, mixed: RasterSource) -> None:
    before, in_memory = sorted(items.folder.iterdir()), gdal.ReadDir("/vsimem/")
    pixels_of(mixed)
    assert sorted(items.folder.iterdir()) == before
    assert not [path for path in before if path.suffix != ".tif"]
    assert gdal.ReadDir("/vsimem/") == in_memory


@HOW_GDAL_FAILS
def test_it_works_however_gdal_fails(items: Items, raising: bool) -> None:
    sources = [items.cut((0, 0, 40, 30)), items.write(SCENE, OFF_GRID["in degrees"])]
    near = items.write(SCENE, near_of(OFF_GRID["in degrees"]))
    with gdal_raising(raising):
        whole = mosaic([near, *sources[1:]])
        assert pixels_of(whole)[:, -1, -1].shape == (3,)


# Real images
