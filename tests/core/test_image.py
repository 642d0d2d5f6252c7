from __future__ import annotations

import math
from pathlib import Path
from typing import Any, Callable, Optional

import numpy as np
import pytest
from osgeo import gdal, osr

from chipwright.core.errors import InvalidRequest
from chipwright.core.grid import PixelGrid
from chipwright.core.image import Image, first_nodata, image_of
from chipwright.core.request import ExportRequest, Extent, FeatureSource, RasterSource, Size
from chipwright.tests.core.making import (
    NORTH_UP,
    ROTATED,
    SOUTH_UP,
    UTM,
    crs,
    gdal_raising,
    random_pixels,
    reference,
    write_raster,
)

Cut = Callable[..., Image]
X, Y = 500_000.0, 5_400_000.0


@pytest.fixture
def image(tmp_path: Path) -> Cut:
    """The image of a raster of 40 × 30 pixels of 2 m, for a request with some values."""

    def cut(
        grid: Optional[PixelGrid] = NORTH_UP,
        dtype: str = "uint8",
        count: int = 3,
        nodata: Optional[float] = None,
        **values: Any,
    ) -> Image:
        pixels = random_pixels((count, 30, 40), dtype)
        path = write_raster(tmp_path / "image.tif", pixels, grid, nodata)
        values.setdefault("metadata_format", "Export_Tiles")
        values.setdefault("tile_size", Size(1, 1))
        return image_of(ExportRequest(RasterSource(path), "chips", **values))

    return cut


def refused(image: Cut, **values: Any) -> InvalidRequest:
    with pytest.raises(InvalidRequest) as caught:
        image(**values)
    return caught.value


def window(found: Image, whole: PixelGrid = NORTH_UP) -> tuple[int, int, int, int]:
    """Left and top in pixels of the raster, columns and rows."""
    x, y = (np.array([found.grid.geotransform[i]]) for i in (0, 3))
    left, top = whole.to_pixels(x, y)
    return round(left[0]), round(top[0]), found.grid.columns, found.grid.rows


# the grid


@pytest.mark.parametrize("grid", [NORTH_UP, SOUTH_UP, ROTATED], ids=["north", "south", "rotated"])
def test_the_grid_is_that_of_the_raster(image: Cut, grid: PixelGrid) -> None:
    assert image(grid).grid.geotransform == grid.geotransform


def test_a_cell_size_makes_another_grid(image: Cut) -> None:
    grid = image(cell_size=5.0).grid
    assert (grid.columns, grid.rows, grid.cell_size) == (16, 12, (5, 5))


@pytest.mark.parametrize(
    ("extent", "expected"),
    [
        ((X, Y - 60, X + 80, Y), (0, 0, 40, 30)),
        ((X - 500, Y - 500, X + 500, Y + 500), (0, 0, 40, 30)),
        ((X + 10, Y - 20, X + 30, Y - 4), (5, 2, 10, 8)),
        ((X + 9, Y - 21, X + 29, Y - 5), (4, 2, 11, 9)),
        ((X + 10 - 1e-7, Y - 20 - 1e-7, X + 30 + 1e-7, Y - 4 + 1e-7), (5, 2, 10, 8)),
        ((X - 9, Y - 9, X + 9, Y + 9), (0, 0, 5, 5)),
        ((X + 79, Y - 59, X + 99, Y - 58), (39, 29, 1, 1)),
    ],
    ids=["all", "more than all", "on edges", "within", "rounding", "over a corner", "last pixel"],
)
def test_an_extent_is_snapped_outward_and_cut_to_the_raster(
    image: Cut,
    extent: tuple[float, float, float, float],
    expected: tuple[int, int, int, int],
) -> None:
    assert window(image(extent=Extent(*extent))) == expected


def test_an_extent_however_large_is_all_of_the_raster(image: Cut) -> None:
    assert window(image(extent=Extent(-1e308, -1e308, 1e308, 1e308))) == window(image())


def test_an_extent_is_snapped_to_the_cells_asked_for(image: Cut) -> None:
    found = image(cell_size=5.0, extent=Extent(X + 7, Y - 22, X + 31, Y - 9))
    assert (found.grid.geotransform[0] - X, Y - found.grid.geotransform[3]) == (5, 5)
    assert (found.grid.columns, found.grid.rows) == (6, 4)


def test_an_extent_on_a_raster_from_south_to_north(image: Cut) -> None:
    found = image(SOUTH_UP, extent=Extent(X + 10, Y + 4, X + 30, Y + 20))
    assert window(found, SOUTH_UP) == (5, 2, 10, 8)


def test_an_extent_on_a_rotated_raster_is_within_the_grid(image: Cut) -> None:
    x, y = ROTATED.to_map(np.array([10.0, 20.0]), np.array([12.0, 12.0]))
    left, top, columns, rows = window(
        image(ROTATED, extent=Extent(x[0], y[0], x[1], y[1])), ROTATED
    )
    corners = [(x[i], y[j]) for i in (0, 1) for j in (0, 1)]
    there = ROTATED.to_pixels(*map(np.array, zip(*corners)))
    assert (left, top) == tuple(math.floor(axis.min() + 1e-6) for axis in there)
    assert (left + columns, top + rows) == tuple(math.ceil(axis.max() - 1e-6) for axis in there)


@pytest.mark.parametrize("epsg", [4326, 3857, 32632])
def test_an_extent_of_another_system_is_the_box_around_it(tmp_path: Path, epsg: int) -> None:
    """300 × 200 pixels of 100 m: sides that become curves bulge by some pixels."""
    whole = PixelGrid(300, 200, (400_000.0, 100.0, 0.0, 5_400_000.0, 0.0, -100.0), UTM)
    path = write_raster(tmp_path / "it.tif", np.zeros((1, 200, 300), np.uint8), whole)
    there = osr.CoordinateTransformation(reference(32633), reference(epsg))
    back = osr.CoordinateTransformation(reference(epsg), reference(32633))
    box = there.TransformBounds(405_000, 5_385_000, 425_000, 5_395_000, 500)
    left, bottom, right, top = back.TransformBounds(*box, 500)
    extent = Extent(*box, crs(epsg))
    request = ExportRequest(
        RasterSource(path),
        "chips",
        metadata_format="Export_Tiles",
        tile_size=Size(1, 1),
        extent=extent,
    )
    first_column, first_row, columns, rows = window(image_of(request), whole)
    expected = (
        math.floor((left - 400_000) / 100),
        math.floor((5_400_000 - top) / 100),
        math.ceil((right - 400_000) / 100),
        math.ceil((5_400_000 - bottom) / 100),
    )
    got = (first_column, first_row, first_column + columns, first_row + rows)
    assert got == pytest.approx(expected, abs=1)


@pytest.mark.parametrize(
    "extent",
    [
        Extent(0, 0, 10, 10),
        Extent(X + 80, Y - 60, X + 90, Y),
        Extent(X, Y, X, Y + 10),
        Extent(X + 10, Y - 10, X, Y),
        Extent(math.nan, Y - 60, X + 80, Y),
        Extent(X, Y - 60, X + 80, math.nan),
        Extent(X, Y - 60, math.inf, Y),
        Extent(-math.inf, -math.inf, math.inf, math.inf),
        Extent(0, 0, 10, 1e6, crs(4326)),
    ],
    ids=[
        "elsewhere",
        "beside",
        "no width",
        "turned round",
        "not a number",
        "not a number at the top",
        "endless",
        "endless all round",
        "not on Earth",
    ],
)
def test_an_extent_without_pixels_is_refused(image: Cut, extent: Extent) -> None:
    assert refused(image, extent=extent).parameter == "extent"


def test_an_extent_elsewhere_is_told_where_the_raster_is(image: Cut) -> None:
    problem = refused(image, extent=Extent(0, 0, 10, 10)).problem
    assert "x 500000 to 500080, y 5399940 to 5400000" in problem


@pytest.mark.parametrize(
    ("tile", "parameter", "available"),
    [(Size(41, 1), "tileSizeX", "40 columns"), (Size(1, 31), "tileSizeY", "30 rows")],
)
def test_a_tile_larger_than_the_image_is_refused(
    image: Cut, tile: Size, parameter: str, available: str
) -> None:
    error = refused(image, tile_size=tile)
    assert (error.parameter, available in error.problem) == (parameter, True)


def test_a_tile_larger_than_the_extent_is_refused(image: Cut) -> None:
    error = refused(image, tile_size=Size(11, 1), extent=Extent(X + 10, Y - 20, X + 30, Y - 4))
    assert "10 columns within the extent" in error.problem


def test_a_tile_as_large_as_the_image_is_taken(image: Cut) -> None:
    assert image(tile_size=Size(40, 30)).grid.columns == 40


# bands and pixels


def test_bands_are_those_asked_for(image: Cut) -> None:
    assert image(bands=(3, 1)).raster.bands == (3, 1)


def test_bands_that_are_not_there_are_refused(image: Cut) -> None:
    error = refused(image, bands=(1, 4, 5))
    assert (error.parameter, "[4, 5]" in error.problem) == ("bands", True)


@pytest.mark.parametrize("chip_format", ["PNG", "JPEG"])
@pytest.mark.parametrize("count", [2, 4, 12])
def test_pictures_have_one_or_three_bands(image: Cut, chip_format: str, count: int) -> None:
    error = refused(image, chip_format=chip_format, count=count)
    assert (error.parameter, str(count) in error.problem) == ("bands", True)


@pytest.mark.parametrize("chip_format", ["PNG", "JPEG"])
@pytest.mark.parametrize("bands", [(1, 2, 3), (4,)], ids=str)
def test_bands_are_chosen_to_fit_a_picture(
    image: Cut, chip_format: str, bands: tuple[int, ...]
) -> None:
    assert image(chip_format=chip_format, count=4, bands=bands).raster.bands == bands


@pytest.mark.parametrize(
    ("chip_format", "dtype"),
    [
        ("PNG", "int16"),
        ("PNG", "float32"),
        ("PNG", "uint32"),
        ("JPEG", "uint16"),
        ("JPEG", "int16"),
        ("JPEG", "float32"),
    ],
)
def test_pixels_that_a_picture_cannot_hold_are_refused(
    image: Cut, chip_format: str, dtype: str
) -> None:
    error = refused(image, chip_format=chip_format, dtype=dtype)
    assert dtype in error.problem and "pixelScaling" in error.problem


@pytest.mark.parametrize(
    ("chip_format", "dtype"),
    [("PNG", "uint8"), ("PNG", "uint16"), ("JPEG", "uint8"), ("TIFF", "float64"), ("MRF", "int16")],
)
def test_pixels_that_a_format_holds_are_taken(image: Cut, chip_format: str, dtype: str) -> None:
    assert image(chip_format=chip_format, dtype=dtype).raster.data_type == dtype


@pytest.mark.parametrize("raising", [False, True], ids=["GDAL returns", "GDAL raises"])
def test_a_raster_that_cannot_be_opened_is_refused(tmp_path: Path, raising: bool) -> None:
    request = ExportRequest(
        RasterSource(str(tmp_path / "gone.tif")), "chips", metadata_format="Export_Tiles"
    )
    with gdal_raising(raising), pytest.raises(InvalidRequest) as caught:
        image_of(request)
    assert (caught.value.parameter, "gone.tif" in caught.value.problem) == ("inputRaster", True)


def test_labels_need_a_georeference(image: Cut) -> None:
    error = refused(
        image,
        grid=None,
        metadata_format="KITTI_rectangles",
        input_class_data=FeatureSource("labels.gpkg"),
    )
    assert error.parameter == "inputRaster"


def test_chips_without_labels_need_no_georeference(image: Cut) -> None:
    assert not image(grid=None).raster.grid.is_on_map


# what is told of bands


@pytest.mark.parametrize(
    ("dtype", "count", "expected"),
    [
        ("uint8", 1, "Undefined"),
        ("uint8", 3, "Undefined"),
        ("uint8", 4, "MultiSpectral"),
        ("uint16", 3, "MultiSpectral"),
        ("float32", 1, "MultiSpectral"),
    ],
)
def test_only_plain_pictures_have_an_undefined_sensor(
    image: Cut, dtype: str, count: int, expected: str
) -> None:
    assert image(dtype=dtype, count=count).sensor == expected


def named_bands(tmp_path: Path, dtype: str) -> Image:
    path = write_raster(tmp_path / "image.tif", random_pixels((4, 30, 40), dtype), NORTH_UP)
    dataset = gdal.Open(path, gdal.GA_Update)
    for band, name in enumerate(["Red", "Green", "", "NIR"], start=1):
        dataset.GetRasterBand(band).SetDescription(name)
    del dataset
    request = ExportRequest(
        RasterSource(path),
        "chips",
        metadata_format="Export_Tiles",
        tile_size=Size(1, 1),
        bands=(4, 1, 3),
    )
    return image_of(request)


def test_names_of_bands_come_in_the_order_asked_for(tmp_path: Path) -> None:
    assert named_bands(tmp_path, "uint16").band_names == ("NIR", "Red", "")


def test_bands_of_plain_pictures_have_no_names(tmp_path: Path) -> None:
    assert named_bands(tmp_path, "uint8").band_names == ("", "", "")


@pytest.mark.parametrize(("nodata", "expected"), [(None, None), (0, 0), (-9999, -9999)])
def test_a_chip_carries_the_nodata_of_its_raster(
    image: Cut, nodata: Optional[float], expected: Optional[float]
) -> None:
    assert first_nodata(image(dtype="int16", nodata=nodata).raster) == expected
