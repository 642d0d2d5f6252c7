from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any, Optional

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from osgeo import gdal

from chipwright.core.classes import class_table
from chipwright.core.feature_places import centred_places, cropped_places
from chipwright.core.labels import NO_LABELS, LabeledObject
from chipwright.core.main_object_labels import MajorityLabels, MajorityStripLabels, OwnFeatureLabels
from chipwright.core.plan import Strip
from chipwright.core.progress import StopSignal
from chipwright.core.raster_labels import RasterStripLabels, raster_labels
from chipwright.core.request import RasterSource, Size
from chipwright.core.statistics import ClassStatistics, LabelStatistics, Summary
from chipwright.tests.core.making import (
    NORTH_UP,
    Array,
    add_table,
    box,
    examples,
    pixel_grid,
    shapes,
    whole_strip,
    write_raster,
)

CLASSES = class_table({2: "roof", 5: "tree"}, {})
GRID = pixel_grid(40, 30)
ROOF, TREE = box(10, 10, 14, 13), "POLYGON ((20 10, 28 10, 20 18, 20 10))"
ONE = np.ones(1, bool)


# chips of features


def own(*drawn: str, values: tuple[int, ...] = (2, 5), tile: Optional[Size] = None) -> Any:
    """The labels of features in tiles around them, or in chips as large as they are."""
    found = shapes(*drawn)
    places = centred_places(found, GRID, tile) if tile else cropped_places(found, GRID)
    return OwnFeatureLabels(places, np.array(values[: len(drawn)], np.int64), CLASSES)


def strips(labels: OwnFeatureLabels) -> list[Strip]:
    return [strip for batch in labels.places.batches() for strip in batch]


def main_objects(labels: OwnFeatureLabels) -> list[LabeledObject]:
    """The one object of each chip."""
    found = []
    for strip in strips(labels):
        (each,) = labels.labels(strip).of_place(0).objects
        found.append(each)
    return found


def test_a_chip_has_the_box_of_its_feature() -> None:
    assert main_objects(own(ROOF, TREE)) == [
        pytest.approx((2, 0, 0, 4, 3)),
        pytest.approx((5, 0, 0, 8, 8)),
    ]


def test_a_box_is_that_of_the_part_in_the_chip() -> None:
    """The middle of the triangle's box is where its long side passes."""
    (found,) = main_objects(own(TREE, values=(5,), tile=Size(4, 4)))
    assert found == pytest.approx((5, 0, 0, 4, 4), abs=1e-4)


def test_a_chip_has_no_other_feature_than_its_own() -> None:
    """They lie on top of each other."""
    found = main_objects(own(ROOF, box(11, 11, 13, 12), tile=Size(8, 8)))
    assert [each.class_value for each in found] == [2, 5]


def test_values_are_those_of_features_in_whatever_order_places_are() -> None:
    labels = own(ROOF, TREE)
    moved = OwnFeatureLabels(labels.places.select(np.array([1, 0])), labels.values, CLASSES)
    assert [each.class_value for each in main_objects(moved)] == [5, 2]


def test_every_chip_of_a_feature_has_a_label() -> None:
    labels = own(ROOF, TREE)
    assert [labels.labels(strip).labeled.tolist() for strip in strips(labels)] == [[True]] * 2


def test_features_are_counted_with_their_areas_in_map_units() -> None:
    drawn = shapes(box(500_020, 5_399_960, 500_030, 5_399_966)).on(NORTH_UP)
    labels = OwnFeatureLabels(cropped_places(drawn, NORTH_UP), np.array([5]), CLASSES)
    ((strip,),) = labels.places.batches()
    found = labels.labels(strip).statistics(ONE)
    area = pytest.approx(60)
    assert found.per_image == Summary(1, 1, 1, 1)
    assert found.per_class == {5: ClassStatistics(1, Summary(1, area, area, area))}


def test_what_is_not_wanted_is_not_counted() -> None:
    labels = own(ROOF)
    (strip,) = strips(labels)
    assert labels.labels(strip).statistics(~ONE) == LabelStatistics()


def test_labels_of_features_are_features() -> None:
    assert own(ROOF).from_features


def test_labels_of_features_go_to_workers() -> None:
    assert main_objects(pickle.loads(pickle.dumps(own(ROOF)))) == main_objects(own(ROOF))


# chips of a classified raster


@pytest.fixture
def classified(tmp_path: Path) -> Any:
    def write(values: Any, dtype: str = "uint8", nodata: Optional[float] = None) -> MajorityLabels:
        pixels = np.array([values], dtype)
        grid = pixel_grid(pixels.shape[2], pixels.shape[1])
        path = write_raster(tmp_path / "classes.tif", pixels, grid, nodata)
        return MajorityLabels(raster_labels(RasterSource(path), StopSignal()))

    return write


def majority(labels: MajorityLabels, tile: Size, stride: Optional[Size] = None) -> list[int]:
    """The class of each chip, 0 where there is none."""
    strip = whole_strip(labels.classified.reader.raster.grid, tile, stride)
    found = labels.labels(strip)
    places = [found.of_place(place) for place in range(strip.place_count)]
    assert found.labeled.tolist() == [labels is not NO_LABELS for labels in places]
    return [labels.objects[0].class_value if labels.objects else 0 for labels in places]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([[7, 7], [7, 2]], 7),
        ([[0, 0], [0, 2]], 2),
        ([[2, 2], [7, 7]], 2),
        ([[7, 7], [2, 2]], 2),
        ([[9, 7], [2, 5]], 2),
        ([[0, 7], [0, 2]], 2),
        ([[0, 0], [0, 0]], 0),
        ([[9, 9], [9, 9]], 9),
    ],
    ids=[
        "most pixels",
        "background does not count",
        "the least of two",
        "wherever it lies",
        "the least of four",
        "the least beside background",
        "nothing",
        "all pixels",
    ],
)
def test_a_chip_is_of_the_class_that_most_of_its_pixels_have(
    classified: Any, values: list[list[int]], expected: int
) -> None:
    assert majority(classified(values), Size(2, 2)) == [expected]


@pytest.mark.parametrize(
    ("values", "dtype", "nodata"),
    [
        ([[9, 9], [9, 2]], "uint8", 9),
        ([[-1, -1], [-1, 2]], "int16", -1),
        ([[np.nan, np.nan], [np.nan, 2]], "float32", None),
    ],
)
def test_no_data_is_no_class(
    classified: Any, values: Any, dtype: str, nodata: Optional[float]
) -> None:
    assert majority(classified(values, dtype, nodata), Size(2, 2)) == [2]


def test_wide_class_values_are_kept(classified: Any) -> None:
    assert majority(classified([[70_000, 3], [70_000, 2]], "uint32"), Size(2, 2)) == [70_000]


def expected_majority(values: Array, tile: Size, stride: Size) -> list[int]:
    """By counting; of classes with as many pixels the least."""
    rows, columns = values.shape
    found = []
    for top in range(0, rows - tile.rows + 1, stride.rows):
        for left in range(0, columns - tile.columns + 1, stride.columns):
            chip = values[top : top + tile.rows, left : left + tile.columns]
            counts = np.bincount(chip.ravel())
            counts[0] = 0
            found.append(int(counts.argmax()) if counts.any() else 0)
    return found


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("stride", [Size(2, 2), Size(3, 1), Size(1, 5)], ids=str)
def test_the_majority_is_that_of_numpy(classified: Any, seed: int, stride: Size) -> None:
    """Few pixels and many classes: there are many ties."""
    rng = np.random.default_rng(seed)
    values = rng.choice([0, 0, 0, 1, 2, 3, 200], (20, 24))
    expected = expected_majority(values, Size(3, 2), stride)
    assert majority(classified(values), Size(3, 2), stride) == expected


@examples
@given(
    arrays(np.uint8, st.tuples(st.integers(1, 6), st.integers(1, 6)), elements=st.integers(0, 3))
)
def test_of_classes_with_as_many_pixels_the_least_is_taken(values: Array) -> None:
    rows, columns = values.shape
    tile = Size(columns, rows)
    strip = whole_strip(pixel_grid(columns, rows), tile)
    labels = MajorityStripLabels(strip, RasterStripLabels(strip, values)).of_place(0)
    found = [each.class_value for each in labels.objects]
    assert found == [value for value in expected_majority(values, tile, tile) if value]


def test_the_box_of_a_class_is_the_whole_chip(classified: Any) -> None:
    found = classified([[2, 2, 0, 0]] * 3).labels(whole_strip(pixel_grid(4, 3), Size(4, 3)))
    assert found.of_place(0).objects == (LabeledObject(2, 0, 0, 4, 3),)


def test_a_chip_of_nothing_but_background_has_no_labels(classified: Any) -> None:
    found = classified([[0, 0]] * 2).labels(whole_strip(pixel_grid(2, 2), Size(2, 2)))
    assert (found.of_place(0), found.labeled.tolist()) == (NO_LABELS, [False])


def test_pixels_of_the_class_of_each_chip_are_counted(classified: Any) -> None:
    values = [[1, 1, 1, 1, 0, 0], [2, 0, 1, 2, 0, 0]]
    found = classified(values).labels(whole_strip(pixel_grid(6, 2), Size(2, 2)))
    statistics = found.statistics(np.ones(3, bool))
    assert statistics.per_class == {1: ClassStatistics(2, Summary(2, 5, 2, 3))}
    assert statistics.per_image == Summary(2, 2, 1, 1)


def test_classes_of_chips_that_are_not_wanted_are_not_counted(classified: Any) -> None:
    values = [[1, 1, 3, 3], [1, 1, 3, 0]]
    found = classified(values).labels(whole_strip(pixel_grid(4, 2), Size(2, 2)))
    assert list(found.statistics(np.array([False, True])).per_class) == [3]


def test_a_raster_of_classes_is_no_features(classified: Any) -> None:
    assert not classified([[1]]).from_features


def test_names_are_those_of_the_raster(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "classes.tif", np.ones((1, 2, 2), np.uint8), pixel_grid(2, 2))
    values = ("value", gdal.GFT_Integer, gdal.GFU_MinMax, [1])
    add_table(path, [values, ("name", gdal.GFT_String, gdal.GFU_Name, ["roof"])])
    labels = MajorityLabels(raster_labels(RasterSource(path), StopSignal()))
    assert labels.classes.name_of(1) == "roof"


def test_labels_of_a_raster_go_to_workers(classified: Any) -> None:
    there = pickle.loads(pickle.dumps(classified([[7, 7], [7, 2]])))
    assert majority(there, Size(2, 2)) == [7]
