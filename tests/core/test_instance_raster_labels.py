from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any, Callable, Optional

import numpy as np
import pytest
from osgeo import gdal

from chipwright.core.errors import InvalidRequest
from chipwright.core.grid import PixelGrid
from chipwright.core.instance_raster_labels import InstanceRasterLabels, instance_raster_labels
from chipwright.core.labels import StripLabels
from chipwright.core.progress import StopSignal
from chipwright.core.request import RasterSource, Size
from chipwright.core.statistics import ClassStatistics, LabelStatistics, Summary
from chipwright.tests.core.making import (
    NORTH_UP,
    Array,
    Column,
    add_table,
    random_pixels,
    whole_strip,
    write_raster,
)

CHIP = Size(4, 2)
OBJECTS = [
    [5, 5, 0, 9, 0, 0, 0, 0, 5, 0, 0, 0],
    [0, 5, 0, 9, 0, 0, 0, 0, 0, 7, 7, 5],
]
"""Three chips: 5 and 9, nothing, and 7 beside two parts of 5."""
ALL = np.ones(3, bool)
Numbered = Callable[..., str]
Masks = list[tuple[int, str, list[list[int]]]]


@pytest.fixture
def numbered(tmp_path: Path) -> Numbered:
    """Writes a raster of numbered objects, with an attribute table if there are columns."""

    def write(
        values: Any = OBJECTS,
        *columns: Column,
        dtype: str = "uint8",
        nodata: Optional[float] = None,
    ) -> str:
        pixels = np.array([values], dtype)
        path = write_raster(tmp_path / "objects.tif", pixels, grid_of(pixels[0]), nodata)
        if columns:
            add_table(path, columns)
        return path

    return write


def grid_of(values: Array) -> PixelGrid:
    rows, columns = values.shape
    return NORTH_UP.crop(0, 0, columns, rows)


def values(*cells: int) -> Column:
    return "value", gdal.GFT_Integer, gdal.GFU_MinMax, cells


def texts(name: str, *cells: str) -> Column:
    return name, gdal.GFT_String, gdal.GFU_Generic, cells


def integers(name: str, *cells: int) -> Column:
    return name, gdal.GFT_Integer, gdal.GFU_Generic, cells


def reals(name: str, *cells: float) -> Column:
    return name, gdal.GFT_Real, gdal.GFU_Generic, cells


def source_of(path: str, field: str = "") -> InstanceRasterLabels:
    return instance_raster_labels(RasterSource(path), field, StopSignal())


def labels(path: str, field: str = "", tile: Size = CHIP) -> StripLabels:
    source = source_of(path, field)
    return source.labels(whole_strip(source.numbered.reader.raster.grid, tile))


def masks(found: StripLabels, place: int) -> Masks:
    """Class, name and pixels of each mask, which has one layer."""
    return [
        (mask.class_value, mask.class_name, *mask.pixels.tolist())
        for mask in found.of_place(place).instance_masks
    ]


def refused(path: str, field: str = "") -> InvalidRequest:
    with pytest.raises(InvalidRequest) as caught:
        source_of(path, field)
    return caught.value


# objects


def test_every_number_is_an_object(numbered: Numbered) -> None:
    found = labels(numbered())
    assert masks(found, 0) == [(1, "1", [[1, 1, 0, 2], [0, 1, 0, 2]])]


def test_a_chip_without_numbers_has_no_masks(numbered: Numbered) -> None:
    assert masks(labels(numbered()), 1) == []


def test_parts_of_a_number_are_one_object(numbered: Numbered) -> None:
    assert masks(labels(numbered()), 2) == [(1, "1", [[1, 0, 0, 0], [0, 2, 2, 1]])]


def test_chips_are_labelled_where_there_are_numbers(numbered: Numbered) -> None:
    assert labels(numbered()).labeled.tolist() == [True, False, True]


def test_objects_are_counted_though_they_are_pixels(numbered: Numbered) -> None:
    assert source_of(numbered()).from_features


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16", "uint32", "int32", "float32"])
def test_numbers_may_be_of_any_type(numbered: Numbered, dtype: str) -> None:
    found = labels(numbered(dtype=dtype))
    assert masks(found, 0) == [(1, "1", [[1, 1, 0, 2], [0, 1, 0, 2]])]


@pytest.mark.parametrize(("dtype", "nodata"), [("int16", -9999), ("uint8", 255)])
def test_no_data_is_no_object(numbered: Numbered, dtype: str, nodata: float) -> None:
    path = numbered([[nodata, 5], [5, nodata]], dtype=dtype, nodata=nodata)
    assert masks(labels(path, tile=Size(2, 2)), 0) == [(1, "1", [[0, 1], [1, 0]])]


def test_large_numbers_far_apart_are_numbered_from_1(numbered: Numbered) -> None:
    path = numbered([[4_000_000_000, 70_000], [0, 3]], dtype="uint32")
    assert masks(labels(path, tile=Size(2, 2)), 0) == [(1, "1", [[3, 2], [0, 1]])]


@pytest.mark.parametrize(("count", "expected"), [(255, "uint8"), (256, "uint16"), (300, "uint16")])
def test_masks_of_many_objects_are_wider(numbered: Numbered, count: int, expected: str) -> None:
    path = numbered([range(1000, 1000 + count)], dtype="uint16")
    (mask,) = labels(path, tile=Size(count, 1)).of_place(0).instance_masks
    assert mask.pixels.dtype == expected
    assert mask.pixels.ravel().tolist() == list(range(1, count + 1))


def test_a_chip_counts_its_own_objects_however_many_the_strip_has(numbered: Numbered) -> None:
    path = numbered([range(1, 401)], dtype="uint16")
    (mask,) = labels(path, tile=Size(200, 1)).of_place(1).instance_masks
    assert mask.pixels.dtype == np.uint8
    assert mask.pixels.ravel().tolist() == list(range(1, 201))


@pytest.mark.parametrize("seed", range(3))
def test_masks_tell_apart_what_the_raster_tells_apart(numbered: Numbered, seed: int) -> None:
    """Each number of a mask is a number of the raster, and they ascend alike."""
    objects = random_pixels((18, 20), seed=seed) % 7 * 30
    found = labels(numbered(objects), tile=Size(5, 6))
    strip = whole_strip(grid_of(objects), Size(5, 6))
    for place in range(strip.place_count):
        left, top = strip.corner(place)
        window = objects[top : top + 6, left : left + 5]
        (mask,) = found.of_place(place).instance_masks
        there = np.unique(window[window > 0])
        expected = np.where(window > 0, np.searchsorted(there, window) + 1, 0)
        assert mask.pixels[0].tolist() == expected.tolist()


def test_numbers_of_another_grid_are_taken_from_the_nearest_pixel(numbered: Numbered) -> None:
    coarse = np.array([[3, 0, 8]])
    source = source_of(numbered(coarse))
    fine = grid_of(coarse).with_cell_size(1.0)
    (mask,) = source.labels(whole_strip(fine, Size(6, 2))).of_place(0).instance_masks
    assert mask.pixels.tolist() == [[[1, 1, 0, 0, 2, 2]] * 2]


# classes


def test_without_a_table_all_objects_are_of_class_1(numbered: Numbered) -> None:
    assert [(it.value, it.name) for it in source_of(numbered()).classes.classes] == [(1, "1")]


NUMBERS = values(5, 7, 9)


def test_classes_stand_in_a_column_of_numbers(numbered: Numbered) -> None:
    path = numbered(OBJECTS, NUMBERS, integers("Kind", 4, 2, 4))
    found = labels(path, "kind")
    assert masks(found, 0) == [(4, "4", [[1, 1, 0, 2], [0, 1, 0, 2]])]
    assert masks(found, 2) == [
        (2, "2", [[0, 0, 0, 0], [0, 1, 1, 0]]),
        (4, "4", [[1, 0, 0, 0], [0, 0, 0, 1]]),
    ]


def test_classes_stand_in_a_column_of_texts(numbered: Numbered) -> None:
    path = numbered(OBJECTS, NUMBERS, texts("kind", "tree", "car", "tree"))
    found = labels(path, "kind")
    assert [mask[:2] for mask in masks(found, 2)] == [(1, "car"), (2, "tree")]


def test_texts_that_are_whole_numbers_are_the_classes(numbered: Numbered) -> None:
    path = numbered(OBJECTS, NUMBERS, texts("kind", "12", "3", "12"))
    assert [mask[:2] for mask in masks(labels(path, "kind"), 2)] == [(3, "3"), (12, "12")]


def test_classes_stand_in_a_column_of_real_numbers_that_are_whole(numbered: Numbered) -> None:
    path = numbered(OBJECTS, NUMBERS, reals("kind", 12.0, 3.0, 12.0))
    assert [mask[0] for mask in masks(labels(path, "kind"), 2)] == [3, 12]


@pytest.mark.parametrize("name", ["classvalue", "ClassValue", "class value"])
def test_without_a_field_the_usual_one_is_looked_for(numbered: Numbered, name: str) -> None:
    path = numbered(OBJECTS, NUMBERS, integers(name, 4, 2, 4))
    assert [mask[0] for mask in masks(labels(path), 2)] == [2, 4]


def test_the_column_of_the_numbers_themselves_is_not_looked_for(numbered: Numbered) -> None:
    path = numbered(OBJECTS, NUMBERS, integers("owner", 4, 2, 4))
    assert [mask[0] for mask in masks(labels(path), 2)] == [1]


def test_names_of_classes_of_numbers_stand_beside_them(numbered: Numbered) -> None:
    columns = (integers("kind", 4, 2, 4), texts("ClassName", "tree", "", "tree"))
    found = source_of(numbered(OBJECTS, NUMBERS, *columns), "kind")
    assert [(it.value, it.name) for it in found.classes.classes] == [(2, "2"), (4, "tree")]


def test_texts_are_their_own_names(numbered: Numbered) -> None:
    columns = (texts("kind", "tree", "car", "tree"), texts("classname", "x", "y", "z"))
    found = source_of(numbered(OBJECTS, NUMBERS, *columns), "kind")
    assert [it.name for it in found.classes.classes] == ["car", "tree"]


def test_names_are_made_safe(numbered: Numbered) -> None:
    path = numbered(OBJECTS, NUMBERS, texts("kind", "a/b", "a.b", "a/b"))
    assert [it.name for it in source_of(path, "kind").classes.classes] == ["a_b", "a_b_2"]


@pytest.mark.parametrize("blank", ["", "  "])
def test_objects_without_a_class_are_left_out(numbered: Numbered, blank: str) -> None:
    path = numbered(OBJECTS, NUMBERS, texts("kind", "tree", blank, "tree"))
    assert masks(labels(path, "kind"), 2) == [(1, "tree", [[1, 0, 0, 0], [0, 0, 0, 1]])]


def test_objects_that_the_table_does_not_know_are_left_out(numbered: Numbered) -> None:
    path = numbered(OBJECTS, values(5, 7), integers("kind", 4, 2))
    assert masks(labels(path, "kind"), 0) == [(4, "4", [[1, 1, 0, 0], [0, 1, 0, 0]])]


def test_a_chip_of_objects_that_are_left_out_has_no_label(numbered: Numbered) -> None:
    path = numbered(OBJECTS, values(7), integers("kind", 2))
    assert labels(path, "kind").labeled.tolist() == [False, False, True]


def test_rows_of_no_object_do_no_harm(numbered: Numbered) -> None:
    path = numbered(OBJECTS, values(5, 0, 99), texts("kind", "tree", "none", "ghost"))
    assert [mask[1] for mask in masks(labels(path, "kind"), 0)] == ["tree"]


@pytest.mark.parametrize(
    ("column", "expected"),
    [(integers("kind", 0, 4), 4), (texts("kind", "background", "tree"), 1)],
    ids=["numbers", "texts"],
)
def test_the_class_of_the_background_is_none(
    numbered: Numbered, column: Column, expected: int
) -> None:
    found = source_of(numbered(OBJECTS, values(0, 5), column), "kind")
    assert [it.value for it in found.classes.classes] == [expected]


# statistics


def test_objects_count_once_in_each_chip(numbered: Numbered) -> None:
    found = labels(numbered()).statistics(ALL)
    assert (found.per_class[1].images, found.per_class[1].sizes.count) == (2, 4)


def test_areas_are_in_map_units(numbered: Numbered) -> None:
    """Pixels are 2 m wide; the objects have 3, 2, 2 and 2 of them."""
    found = labels(numbered()).statistics(ALL)
    assert found.per_class[1].sizes == Summary(4, 4 * (3 + 2 + 2 + 2), 8, 12)


def test_objects_are_counted_class_by_class(numbered: Numbered) -> None:
    path = numbered(OBJECTS, NUMBERS, integers("kind", 4, 2, 4))
    found = labels(path, "kind").statistics(np.array([False, True, True]))
    assert found.per_class == {
        2: ClassStatistics(1, Summary(1, 8, 8, 8)),
        4: ClassStatistics(1, Summary(1, 8, 8, 8)),
    }
    assert found.per_image == Summary(1, 2, 2, 2)


def test_nothing_wanted_is_nothing_counted(numbered: Numbered) -> None:
    assert labels(numbered()).statistics(~ALL) == LabelStatistics()


# what is refused


def test_a_column_that_is_not_there_is_refused_with_those_there_are(numbered: Numbered) -> None:
    error = refused(numbered(OBJECTS, NUMBERS, integers("owner", 1, 2, 3)), "kind")
    assert error.parameter == "instanceClassValueField"
    assert "'kind'" in error.problem and "value, owner" in error.problem


def test_a_column_of_a_raster_without_a_table_is_refused(numbered: Numbered) -> None:
    error = refused(numbered(), "kind")
    assert (error.parameter, "none" in error.problem) == ("instanceClassValueField", True)


@pytest.mark.parametrize(
    "column",
    [integers("kind", 1, 0, 1), integers("kind", 1, -5, 1), texts("kind", "1", "0", "1")],
    ids=["0", "below 0", "0 as text"],
)
def test_a_class_below_1_is_refused(numbered: Numbered, column: Column) -> None:
    assert (
        refused(numbered(OBJECTS, NUMBERS, column), "kind").parameter == "instanceClassValueField"
    )


def test_a_class_that_is_a_fraction_is_refused(numbered: Numbered) -> None:
    path = numbered(OBJECTS, NUMBERS, reals("kind", 1.0, 1.5, 1.0))
    assert refused(path, "kind").parameter == "instanceClassValueField"


def test_a_class_that_no_pixel_can_hold_is_refused(numbered: Numbered) -> None:
    path = numbered(OBJECTS, NUMBERS, reals("kind", 1.0, 2.0**32, 1.0))
    assert refused(path, "kind").parameter == "instanceClassValueField"


@pytest.mark.parametrize(
    ("values_of", "dtype"), [([[1, -2]], "int16"), ([[1, 2]] * 3, "complex64")], ids=["<0", "ℂ"]
)
def test_a_raster_of_no_numbers_is_refused(numbered: Numbered, values_of: Any, dtype: str) -> None:
    assert refused(numbered(values_of, dtype=dtype)).parameter == "inputInstanceData"


def test_a_raster_of_fractions_is_refused(numbered: Numbered) -> None:
    path = numbered([[1, 1.5]], dtype="float32")
    with pytest.raises(InvalidRequest, match="^inputInstanceData: .*holds 1.5, but"):
        labels(path, tile=Size(2, 1))


def test_a_raster_of_several_bands_is_refused(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "it.tif", random_pixels((3, 30, 40)), NORTH_UP)
    error = refused(path)
    assert (error.parameter, "3 bands" in error.problem) == ("inputInstanceData", True)


def test_a_raster_that_is_not_there_is_refused(tmp_path: Path) -> None:
    error = refused(str(tmp_path / "gone.tif"))
    assert (error.parameter, "gone.tif" in error.problem) == ("inputInstanceData", True)


def test_objects_go_to_workers(numbered: Numbered) -> None:
    there = pickle.loads(pickle.dumps(source_of(numbered())))
    strip = whole_strip(there.numbered.reader.raster.grid, CHIP)
    assert there.labels(strip).labeled.tolist() == [True, False, True]
