from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from chipwright.core.request import ExportRequest, FeatureSource, RasterSource, Size
from chipwright.core.selecting import LEFT_OUT, SURPLUS, Selected, selected, without_surplus
from chipwright.core.split_shares import split_shares
from chipwright.core.survey import Survey

from .making import examples

Parts = NDArray[np.int8]


def request(**choices: Any) -> ExportRequest:
    return ExportRequest(
        RasterSource("image.tif"),
        str(Path("chips")),
        input_class_data=FeatureSource("labels.gpkg"),
        tile_size=Size(10, 10),
        **choices,
    )


def grid(columns: int = 12, rows: int = 9, step: float = 10) -> Survey:
    """Places of 10 × 10 pixels; every third is labelled, every seventh not wanted."""
    left, top = (axis.ravel() * step for axis in np.meshgrid(np.arange(columns), np.arange(rows)))
    number = np.arange(columns * rows)
    wanted = number % 7 != 3
    labeled = wanted & (number % 3 == 0)
    boxes = np.stack([left, top, left + 10, top + 10], axis=1).astype(np.float64)
    return Survey(wanted, labeled, {1: labeled.astype(np.int64)}, boxes)


def chosen(survey: Survey, split: str = "", **choices: Any) -> tuple[Parts, Selected]:
    """The choice among the places of one image."""
    shares = split_shares(split) if split else None
    found = selected(request(split=split, **choices), [survey], shares)
    return found.selections[0].part, found


# splits


def test_every_wanted_place_is_in_the_only_part_there_is() -> None:
    survey = grid()
    part, found = chosen(survey)
    assert part.tolist() == np.where(survey.wanted, 0, LEFT_OUT).tolist()
    assert (found.straddling, found.unlabeled) == (0, 0)


def test_places_side_by_side_are_all_in_some_split() -> None:
    survey = grid()
    part, found = chosen(survey, "60/20/20")
    assert ((part >= 0) == survey.wanted).all()
    assert set(part[survey.wanted].tolist()) == {0, 1, 2}
    assert found.straddling == 0


def test_wanted_places_that_straddle_are_left_out_and_counted() -> None:
    survey = grid(step=5)
    part, found = chosen(survey, "60/20/20")
    assert not (part[~survey.wanted] >= 0).any()
    assert found.straddling == int((survey.wanted & (part < 0)).sum()) > 0


def test_places_that_are_not_wanted_do_not_count() -> None:
    """Neither for the shares nor for their pixels: without them the others are chosen alike."""
    survey = grid(step=5)
    kept = np.flatnonzero(survey.wanted)
    only = Survey(
        survey.wanted[kept],
        survey.labeled[kept],
        {value: counts[kept] for value, counts in survey.counts.items()},
        survey.boxes[kept],
    )
    assert chosen(survey, "60/20/20")[0][kept].tolist() == chosen(only, "60/20/20")[0].tolist()


def test_images_share_no_pixels_and_each_has_its_selection() -> None:
    first, second = grid(), grid(5, 4)
    found = selected(request(split="60/20/20"), [first, second], split_shares("60/20/20"))
    assert [len(it.part) for it in found.selections] == [108, 20]
    assert found.straddling == 0


def test_an_image_without_places_has_an_empty_selection() -> None:
    survey, nothing = grid(), grid(0, 0)
    found = selected(request(split="60/40"), [nothing, survey, nothing], split_shares("60/40"))
    assert [len(it.part) for it in found.selections] == [0, 108, 0]


@pytest.mark.parametrize("ratio", [None, 1.0])
def test_no_places_at_all_are_no_mistake(ratio: Any) -> None:
    part, found = chosen(grid(0, 0), "60/40", negative_ratio=ratio)
    assert (len(part), found.straddling, found.unlabeled) == (0, 0, 0)


def test_the_seed_decides() -> None:
    survey = grid()
    same, again, other = (
        chosen(survey, "60/20/20", seed=seed, negative_ratio=0.5)[0].tolist() for seed in (4, 4, 5)
    )
    assert same == again != other


# places without labels


def test_places_without_labels_that_are_too_many_are_left_out_and_counted() -> None:
    survey = grid()
    part, found = chosen(survey, negative_ratio=0.5)
    labeled, taken = int(survey.labeled.sum()), part >= 0
    assert (taken & survey.labeled).sum() == labeled
    assert (taken & ~survey.labeled).sum() == labeled // 2
    assert found.unlabeled == int((survey.wanted & ~taken).sum())
    assert found.straddling == 0


def test_the_choice_without_labels_comes_after_the_split() -> None:
    survey = grid(step=5)
    split, _ = chosen(survey, "60/20/20")
    part, found = chosen(survey, "60/20/20", negative_ratio=0.5)
    stays = part >= 0
    assert (part[stays] == split[stays]).all()
    assert found.unlabeled == int(((split >= 0) & ~stays).sum()) > 0
    for number in (0, 1, 2):
        members = part == number
        labeled = int((members & survey.labeled).sum())
        assert (members & ~survey.labeled).sum() == labeled // 2


def test_images_are_one_dataset_when_labels_are_counted() -> None:
    """The labels of the one make up for those that the other lacks."""
    first, second = grid(), grid()
    bare = Survey(second.wanted, np.zeros(108, bool), {}, second.boxes)
    found = selected(request(negative_ratio=1.0), [first, bare], None)
    taken = [it.part >= 0 for it in found.selections]
    without = int((taken[0] & ~first.labeled).sum() + taken[1].sum())
    assert without == int(first.labeled.sum())
    assert taken[1].sum() > 0


parts = st.lists(st.tuples(st.integers(-1, 2), st.booleans()), max_size=40)


@settings(examples, max_examples=60)
@given(parts, st.sampled_from([0.0, 0.1, 0.3, 0.5, 1.0, 1.5, 3.0]), st.integers(0, 2**63 - 1))
def test_no_part_has_more_without_labels_than_asked_for(
    places: list[tuple[int, bool]], ratio: float, seed: int
) -> None:
    part = np.array([number for number, _ in places], np.int8)
    labeled = np.array([is_labeled for _, is_labeled in places], bool)
    kept = without_surplus(part, labeled, ratio, seed)
    assert (kept[labeled] == part[labeled]).all()
    assert ((kept == part) | (kept == SURPLUS)).all()
    for number in (0, 1, 2):
        members, stay = part == number, kept == number
        most = int(round(ratio * 10) * int((members & labeled).sum()) / 10 + 1e-6)
        assert (stay & ~labeled).sum() == min(most, (members & ~labeled).sum())


def test_a_share_of_a_chip_is_no_chip() -> None:
    part, labeled = np.zeros(8, np.int8), np.arange(8) < 3
    assert (without_surplus(part, labeled, 0.3, 0) == 0).sum() == 3


def test_a_ratio_that_rounding_makes_a_bit_too_small_is_meant_as_written() -> None:
    """0.29 · 100 is 28.999999999999996."""
    part, labeled = np.zeros(200, np.int8), np.arange(200) < 100
    assert (without_surplus(part, labeled, 0.29, 0) == 0).sum() == 129


def test_what_was_given_is_not_changed() -> None:
    part, labeled = np.zeros(8, np.int8), np.zeros(8, bool)
    without_surplus(part, labeled, 0, 0)
    assert part.tolist() == [0] * 8


def test_any_place_may_be_chosen() -> None:
    part, labeled = np.zeros(20, np.int8), np.arange(20) < 1
    found = {
        int(np.flatnonzero(without_surplus(part, labeled, 1, seed)[1:] == 0)[0])
        for seed in range(200)
    }
    assert found == set(range(19))


def test_a_ratio_beyond_all_numbers_leaves_nothing_out() -> None:
    part, labeled = np.zeros(30, np.int8), np.arange(30) < 10
    assert (without_surplus(part, labeled, 1e308, 0) == part).all()
