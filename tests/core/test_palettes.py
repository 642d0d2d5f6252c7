from __future__ import annotations

from pathlib import Path
from typing import Optional

import numpy as np
import pytest
from osgeo import gdal

from chipwright.core.grid import PixelGrid
from chipwright.core.palettes import PaletteReader, palette_of
from chipwright.core.raster import describe_raster
from chipwright.core.raster_reader import RasterReader
from chipwright.core.request import RasterSource
from chipwright.core.warping import NEAREST
from chipwright.tests.core.making import (
    NORTH_UP,
    Array,
    editable_band,
    random_pixels,
    write_raster,
)

COLORS = [(0, 0, 0, 255), (255, 0, 0, 255), (10, 200, 30, 128), (1, 2, 255, 0)]


def image(
    path: Path, pixels: Array, colors: Optional[list[tuple[int, int, int, int]]] = None
) -> str:
    made = write_raster(path, pixels, NORTH_UP)
    if colors is not None:
        table = gdal.ColorTable()
        for number, color in enumerate(colors):
            table.SetColorEntry(number, color)
        editable_band(made).SetColorTable(table)
    return made


def reader_of(path: str) -> PaletteReader:
    raster = describe_raster(RasterSource(path))
    colors = palette_of(raster)
    assert colors is not None
    return PaletteReader(RasterReader(raster, NEAREST), colors)


@pytest.fixture
def numbers() -> Array:
    return random_pixels((1, 30, 40)) % 4


def test_the_colours_are_those_of_the_table(tmp_path: Path, numbers: Array) -> None:
    raster = describe_raster(RasterSource(image(tmp_path / "image.tif", numbers, COLORS)))
    found = palette_of(raster)
    assert found is not None
    assert found[:4].tolist() == [list(color[:3]) for color in COLORS]


def test_pixels_have_the_colours_of_their_numbers(tmp_path: Path, numbers: Array) -> None:
    reader = reader_of(image(tmp_path / "image.tif", numbers, COLORS))
    expected = np.array(COLORS)[numbers[0], :3].transpose(2, 0, 1)
    assert np.array_equal(reader.read(NORTH_UP), expected)


def test_colours_are_those_that_gdal_expands_them_to(tmp_path: Path, numbers: Array) -> None:
    path = image(tmp_path / "image.tif", numbers, COLORS)
    expected = gdal.Translate("", path, format="MEM", rgbExpand="rgb").ReadAsArray()
    assert np.array_equal(reader_of(path).read(NORTH_UP), expected)


def test_the_image_is_read_as_three_bands_of_8_bits(tmp_path: Path, numbers: Array) -> None:
    raster = reader_of(image(tmp_path / "image.tif", numbers.astype("uint16"), COLORS)).raster
    assert (raster.bands, raster.data_type, raster.nodata) == ((1, 2, 3), "uint8", (None,) * 3)


@pytest.mark.parametrize("size", [1.0, 0.7, 5.0])
def test_numbers_are_never_averaged(tmp_path: Path, numbers: Array, size: float) -> None:
    reader = reader_of(image(tmp_path / "image.tif", numbers, COLORS))
    found = reader.read(NORTH_UP.with_cell_size(size)).reshape(3, -1).T
    assert {tuple(color) for color in found.tolist()} <= {color[:3] for color in COLORS}


def test_a_turned_grid_is_read_likewise(tmp_path: Path, numbers: Array) -> None:
    reader = reader_of(image(tmp_path / "image.tif", numbers, COLORS))
    place: PixelGrid = NORTH_UP.around(20, 15, 12, 8, 90)
    upright = np.array(COLORS)[numbers[0, 9:21, 16:24], :3]
    assert np.array_equal(reader.read(place), np.rot90(upright).transpose(2, 0, 1))


def test_numbers_beyond_the_table_are_held_to_it(tmp_path: Path) -> None:
    """A file cannot say what colour they have."""
    values = np.full((1, 30, 40), 60000, np.uint16)
    reader = reader_of(image(tmp_path / "image.tif", values, COLORS))
    assert reader.read(NORTH_UP).shape == (3, 30, 40)


def test_pixels_cannot_be_changed(tmp_path: Path, numbers: Array) -> None:
    found = reader_of(image(tmp_path / "image.tif", numbers, COLORS)).read(NORTH_UP)
    assert not found.flags.writeable


# what has no palette


def test_an_image_without_a_table_has_no_palette(tmp_path: Path, numbers: Array) -> None:
    path = image(tmp_path / "image.tif", numbers)
    assert palette_of(describe_raster(RasterSource(path))) is None


@pytest.mark.parametrize(("bands", "dtype"), [(3, "uint8"), (1, "float32")])
def test_several_bands_or_real_numbers_have_no_palette(
    tmp_path: Path, bands: int, dtype: str
) -> None:
    path = image(tmp_path / "image.tif", random_pixels((bands, 30, 40), dtype))
    assert palette_of(describe_raster(RasterSource(path))) is None
