from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chipwright.core.blobs import packed
from chipwright.core.choosing import ChipChoice, Selection
from chipwright.core.classes import NO_CLASSES
from chipwright.core.feature_labels import FeatureLabels, feature_labels
from chipwright.core.features import Features
from chipwright.core.labels import LabelKind
from chipwright.core.masking import mask_of
from chipwright.core.plan import Plan, Strip
from chipwright.core.request import Size
from chipwright.tests.core.making import (
    box,
    examples,
    pixel_grid,
    whole_strip,
    wkb,
)

GRID = pixel_grid(40, 10)
STRIP = whole_strip(GRID, Size(10, 10))
ALL = np.ones(4, bool)
SHARES = (1.0, 0.5, 0.1, 0.0)
"""Labelled shares of the four places."""


def label_source() -> FeatureLabels:
    drawn = wkb(box(0, 0, 15, 10), box(20, 0, 21, 10))
    features = Features(packed(drawn), np.array([1, 2]), NO_CLASSES, [], "")
    return feature_labels(features, LabelKind.OBJECTS)


SOME_LABELS = label_source().labels(STRIP)


# where they lie


def test_without_wishes_every_place_may_become_a_chip() -> None:
    assert ChipChoice().allowed(STRIP).tolist() == [True] * 4


def test_a_chip_lies_in_all_regions() -> None:
    regions = [mask_of(wkb(box(0, 0, 30, 10))), mask_of(wkb(box(10, 0, 40, 10)))]
    assert ChipChoice(regions).allowed(STRIP).tolist() == [False, True, True, False]


def test_regions_that_share_no_place_leave_none() -> None:
    regions = [mask_of(wkb(box(0, 0, 15, 10))), mask_of(wkb(box(20, 0, 40, 10)))]
    assert not ChipChoice(regions).allowed(STRIP).any()


# which were chosen before


def selection(*part: int) -> Selection:
    return Selection(np.array(part, np.int8))


def test_what_was_left_out_beforehand_is_no_chip() -> None:
    choice = ChipChoice(selection=selection(0, -1, 2, -1))
    assert choice.allowed(STRIP).tolist() == [True, False, True, False]


def test_a_choice_holds_for_all_places_of_the_image() -> None:
    plan = Plan(pixel_grid(10, 200), Size(10, 10), Size(10, 10), 1)
    part = np.arange(20, dtype=np.int8) % 3 - 1
    choice = ChipChoice(selection=Selection(part))
    found = np.concatenate([choice.allowed(strip) for strip in plan.strips()])
    assert found.tolist() == (part >= 0).tolist()


def test_the_parts_of_a_strip_are_told() -> None:
    strip = Strip(GRID, Size(10, 10), (0, 10), (0,), first=2)
    found = ChipChoice(selection=selection(0, 1, 2, 1)).parts_of(strip)
    assert found is not None and found.tolist() == [2, 1]


def test_without_a_choice_there_are_no_parts() -> None:
    assert ChipChoice().parts_of(STRIP) is None


# what is in them


def test_only_labelled_chips_are_kept_when_asked_for() -> None:
    choice = ChipChoice(only_labeled=True)
    assert choice.labeled_enough(SOME_LABELS, ALL).tolist() == [True, True, True, False]


@pytest.mark.parametrize("ratio", [0.0, 0.05, 0.1, 0.100001, 0.5, 0.7, 1.0])
def test_chips_have_at_least_the_share_of_labels(ratio: float) -> None:
    found = ChipChoice(min_label_ratio=ratio).labeled_enough(SOME_LABELS, ALL)
    assert found.tolist() == [share >= ratio for share in SHARES]


@examples
@given(st.floats(0, 1), st.floats(0, 1))
def test_a_greater_ratio_never_adds_a_chip(first: float, second: float) -> None:
    low, high = sorted([first, second])
    few = ChipChoice(min_label_ratio=high).labeled_enough(SOME_LABELS, ALL)
    many = ChipChoice(min_label_ratio=low).labeled_enough(SOME_LABELS, ALL)
    assert (few <= many).all()


def test_labels_never_bring_back_what_is_not_allowed() -> None:
    allowed = np.array([False, True, False, True])
    choice = ChipChoice(only_labeled=True, min_label_ratio=0.01)
    assert choice.labeled_enough(SOME_LABELS, allowed).tolist() == [False, True, False, False]


def test_without_labels_nothing_is_left_out() -> None:
    assert ChipChoice().labeled_enough(None, ALL) is ALL


# data


@pytest.mark.parametrize("ratio", [0.0, 0.25, 0.3, 0.75, 0.999, 1.0])
def test_chips_have_at_most_the_share_of_no_data(ratio: float) -> None:
    shares = np.array([1.0, 0.75, 0.7, 0.25, 0.001, 0.0])
    found = ChipChoice(max_nodata_ratio=ratio).with_data(shares)
    expected = [1 - share <= ratio + 1e-9 and share > 0 for share in shares.tolist()]
    assert found.tolist() == expected


def test_chips_of_nothing_but_no_data_are_never_kept() -> None:
    assert ChipChoice().with_data(np.array([0.0])).tolist() == [False]
