from __future__ import annotations

import numpy as np
import pytest

from chipwright.core.classes import class_table
from chipwright.core.instances import InstanceRaster, instance_raster
from chipwright.core.overlaps import burn_layers
from chipwright.core.wkb import shapes_of_wkb
from chipwright.tests.core.making import Array, box, pixel_grid, wkb

CLASSES = class_table({1: "roof", 2: "tree", 9: "car"}, {})
Masks = list[tuple[int, str, list[list[list[int]]]]]
ROW = [box(0, 0, 2, 1), box(2, 0, 4, 1), box(4, 0, 6, 1)]


def raster_of(
    wkts: list[str], values: list[int], columns: int = 6, rows: int = 1
) -> InstanceRaster:
    blobs = wkb(*wkts)
    values_of = np.array(values, np.int64)
    layers = burn_layers(shapes_of_wkb(blobs), blobs)
    return instance_raster(pixel_grid(columns, rows), blobs, values_of, layers)


def masks_of(
    raster: InstanceRaster, shapes: list[int], window: tuple[slice, slice] = (slice(None),) * 2
) -> Masks:
    """The masks of a window in which some features lie, as class, name and layers."""
    masks = raster.masks(raster.numbers[(slice(None), *window)], np.array(shapes, int), CLASSES)
    return [(mask.class_value, mask.class_name, mask.pixels.tolist()) for mask in masks]


def numbers(mask: Array) -> list[int]:
    return [int(number) for number in np.unique(mask) if number]


def test_instances_of_a_class_are_numbered_in_their_order() -> None:
    assert masks_of(raster_of(ROW, [1, 1, 1]), [0, 1, 2]) == [(1, "roof", [[[1, 1, 2, 2, 3, 3]]])]


def test_classes_ascend_by_value() -> None:
    got = masks_of(raster_of(ROW, [9, 1, 2]), [0, 1, 2])
    assert [(value, name) for value, name, _ in got] == [(1, "roof"), (2, "tree"), (9, "car")]


def test_each_class_counts_its_own_instances() -> None:
    assert masks_of(raster_of(ROW, [2, 1, 2]), [0, 1, 2]) == [
        (1, "roof", [[[0, 0, 1, 1, 0, 0]]]),
        (2, "tree", [[[1, 1, 0, 0, 2, 2]]]),
    ]


def test_a_class_without_a_name_is_called_by_its_value() -> None:
    assert masks_of(raster_of(ROW[:1], [7]), [0])[0][1] == "7"


def test_instances_that_overlap_lie_in_a_layer_each_with_all_their_pixels() -> None:
    raster = raster_of([box(0, 0, 4, 1), box(2, 0, 6, 1)], [1, 1])
    assert masks_of(raster, [0, 1]) == [
        (1, "roof", [[[1, 1, 1, 1, 0, 0]], [[0, 0, 2, 2, 2, 2]]]),
    ]


def test_an_instance_on_top_of_another_hides_nothing_of_it() -> None:
    raster = raster_of([box(0, 0, 6, 1), box(2, 0, 4, 1)], [1, 1])
    assert masks_of(raster, [0, 1]) == [
        (1, "roof", [[[1, 1, 1, 1, 1, 1]], [[0, 0, 2, 2, 0, 0]]]),
    ]


def test_instances_of_different_classes_may_overlap_in_one_layer_each() -> None:
    raster = raster_of([box(0, 0, 4, 1), box(2, 0, 6, 1)], [1, 2])
    assert masks_of(raster, [0, 1]) == [
        (1, "roof", [[[1, 1, 1, 1, 0, 0]]]),
        (2, "tree", [[[0, 0, 1, 1, 1, 1]]]),
    ]


def test_an_overlap_outside_of_the_window_needs_no_second_layer() -> None:
    raster = raster_of([box(0, 0, 4, 1), box(3, 0, 6, 1)], [1, 1])
    window = (slice(None), slice(0, 3))
    assert masks_of(raster, [0], window) == [(1, "roof", [[[1, 1, 1]]])]


def test_instances_whose_overlap_lies_outside_of_the_window_share_a_layer() -> None:
    ell = "POLYGON ((0 0, 2 0, 2 2, 4 2, 4 3, 0 3, 0 0))"
    raster = raster_of([ell, box(3, 0, 6, 3)], [1, 1], rows=3)
    window = (slice(0, 2), slice(None))
    assert masks_of(raster, [0, 1], window) == [
        (1, "roof", [[[1, 1, 0, 2, 2, 2], [1, 1, 0, 2, 2, 2]]]),
    ]


def test_features_that_are_left_out_do_not_count() -> None:
    assert masks_of(raster_of(ROW, [1, 1, 1]), [0, 2]) == [(1, "roof", [[[1, 1, 0, 0, 2, 2]]])]


def test_a_class_of_which_nothing_is_left_has_no_mask() -> None:
    assert [value for value, *_ in masks_of(raster_of(ROW, [1, 2, 1]), [0, 2])] == [1]


def test_no_features_make_no_masks() -> None:
    assert masks_of(raster_of(ROW, [1, 1, 1]), []) == []


def test_a_strip_without_features_is_all_background() -> None:
    raster = raster_of([], [])
    assert raster.numbers.tolist() == [[[0, 0, 0, 0, 0, 0]]]


@pytest.mark.parametrize(("count", "data_type"), [(255, "uint8"), (256, "uint16")])
def test_masks_are_as_narrow_as_their_numbers_allow(count: int, data_type: str) -> None:
    raster = raster_of([box(i, 0, i + 1, 1) for i in range(count)], [1] * count, columns=count)
    (mask,) = raster.masks(raster.numbers, np.arange(count), CLASSES)
    assert mask.pixels.dtype == data_type


def test_masks_of_many_classes_are_as_narrow_as_each_class_allows() -> None:
    """All in all there are more than 255, of each class there are less."""
    values = [1 + i % 2 for i in range(400)]
    raster = raster_of([box(i, 0, i + 1, 1) for i in range(400)], values, columns=400)
    masks = raster.masks(raster.numbers, np.arange(400), CLASSES)
    assert [mask.pixels.dtype.name for mask in masks] == ["uint8", "uint8"]


def test_more_instances_than_a_byte_holds_keep_their_numbers() -> None:
    raster = raster_of([box(i, 0, i + 1, 1) for i in range(300)], [1] * 300, columns=300)
    (mask,) = raster.masks(raster.numbers, np.arange(300), CLASSES)
    assert mask.pixels[0, 0].tolist() == list(range(1, 301))


@pytest.mark.parametrize("seed", range(4))
def test_numbers_of_a_class_have_no_gaps(seed: int) -> None:
    rng = np.random.default_rng(seed)
    corners, sides = rng.integers(0, 20, (30, 2)), rng.integers(1, 8, (30, 2))
    wkts = [box(x, y, x + w, y + h) for (x, y), (w, h) in zip(corners.tolist(), sides.tolist())]
    values = rng.choice([1, 2, 9], 30)
    raster = raster_of(wkts, values.tolist(), columns=30, rows=30)
    masks = raster.masks(raster.numbers, np.arange(30), CLASSES)
    expected = [list(range(1, int((values == value).sum()) + 1)) for value in (1, 2, 9)]
    assert [numbers(mask.pixels) for mask in masks] == expected


@pytest.mark.parametrize("seed", range(4))
def test_no_instance_loses_a_pixel(seed: int) -> None:
    rng = np.random.default_rng(seed)
    corners, sides = rng.integers(0, 20, (30, 2)), rng.integers(1, 8, (30, 2))
    wkts = [box(x, y, x + w, y + h) for (x, y), (w, h) in zip(corners.tolist(), sides.tolist())]
    raster = raster_of(wkts, [1] * 30, columns=30, rows=30)
    (mask,) = raster.masks(raster.numbers, np.arange(30), CLASSES)
    assert np.bincount(mask.pixels.ravel())[1:].tolist() == sides.prod(axis=1).tolist()


def test_neighbours_with_an_edge_through_pixel_centres_lose_no_pixel() -> None:
    """The row of pixels on the edge belongs to both, as GDAL burns holes."""
    ring = "POLYGON ((0 0, 6 0, 6 6, 0 6, 0 0), (1.5 1.5, 1.5 4.5, 4.5 4.5, 4.5 1.5, 1.5 1.5))"
    wkts = [ring, box(1.5, 1.5, 4.5, 4.5)]
    alone = [int(raster_of([wkt], [1], rows=6).numbers.astype(bool).sum()) for wkt in wkts]
    raster = raster_of(wkts, [1, 1], rows=6)
    (mask,) = raster.masks(raster.numbers, np.array([0, 1]), CLASSES)
    assert np.bincount(mask.pixels.ravel(), minlength=3)[1:].tolist() == alone


def visible(raster: InstanceRaster, box_of_one: tuple[float, float, float, float]) -> bool:
    """Whether the first feature is seen in a box."""
    left, top, right, bottom = (np.array([edge]) for edge in box_of_one)
    return bool(raster.visible(np.array([0]), left, top, right, bottom)[0])


@pytest.mark.parametrize(
    ("wkt", "within", "expected"),
    [
        (box(0, 0, 2, 1), (0, 0, 2, 1), True),
        (box(0, 0, 0.6, 1), (0, 0, 0.6, 1), True),
        (box(0, 0, 0.4, 1), (0, 0, 0.4, 1), False),
        (box(0.6, 0.1, 1.4, 0.9), (0.6, 0.1, 1.4, 0.9), False),
        (box(1.9, 0, 3.1, 1), (1.9, 0, 2, 1), False),
        ("POLYGON ((0 0, 6 0, 6 5, 5 5, 5 1, 0 1, 0 0))", (0, 0, 6, 5), True),
        (box(4, 0, 9, 5), (4, 0, 6, 5), True),
    ],
    ids=[
        "all of it",
        "over one centre",
        "short of a centre",
        "between centres",
        "only in the next chip",
        "around an empty middle",
        "cut by the edge",
    ],
)
def test_a_feature_is_visible_where_it_covers_a_pixel_centre(
    wkt: str, within: tuple[float, float, float, float], expected: bool
) -> None:
    assert visible(raster_of([wkt], [1], rows=5), within) is expected
