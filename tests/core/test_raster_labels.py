from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any, Optional

import numpy as np
import pytest
from osgeo import gdal

from chipwright.core.classes import UNKNOWN_COLOR
from chipwright.core.errors import ChipExportError, InvalidRequest
from chipwright.core.grid import PixelGrid
from chipwright.core.labels import StripLabels
from chipwright.core.progress import StopSignal
from chipwright.core.raster_labels import RasterLabels, raster_labels
from chipwright.core.request import RasterSource, Size
from chipwright.tests.core.making import (
    NORTH_UP,
    Array,
    add_table,
    crs,
    editable_band,
    gdal_raising,
    random_pixels,
    whole_strip,
    write_raster,
)

HOW_GDAL_FAILS = pytest.mark.parametrize("raising", [False, True], ids=["returns", "raises"])
GRID = NORTH_UP.crop(0, 0, 6, 2)
CHIP = Size(2, 2)
ALL = np.ones(3, bool)
MAP = [
    [1, 1, 0, 0, 2, 2],
    [1, 0, 0, 0, 2, 7],
]


def source_of(path: str) -> RasterLabels:
    return raster_labels(RasterSource(path), StopSignal())


@pytest.fixture
def classified(tmp_path: Path) -> Any:
    """Writes a map of classes and returns its path."""

    def write(
        values: list[list[int]] | Array,
        dtype: str = "uint8",
        nodata: Optional[float] = None,
        grid: PixelGrid = GRID,
    ) -> str:
        return write_raster(tmp_path / "classes.tif", np.array([values], dtype), grid, nodata)

    return write


def labels(path: str, grid: PixelGrid = GRID) -> StripLabels:
    """The labels of three chips side by side."""
    return source_of(path).labels(whole_strip(grid, CHIP))


def whole_map(path: str, grid: PixelGrid = GRID) -> Array:
    strip = whole_strip(grid, Size(grid.columns, grid.rows))
    class_map = source_of(path).labels(strip).of_place(0).class_map
    assert class_map is not None
    return class_map


def names(path: str) -> dict[int, str]:
    return {entry.value: entry.name for entry in source_of(path).classes.classes}


def colors(path: str) -> dict[int, tuple[int, int, int]]:
    return {entry.value: entry.color for entry in source_of(path).classes.classes}


def refused(path: str) -> InvalidRequest:
    with pytest.raises(InvalidRequest) as caught:
        source_of(path)
    return caught.value


# maps


def test_a_map_is_cut_into_chips(classified: Any) -> None:
    found = labels(classified(MAP))
    maps = [found.of_place(place).class_map for place in range(3)]
    assert [part.tolist() for part in maps if part is not None] == [
        [[1, 1], [1, 0]],
        [[0, 0], [0, 0]],
        [[2, 2], [2, 7]],
    ]


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16", "uint32", "int32", "float32"])
def test_classes_of_every_type_are_read(classified: Any, dtype: str) -> None:
    assert whole_map(classified(MAP, dtype)).tolist() == MAP


@pytest.mark.parametrize(
    ("greatest", "dtype", "expected"),
    [
        (255, "uint8", "uint8"),
        (255, "uint16", "uint8"),
        (256, "uint16", "uint16"),
        (65535, "uint16", "uint16"),
        (65536, "int32", "uint32"),
        (4_294_967_295, "uint32", "uint32"),
        (300, "float32", "uint16"),
    ],
)
def test_a_map_is_as_wide_as_its_greatest_class(
    classified: Any, greatest: int, dtype: str, expected: str
) -> None:
    got = whole_map(classified([[0, 1, greatest]], dtype, grid=NORTH_UP.crop(0, 0, 3, 1)))
    assert (got.dtype, int(got.max())) == (expected, greatest)


@pytest.mark.parametrize(
    ("values", "dtype", "nodata"),
    [
        ([[1, 255, 7]], "uint8", 255),
        ([[1, -9999, 7]], "int16", -9999),
        ([[1, 4_000_000_000, 7]], "uint32", 4_000_000_000),
        ([[1, -3.4028234663852886e38, 7]], "float32", -3.4028234663852886e38),
        ([[1, np.nan, 7]], "float32", np.nan),
        ([[1, np.nan, 7]], "float32", None),
    ],
    ids=["255", "-9999", "large", "least float", "NaN", "NaN undeclared"],
)
def test_nodata_is_background(
    classified: Any, values: list[list[int]], dtype: str, nodata: Optional[float]
) -> None:
    grid = NORTH_UP.crop(0, 0, 3, 1)
    assert whole_map(classified(values, dtype, nodata, grid), grid).tolist() == [[1, 0, 7]]


@HOW_GDAL_FAILS
@pytest.mark.parametrize("dtype", ["uint8", "int16", "float32"])
def test_a_map_of_nothing_but_nodata_is_all_background(
    classified: Any, dtype: str, raising: bool
) -> None:
    path = classified(np.full((2, 6), 9), dtype, nodata=9)
    with gdal_raising(raising):
        got = whole_map(path)
    assert not got.any()


def test_beyond_the_map_is_background(classified: Any) -> None:
    got = whole_map(classified(MAP), GRID.crop(-1, -1, 8, 4))
    assert got.tolist() == np.pad(MAP, 1).tolist()


# other grids


def warped(path: str, grid: PixelGrid) -> Array:
    """The map on another grid, as gdalwarp -r near -et 0 makes it."""
    target = gdal.GetDriverByName("MEM").Create("", grid.columns, grid.rows, 1, gdal.GDT_UInt16)
    target.SetGeoTransform(grid.geotransform)
    target.SetProjection(grid.crs_wkt)
    gdal.Warp(target, path, resampleAlg="near", errorThreshold=0, multithread=False)
    return target.ReadAsArray()


@pytest.mark.parametrize("size", [0.3, 0.5, 1.4, 3.0, 6.6])
def test_another_cell_size_takes_the_nearest_class(classified: Any, size: float) -> None:
    path = classified(random_pixels((60, 80), "uint16"), "uint16", grid=NORTH_UP)
    grid = PixelGrid(80, 60, NORTH_UP.geotransform, NORTH_UP.crs_wkt).with_cell_size(size)
    assert np.array_equal(whole_map(path, grid), warped(path, grid))


@pytest.mark.parametrize(
    "epsg", [4326, 3857, 32634], ids=["degrees", "Web Mercator", "the next zone"]
)
def test_another_system_takes_the_nearest_class(classified: Any, epsg: int) -> None:
    path = classified(random_pixels((60, 80), "uint16"), "uint16", grid=NORTH_UP)
    suggested = gdal.Warp("", path, format="VRT", dstSRS=f"EPSG:{epsg}")
    size = suggested.RasterXSize, suggested.RasterYSize
    grid = PixelGrid(*size, suggested.GetGeoTransform(), crs(epsg))
    assert np.array_equal(whole_map(path, grid), warped(path, grid))


@pytest.mark.parametrize("shift", [0.25, 0.5, 0.75])
def test_a_class_is_the_same_in_a_chip_that_hangs_over_the_edge(
    classified: Any, shift: float
) -> None:
    """Labels half a pixel beside the image."""
    path = classified(random_pixels((60, 80), "uint16"), "uint16", grid=NORTH_UP)
    x, width, skew_x, y, skew_y, height = NORTH_UP.geotransform
    moved = (x + shift * width, width, skew_x, y + shift * height, skew_y, height)
    inside = PixelGrid(70, 50, moved, NORTH_UP.crs_wkt)
    over = inside.crop(0, 0, 90, 70)
    assert np.array_equal(whole_map(path, over)[:50, :70], whole_map(path, inside))


# labelled chips, statistics


def test_chips_with_a_class_are_labelled(classified: Any) -> None:
    assert labels(classified(MAP)).labeled.tolist() == [True, False, True]


def test_pixels_are_counted_per_chip(classified: Any) -> None:
    per_class = labels(classified(MAP)).statistics(ALL).per_class
    assert {value: entry.sizes.total for value, entry in per_class.items()} == {1: 3, 2: 3, 7: 1}


def test_images_are_counted_per_class(classified: Any) -> None:
    tops = [[1, 1, 1, 0, 2, 2], [0, 0, 0, 0, 0, 0]]
    per_class = labels(classified(tops)).statistics(ALL).per_class
    assert {value: entry.images for value, entry in per_class.items()} == {1: 2, 2: 1}


def test_classes_are_counted_per_labelled_image(classified: Any) -> None:
    per_image = labels(classified(MAP)).statistics(ALL).per_image
    assert (per_image.count, per_image.minimum, per_image.maximum) == (2, 1, 2)


def test_statistics_are_of_the_wanted_chips(classified: Any) -> None:
    wanted = np.array([False, True, True])
    assert list(labels(classified(MAP)).statistics(wanted).per_class) == [2, 7]


@pytest.mark.parametrize("stride", [Size(5, 4), Size(12, 9), Size(20, 3)], ids=str)
def test_pixels_of_overlapping_chips_count_in_each(classified: Any, stride: Size) -> None:
    values = random_pixels((30, 40)) % 4
    strip = whole_strip(NORTH_UP, Size(12, 9), stride)
    found = source_of(classified(values, grid=NORTH_UP)).labels(strip)
    statistics = found.statistics(np.ones(strip.place_count, bool))
    chips = []
    for place in range(strip.place_count):
        left, top = strip.corner(place)
        chips.append(np.bincount(values[top : top + 9, left : left + 12].ravel(), minlength=4))
    expected = {value: [int(chip[value]) for chip in chips] for value in (1, 2, 3)}
    got = {value: entry.sizes for value, entry in statistics.per_class.items()}
    assert {value: (it.total, it.minimum, it.maximum) for value, it in got.items()} == {
        value: (sum(counts), min(counts), max(counts)) for value, counts in expected.items()
    }


# names and colours


def test_without_names_there_are_no_classes_known_beforehand(classified: Any) -> None:
    assert names(classified(MAP)) == {}


def test_a_class_without_a_name_is_called_by_its_value(classified: Any) -> None:
    assert source_of(classified(MAP)).classes.name_of(7) == "7"


def test_category_names_are_those_of_the_classes(classified: Any) -> None:
    path = classified(MAP)
    editable_band(path).SetCategoryNames(["nothing", "roof", "tree", "", "", "", "", "car"])
    assert names(path) == {1: "roof", 2: "tree", 7: "car"}


@pytest.mark.parametrize(
    "columns",
    [
        [
            ("number", gdal.GFT_Integer, gdal.GFU_MinMax, [1, 7]),
            ("what", gdal.GFT_String, gdal.GFU_Name, ["roof", "car"]),
        ],
        [
            ("Value", gdal.GFT_Integer, gdal.GFU_Generic, [1, 7]),
            ("ClassName", gdal.GFT_String, gdal.GFU_Generic, ["roof", "car"]),
        ],
        [
            ("VALUE", gdal.GFT_Integer, gdal.GFU_Generic, [1, 7]),
            ("COUNT", gdal.GFT_Integer, gdal.GFU_PixelCount, [3, 1]),
            ("Class_Name", gdal.GFT_String, gdal.GFU_Generic, ["roof", "car"]),
        ],
    ],
    ids=["by usage", "by name", "as Esri writes it"],
)
def test_an_attribute_table_names_the_classes(classified: Any, columns: list[Any]) -> None:
    path = classified(MAP)
    add_table(path, columns)
    assert names(path) == {1: "roof", 7: "car"}


def test_without_a_column_of_values_rows_are_the_values(classified: Any) -> None:
    path = classified(MAP)
    add_table(path, [("name", gdal.GFT_String, gdal.GFU_Name, ["none", "roof", "tree"])])
    assert names(path) == {1: "roof", 2: "tree"}


def test_an_attribute_table_colors_the_classes(classified: Any) -> None:
    path = classified(MAP)
    add_table(
        path,
        [
            ("value", gdal.GFT_Integer, gdal.GFU_MinMax, [1, 7]),
            ("r", gdal.GFT_Integer, gdal.GFU_Red, [10, 70]),
            ("g", gdal.GFT_Integer, gdal.GFU_Green, [11, 71]),
            ("b", gdal.GFT_Integer, gdal.GFU_Blue, [12, 72]),
        ],
    )
    assert colors(path) == {1: (10, 11, 12), 7: (70, 71, 72)}


def test_a_color_table_colors_the_classes(classified: Any) -> None:
    path = classified(MAP)
    palette = gdal.ColorTable()
    palette.SetColorEntry(1, (10, 11, 12))
    palette.SetColorEntry(7, (70, 71, 72))
    editable_band(path).SetColorTable(palette)
    got = colors(path)
    assert (got[1], got[7]) == ((10, 11, 12), (70, 71, 72))


def test_colors_of_the_attribute_table_win(classified: Any) -> None:
    path = classified(MAP)
    palette = gdal.ColorTable()
    palette.SetColorEntry(1, (99, 99, 99))
    editable_band(path).SetColorTable(palette)
    usages = (gdal.GFU_MinMax, gdal.GFU_Red, gdal.GFU_Green, gdal.GFU_Blue)
    cells = ([1], [10], [10], [10])
    add_table(
        path, [(f"c{usage}", gdal.GFT_Integer, usage, cell) for usage, cell in zip(usages, cells)]
    )
    assert colors(path)[1] == (10, 10, 10)


def test_the_background_is_no_class(classified: Any) -> None:
    path = classified(MAP)
    editable_band(path).SetCategoryNames(["nothing", "roof"])
    palette = gdal.ColorTable()
    palette.SetColorEntry(0, (1, 2, 3))
    editable_band(path).SetColorTable(palette)
    assert 0 not in names(path)


def test_a_class_without_a_color_has_none(classified: Any) -> None:
    path = classified(MAP)
    editable_band(path).SetCategoryNames(["", "roof"])
    assert colors(path) == {1: UNKNOWN_COLOR}


# what is refused


@pytest.mark.parametrize(
    ("value", "dtype"),
    [(-1, "int16"), (-32768, "int16"), (-1, "float32"), (1e10, "float64")],
)
def test_values_that_are_no_class_are_refused(classified: Any, value: float, dtype: str) -> None:
    path = classified([[1, value, 2]], dtype, grid=NORTH_UP.crop(0, 0, 3, 1))
    error = refused(path)
    assert (error.parameter, f"{value:g}" in error.problem) == ("inputClassData", True)


def test_negative_nodata_is_no_value(classified: Any) -> None:
    path = classified([[1, -1, 2]], "int16", -1, NORTH_UP.crop(0, 0, 3, 1))
    assert source_of(path).map_type == "uint8"


def test_several_bands_are_refused(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "it.tif", random_pixels((3, 2, 2)), GRID)
    assert "3 bands" in refused(path).problem


def test_fractions_are_refused(classified: Any) -> None:
    path = classified([[1, 1.5, 2]], "float32", grid=NORTH_UP.crop(0, 0, 3, 1))
    with pytest.raises(InvalidRequest, match="inputClassData.*holds 1.5, but"):
        whole_map(path, NORTH_UP.crop(0, 0, 3, 1))


@HOW_GDAL_FAILS
@pytest.mark.parametrize("content", [None, b"this is a text"], ids=["missing", "text"])
def test_what_is_no_raster_is_refused(
    tmp_path: Path, content: Optional[bytes], raising: bool
) -> None:
    path = tmp_path / "field.tif"
    if content is not None:
        path.write_bytes(content)
    with gdal_raising(raising):
        error = refused(str(path))
    assert (error.parameter, "field.tif" in error.problem) == ("inputClassData", True)


@HOW_GDAL_FAILS
def test_a_map_whose_pixels_cannot_be_read_is_refused(classified: Any, raising: bool) -> None:
    path = classified(random_pixels((60, 80), "int16") & 255, "int16", grid=NORTH_UP)
    content = Path(path).read_bytes()
    Path(path).write_bytes(content[: len(content) - 4000])
    with gdal_raising(raising), pytest.raises(ChipExportError):
        whole_map(path, NORTH_UP)


def test_labels_go_to_workers(classified: Any) -> None:
    there = pickle.loads(pickle.dumps(source_of(classified(MAP))))
    assert there.labels(whole_strip(GRID, CHIP)).labeled.tolist() == [True, False, True]
