from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Optional

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chipwright.core.grid import PixelGrid
from chipwright.core.raster import describe_raster
from chipwright.core.raster_reader import RasterReader
from chipwright.core.request import RasterSource
from chipwright.core.shared_window import PixelReader, shared
from chipwright.tests.core.making import (
    NORTH_UP,
    ROTATED,
    SOUTH_UP,
    Array,
    crs,
    examples,
    random_pixels,
    write_raster,
)

PIXELS = random_pixels((3, 30, 40))
Window = tuple[int, int, int, int]
"""Left, top, columns and rows."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("rasters")


@pytest.fixture(scope="module")
def reader(folder: Path) -> RasterReader:
    return reader_of(folder, NORTH_UP)


def reader_of(folder: Path, grid: Optional[PixelGrid], pixels: Array = PIXELS) -> RasterReader:
    path = write_raster(folder / "image.tif", pixels, grid)
    return RasterReader(describe_raster(RasterSource(path)))


def grids(*windows: Window, of: PixelGrid = NORTH_UP) -> list[PixelGrid]:
    return [of.crop(*window) for window in windows]


def is_shared(reader: RasterReader, wanted: Sequence[PixelGrid]) -> bool:
    """Whether one reading does for all."""
    return shared(reader, wanted) is not reader


def assert_same(reader: RasterReader, wanted: Sequence[PixelGrid]) -> None:
    """The pixels are those of separate readings."""
    together: PixelReader = shared(reader, wanted)
    for grid in wanted:
        found, expected = together.read(grid), reader.read(grid)
        assert found.dtype == expected.dtype and np.array_equal(found, expected)


DENSE = grids((4, 4, 10, 10), (8, 6, 10, 10), (6, 10, 12, 6))
"""Windows that overlap much."""

WINDOWS = st.tuples(
    st.integers(-10, 45), st.integers(-10, 35), st.integers(1, 25), st.integers(1, 25)
)


@examples
@given(windows=st.lists(WINDOWS, max_size=6))
def test_pixels_are_those_of_separate_readings(reader: RasterReader, windows: list[Window]) -> None:
    """Also where windows leave the raster."""
    assert_same(reader, grids(*windows))


@pytest.mark.parametrize(
    "grid", [NORTH_UP, SOUTH_UP, ROTATED, None], ids=["north up", "south up", "rotated", "nowhere"]
)
def test_pixels_are_the_same_wherever_the_raster_lies(
    tmp_path: Path, grid: Optional[PixelGrid]
) -> None:
    reader = reader_of(tmp_path, grid)
    wanted = grids((4, 4, 10, 10), (8, 6, 10, 10), of=reader.raster.grid)
    assert is_shared(reader, wanted)
    assert_same(reader, wanted)


@pytest.mark.parametrize("bands", [1, 2, 5])
@pytest.mark.parametrize("dtype", ["uint16", "float32"])
def test_pixels_are_the_same_for_any_bands_and_type(tmp_path: Path, bands: int, dtype: str) -> None:
    reader = reader_of(tmp_path, NORTH_UP, random_pixels((bands, 30, 40), dtype))
    assert_same(reader, DENSE)


@pytest.mark.parametrize(
    "wanted",
    [
        DENSE,
        grids((0, 0, 8, 8), (0, 0, 8, 8)),
        grids((0, 0, 8, 8), (8, 0, 8, 8)),
        grids((0, 0, 40, 30), (17, 3, 2, 2)),
        grids((-3, -3, 8, 8), (2, 2, 8, 8), (-1, 0, 8, 8)),
    ],
    ids=["overlapping", "the same twice", "side by side", "one in another", "leaving the raster"],
)
def test_close_windows_are_read_at_once(reader: RasterReader, wanted: list[PixelGrid]) -> None:
    assert is_shared(reader, wanted)


@pytest.mark.parametrize(
    "wanted",
    [
        [],
        grids((0, 0, 8, 8)),
        grids((0, 0, 8, 8), (9, 0, 8, 8)),
        grids((0, 0, 4, 4), (36, 26, 4, 4)),
        grids((0, 0, 8, 8), (8, 8, 8, 8)),
    ],
    ids=["none", "one", "a gap", "far apart", "corner to corner"],
)
def test_windows_are_read_one_by_one_where_that_is_less(
    reader: RasterReader, wanted: list[PixelGrid]
) -> None:
    """There is nothing between them that somebody wants."""
    assert not is_shared(reader, wanted)


def shifted(grid: PixelGrid, share: float) -> PixelGrid:
    x, *others = grid.geotransform
    return PixelGrid(grid.columns, grid.rows, (x + 2 * share, *others), grid.crs_wkt)  # type: ignore[arg-type]


OTHERS = {
    "between pixels": shifted(DENSE[0], 0.5),
    "another cell size": DENSE[0].with_cell_size(1.0),
    "a coarser cell size": DENSE[0].with_cell_size(3.0),
    "another system": PixelGrid(10, 10, DENSE[0].geotransform, crs(32634)),
    "turned": PixelGrid(8, 8, (500_020.0, 1.6, 1.2, 5_399_980.0, 1.2, -1.6), NORTH_UP.crs_wkt),
    "turned by a quarter": DENSE[0].turned(1),
}


@pytest.mark.parametrize("name", OTHERS)
def test_a_grid_that_is_no_window_of_the_raster_is_the_same_in_company(
    reader: RasterReader, name: str
) -> None:
    assert_same(reader, [*DENSE, OTHERS[name]])


@pytest.mark.parametrize("name", OTHERS)
def test_grids_that_are_no_windows_of_the_raster_are_the_same_together(
    reader: RasterReader, name: str
) -> None:
    assert_same(reader, [OTHERS[name], OTHERS[name]])


def test_windows_may_miss_pixels_by_the_rounding_of_coordinates(reader: RasterReader) -> None:
    wanted = [shifted(grid, 1e-5) for grid in DENSE]
    assert is_shared(reader, wanted)
    assert_same(reader, wanted)


def test_what_is_read_at_once_is_read_only(reader: RasterReader) -> None:
    assert not shared(reader, DENSE).read(DENSE[1]).flags.writeable


def test_what_is_read_at_once_lies_pixel_by_pixel(reader: RasterReader) -> None:
    """As chips are written: the values of a pixel one after the other."""
    found: Any = shared(reader, DENSE).read(DENSE[1])
    assert found.strides[0] == found.itemsize


def test_the_raster_is_the_same(reader: RasterReader) -> None:
    assert shared(reader, DENSE).raster == reader.raster
