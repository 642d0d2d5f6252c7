from __future__ import annotations

import pickle

import numpy as np
import pytest

from chipwright.core.burning import burned
from chipwright.core.classes import class_table
from chipwright.core.feature_labels import FeatureLabels, feature_labels
from chipwright.core.features import Features
from chipwright.core.grid import PixelGrid
from chipwright.core.labels import LabelKind, StripLabels
from chipwright.core.request import Size
from chipwright.tests.core.making import (
    NORTH_UP,
    ROTATED,
    SOUTH_UP,
    box,
    geometry,
    outline,
    pixel_grid,
    whole_strip,
    wkb,
)

KINDS = pytest.mark.parametrize(
    "kind", [LabelKind.OBJECTS, LabelKind.CLASS_MAP, LabelKind.INSTANCE_MASKS]
)
GRIDS = pytest.mark.parametrize(
    "grid", [NORTH_UP, SOUTH_UP, ROTATED], ids=["north up", "south up", "rotated"]
)
CLASSES = class_table({1: "roof", 2: "tree", 3: "car"}, {})
GRID = pixel_grid(12, 4)
CHIP = Size(4, 4)
WANTED = np.ones(3, bool)


def source(
    *rows: tuple[str, int], kind: LabelKind = LabelKind.OBJECTS, ratio: float = 0.0
) -> FeatureLabels:
    blobs = wkb(*(wkt for wkt, _ in rows))
    values = np.array([value for _, value in rows], np.int64)
    return feature_labels(Features(blobs, values, CLASSES, [], GRID.crs_wkt), kind, ratio)


def labels(
    *rows: tuple[str, int],
    kind: LabelKind = LabelKind.OBJECTS,
    ratio: float = 0.0,
    grid: PixelGrid = GRID,
) -> StripLabels:
    """The labels of three chips side by side."""
    return source(*rows, kind=kind, ratio=ratio).labels(whole_strip(grid, CHIP))


def class_map(found: StripLabels, place: int) -> list[list[int]]:
    pixels = found.of_place(place).class_map
    assert pixels is not None
    return pixels.tolist()


def test_an_object_has_the_class_and_the_box_of_its_part_in_the_chip() -> None:
    found = labels(("POLYGON ((2 0, 6 2, 2 4, 2 0))", 2))
    boxes = [tuple(*found.of_place(place).objects) for place in (0, 1)]
    assert boxes == [pytest.approx((2, 2, 0, 4, 4)), pytest.approx((2, 0, 1, 2, 3), abs=1e-5)]


def test_objects_come_in_the_order_of_the_features() -> None:
    found = labels((box(2, 2, 3, 3), 3), (box(0, 0, 1, 1), 1), (box(1, 1, 2, 2), 2))
    assert [it.class_value for it in found.of_place(0).objects] == [3, 1, 2]


@KINDS
def test_chips_are_labelled_where_a_feature_reaches_in(kind: LabelKind) -> None:
    assert labels((box(2, 0, 6, 4), 1), kind=kind).labeled.tolist() == [True, True, False]


@KINDS
def test_a_box_that_meets_a_chip_does_not_label_it_if_the_feature_does_not(
    kind: LabelKind,
) -> None:
    corner = "POLYGON ((2 -2, 10 -2, 10 5, 9 5, 9 -1, 2 -1, 2 -2))"
    assert labels((corner, 1), kind=kind).labeled.tolist() == [False, False, True]


@KINDS
def test_a_strip_without_features_has_no_labels(kind: LabelKind) -> None:
    found = labels((box(50, 50, 60, 60), 1), kind=kind)
    assert found.labeled.tolist() == [False, False, False]


def test_a_chip_without_features_has_no_objects() -> None:
    assert list(labels((box(50, 50, 60, 60), 1)).of_place(0).objects) == []


def test_a_chip_without_features_has_an_empty_class_map() -> None:
    found = labels((box(50, 50, 60, 60), 1), kind=LabelKind.CLASS_MAP)
    assert class_map(found, 1) == [[0] * 4] * 4


def test_a_chip_without_features_has_no_masks() -> None:
    found = labels((box(50, 50, 60, 60), 1), kind=LabelKind.INSTANCE_MASKS)
    assert list(found.of_place(0).instance_masks) == []


@KINDS
def test_a_strip_without_features_has_no_statistics(kind: LabelKind) -> None:
    found = labels((box(50, 50, 60, 60), 1), kind=kind)
    assert found.statistics(WANTED).per_class == {}


def test_the_later_feature_wins_in_a_class_map() -> None:
    found = labels((box(0, 0, 3, 3), 1), (box(1, 1, 4, 4), 2), kind=LabelKind.CLASS_MAP)
    assert class_map(found, 0) == [
        [1, 1, 1, 0],
        [1, 2, 2, 2],
        [1, 2, 2, 2],
        [0, 2, 2, 2],
    ]


def test_class_maps_of_chips_are_parts_of_one_map() -> None:
    found = labels((box(2, 1, 9, 2), 3), kind=LabelKind.CLASS_MAP)
    assert [class_map(found, place)[1] for place in range(3)] == [
        [0, 0, 3, 3],
        [3, 3, 3, 3],
        [3, 0, 0, 0],
    ]


@pytest.mark.parametrize(
    ("value", "data_type"),
    [(1, "uint8"), (255, "uint8"), (256, "uint16"), (65536, "uint32"), (2**32 - 1, "uint32")],
)
def test_class_maps_are_as_wide_as_the_greatest_class_value(value: int, data_type: str) -> None:
    found = source((box(0, 0, 1, 1), 1), (box(90, 90, 91, 91), value), kind=LabelKind.CLASS_MAP)
    pixels = found.labels(whole_strip(GRID, CHIP)).of_place(0).class_map
    assert pixels is not None
    assert pixels.dtype == data_type


@pytest.mark.parametrize(
    ("ratio", "expected"),
    [
        (0.0, [True, True, True]),
        (0.25, [True, True, False]),
        (0.375, [True, True, False]),
        (0.5, [False, True, False]),
        (0.51, [False, False, False]),
    ],
)
@KINDS
def test_a_part_smaller_than_the_ratio_is_left_out(
    kind: LabelKind, ratio: float, expected: list[bool]
) -> None:
    """Three of eight columns lie in the first chip, four in the second, one in the third."""
    assert labels((box(1, 0, 9, 4), 1), kind=kind, ratio=ratio).labeled.tolist() == expected


def test_the_ratio_is_that_of_the_whole_feature_beyond_the_strip() -> None:
    assert not labels((box(0, -96, 4, 4), 1), ratio=0.05).labeled.any()


def test_what_lies_below_a_part_that_is_left_out_shows() -> None:
    small_part = (box(3, 0, 12, 2), 2)
    found = labels((box(0, 0, 4, 4), 1), small_part, kind=LabelKind.CLASS_MAP, ratio=0.2)
    assert class_map(found, 0) == [[1] * 4] * 4


def test_a_feature_left_out_of_one_chip_stays_in_another() -> None:
    found = labels((box(3, 0, 12, 1), 2), kind=LabelKind.CLASS_MAP, ratio=0.2)
    assert [class_map(found, place)[0] for place in range(3)] == [[0] * 4, [2] * 4, [2] * 4]


def test_an_instance_that_is_left_out_leaves_no_gap_in_the_numbers() -> None:
    found = labels(
        (box(0, 0, 1, 1), 1),
        (box(3, 1, 12, 2), 1),
        (box(0, 2, 1, 3), 1),
        kind=LabelKind.INSTANCE_MASKS,
        ratio=0.2,
    )
    (mask,) = found.of_place(0).instance_masks
    assert mask.pixels[0, :, 0].tolist() == [1, 0, 2, 0]


def test_an_instance_that_covers_no_pixel_centre_is_not_there() -> None:
    found = labels((box(1.1, 1, 1.4, 2), 1), kind=LabelKind.INSTANCE_MASKS)
    assert found.of_place(0).instance_masks == []
    assert found.labeled.tolist() == [True, False, False]


def test_an_object_that_covers_no_pixel_centre_is_there() -> None:
    assert labels((box(1.1, 1, 1.4, 2), 1)).labeled.tolist() == [True, False, False]


def test_instances_are_numbered_anew_in_each_chip() -> None:
    found = labels(
        (box(0, 0, 1, 1), 1), (box(5, 0, 6, 1), 1), (box(9, 0, 10, 1), 1),
        kind=LabelKind.INSTANCE_MASKS,
    )  # fmt: skip
    tops = [found.of_place(place).instance_masks[0].pixels[0, 0] for place in range(3)]
    assert [top.tolist() for top in tops] == [[1, 0, 0, 0], [0, 1, 0, 0], [0, 1, 0, 0]]


@KINDS
def test_features_count_once_per_chip(kind: LabelKind) -> None:
    statistics = labels((box(2, 0, 6, 4), 1), (box(0, 0, 1, 1), 1), kind=kind).statistics(WANTED)
    one = statistics.per_class[1]
    assert (one.images, one.sizes.count) == (2, 3)


@KINDS
def test_areas_are_those_in_the_chips(kind: LabelKind) -> None:
    statistics = labels((box(2, 0, 6, 4), 1), (box(0, 0, 1, 1), 1), kind=kind).statistics(WANTED)
    sizes = statistics.per_class[1].sizes
    assert (sizes.total, sizes.minimum, sizes.maximum) == pytest.approx((17, 1, 8))


@GRIDS
def test_areas_are_in_map_units(grid: PixelGrid) -> None:
    x, y = (axis.tolist() for axis in grid.to_map(np.array([0.0, 3, 0]), np.array([0.0, 0, 4])))
    corners = [*zip(x, y), (x[0], y[0])]
    triangle = f"POLYGON (({', '.join(f'{x!r} {y!r}' for x, y in corners)}))"
    found = source((triangle, 1)).labels(whole_strip(grid.crop(0, 0, 12, 4), CHIP))
    assert found.statistics(WANTED).per_class[1].sizes.total == pytest.approx(6 * grid.cell_area)


def test_features_per_image_are_over_images_with_features() -> None:
    statistics = labels((box(2, 0, 6, 4), 1), (box(0, 0, 1, 1), 2)).statistics(WANTED)
    per_image = statistics.per_image
    assert (per_image.count, per_image.minimum, per_image.maximum, per_image.total) == (2, 1, 2, 3)


def test_statistics_are_of_the_wanted_chips() -> None:
    statistics = labels((box(2, 0, 6, 4), 1), (box(0, 0, 1, 1), 2)).statistics(
        np.array([False, True, True])
    )
    assert list(statistics.per_class) == [1]


def test_statistics_do_not_count_what_the_ratio_leaves_out() -> None:
    statistics = labels((box(1, 0, 9, 4), 1), ratio=0.5).statistics(WANTED)
    assert statistics.per_class[1].sizes.count == 1


# every chip, compared with each feature burned alone


def crowd(grid: PixelGrid, seed: int) -> list[tuple[str, int]]:
    """Triangles all over a grid and beyond, many of them on top of each other, some tiny."""
    rng = np.random.default_rng(seed)
    rows = []
    for size in rng.choice([0.4, 2, 6, 15], 60):
        columns = rng.uniform(-5, grid.columns + 5) + rng.uniform(-size, size, 3)
        tops = rng.uniform(-5, grid.rows + 5) + rng.uniform(-size, size, 3)
        x, y = (axis.tolist() for axis in grid.to_map(columns, tops))
        corners = ", ".join(f"{a!r} {b!r}" for a, b in [*zip(x, y), (x[0], y[0])])
        rows.append((f"POLYGON (({corners}))", int(rng.integers(1, 4))))
    return rows


CROWDS = pytest.mark.parametrize("seed", range(2))


@GRIDS
@CROWDS
def test_a_class_map_is_that_of_its_chip_alone(grid: PixelGrid, seed: int) -> None:
    rows = crowd(grid, seed)
    strip = whole_strip(grid, Size(12, 9), Size(7, 5))
    found = source(*rows, kind=LabelKind.CLASS_MAP).labels(strip)
    values = np.array([value for _, value in rows])
    for place in range(strip.place_count):
        alone = burned(strip.place_grid(place), wkb(*(wkt for wkt, _ in rows)), values, "uint8")
        assert class_map(found, place) == alone.tolist()


@GRIDS
@CROWDS
def test_each_instance_has_the_pixels_it_has_alone(grid: PixelGrid, seed: int) -> None:
    rows = crowd(grid, seed)
    strip = whole_strip(grid, Size(12, 9), Size(7, 5))
    found = source(*rows, kind=LabelKind.INSTANCE_MASKS).labels(strip)
    for place in range(strip.place_count):
        expected: dict[int, list[list[list[int]]]] = {1: [], 2: [], 3: []}
        for wkt, value in rows:
            alone = burned(strip.place_grid(place), wkb(wkt), np.array([1]), "uint8")
            if alone.any():
                expected[value].append(alone.tolist())
        masks = {mask.class_value: mask.pixels for mask in found.of_place(place).instance_masks}
        got = {
            value: [
                (masks[value] == number).any(axis=0).astype(int).tolist()
                for number in range(1, int(masks[value].max()) + 1)
            ]
            for value in masks
        }
        assert got == {value: each for value, each in expected.items() if each}


@GRIDS
@CROWDS
def test_areas_of_a_class_are_those_of_ogr(grid: PixelGrid, seed: int) -> None:
    rows = crowd(grid, seed)
    strip = whole_strip(grid, Size(12, 9), Size(7, 5))
    every = np.ones(strip.place_count, bool)
    per_class = source(*rows).labels(strip).statistics(every).per_class
    chips = [outline(strip.place_grid(place)) for place in range(strip.place_count)]
    for value in (1, 2, 3):
        polygons = [geometry(wkt) for wkt, each in rows if each == value]
        parts = [chip.Intersection(polygon).GetArea() for chip in chips for polygon in polygons]
        parts = [part for part in parts if part > 1e-9]
        sizes = per_class[value].sizes
        assert (sizes.count, sizes.total) == (len(parts), pytest.approx(sum(parts), rel=1e-6))


@KINDS
def test_labels_go_to_workers(kind: LabelKind) -> None:
    there = pickle.loads(pickle.dumps(source((box(2, 0, 6, 4), 1), kind=kind)))
    assert there.labels(whole_strip(GRID, CHIP)).labeled.tolist() == [True, True, False]
