from __future__ import annotations

import pickle

import numpy as np
import pytest

from chipwright.core.classes import class_table
from chipwright.core.feature_labels import FeatureLabels, feature_labels
from chipwright.core.features import Features
from chipwright.core.labels import LabelKind, StripLabels
from chipwright.core.panoptic_labels import PanopticLabels
from chipwright.core.request import Size
from chipwright.tests.core.making import box, pixel_grid, whole_strip, wkb

GRID = pixel_grid(12, 4)
STRIP = whole_strip(GRID, Size(4, 4))
"""Three chips side by side."""
MEADOW, TREE, CAR = box(0, 0, 6, 4), box(1, 1, 3, 3), box(9, 1, 11, 3)
ALL = np.ones(3, bool)


def source(kind: LabelKind, *rows: tuple[str, int]) -> FeatureLabels:
    values = np.array([value for _, value in rows], np.int64)
    table = class_table({value: f"{kind.value} {value}" for _, value in rows}, {})
    blobs = wkb(*(wkt for wkt, _ in rows))
    return feature_labels(Features(blobs, values, table, [], GRID.crs_wkt), kind)


def panoptic() -> PanopticLabels:
    """A meadow (1), and on it a tree (2), and a car (3) that is in no class map."""
    return PanopticLabels(
        source(LabelKind.CLASS_MAP, (MEADOW, 1), (TREE, 2)),
        source(LabelKind.INSTANCE_MASKS, (TREE, 2), (CAR, 3)),
    )


@pytest.fixture
def found() -> StripLabels:
    return panoptic().labels(STRIP)


def test_a_chip_has_the_class_map_of_the_one_source(found: StripLabels) -> None:
    alone = source(LabelKind.CLASS_MAP, (MEADOW, 1), (TREE, 2)).labels(STRIP)
    for place in range(3):
        maps = (labels.of_place(place).class_map for labels in (found, alone))
        assert np.array_equal(*maps)  # type: ignore[arg-type]


def test_a_chip_has_the_masks_of_the_other_source(found: StripLabels) -> None:
    masks = [found.of_place(place).instance_masks for place in range(3)]
    assert [[mask.class_value for mask in each] for each in masks] == [[2], [], [3]]


def test_a_chip_with_either_is_labelled(found: StripLabels) -> None:
    assert found.labeled.tolist() == [True, True, True]


@pytest.mark.parametrize(
    ("semantic", "single", "expected"),
    [
        (MEADOW, box(50, 50, 60, 60), [True, True, False]),
        (box(50, 50, 60, 60), CAR, [False, False, True]),
        (box(50, 50, 60, 60), box(50, 50, 60, 60), [False, False, False]),
    ],
)
def test_a_chip_with_neither_is_not_labelled(
    semantic: str, single: str, expected: list[bool]
) -> None:
    labels = PanopticLabels(
        source(LabelKind.CLASS_MAP, (semantic, 1)), source(LabelKind.INSTANCE_MASKS, (single, 1))
    )
    assert labels.labels(STRIP).labeled.tolist() == expected


def test_statistics_are_of_the_class_maps(found: StripLabels) -> None:
    alone = source(LabelKind.CLASS_MAP, (MEADOW, 1), (TREE, 2)).labels(STRIP).statistics(ALL)
    statistics = found.statistics(ALL)
    assert (statistics.per_class, statistics.per_image) == (alone.per_class, alone.per_image)


def test_single_objects_are_counted_apart(found: StripLabels) -> None:
    alone = source(LabelKind.INSTANCE_MASKS, (TREE, 2), (CAR, 3)).labels(STRIP).statistics(ALL)
    assert found.statistics(ALL).instances == alone.per_class


def test_both_are_counted_in_wanted_chips_alone(found: StripLabels) -> None:
    statistics = found.statistics(np.array([False, True, True]))
    assert (list(statistics.per_class), list(statistics.instances)) == ([1], [3])


def test_classes_are_those_of_the_class_maps() -> None:
    assert [it.name for it in panoptic().classes.classes] == ["class map 1", "class map 2"]


def test_classes_of_single_objects_are_those_of_the_masks() -> None:
    names = [it.name for it in panoptic().instance_classes.classes]
    assert names == ["instance masks 2", "instance masks 3"]


def test_they_count_as_what_the_class_maps_are_made_of() -> None:
    assert panoptic().from_features


def test_labels_go_to_workers() -> None:
    there = pickle.loads(pickle.dumps(panoptic())).labels(STRIP)
    assert there.labeled.tolist() == [True, True, True]
