from __future__ import annotations

from dataclasses import replace

import pytest

from chipwright.core.manifest import Manifest, joined
from chipwright.core.records import StripRecord
from chipwright.core.statistics import (
    BandStatistics,
    ClassStatistics,
    LabelStatistics,
    RealBandStatistics,
    Summary,
)

TWO_PIXELS = BandStatistics(count=2, total=30, squares=500, minimum=10, maximum=20)
ONE_PIXEL = BandStatistics(count=1, total=5, squares=25, minimum=5, maximum=5)
ROOF = ClassStatistics(images=1, sizes=Summary(2, 7.5, 2.5, 5.0))
TREE = ClassStatistics(images=1, sizes=Summary(1, 4.0, 4.0, 4.0))


def strip(
    chips: int = 0,
    labeled: int = 0,
    bands: tuple[BandStatistics, ...] = (),
    classes: LabelStatistics | None = None,
) -> StripRecord:
    return StripRecord(chips, {}, chips, labeled, bands, classes or LabelStatistics())


def test_chips_and_labelled_chips_add_up() -> None:
    manifest = Manifest().add(strip(3, labeled=1)).add(strip(2, labeled=2))
    assert (manifest.chip_count, manifest.labeled_count) == (5, 3)


def test_adding_leaves_the_first_as_it_was() -> None:
    first = Manifest()
    first.add(strip(3))
    assert first == Manifest()


def test_numbers_go_on_from_the_start_index() -> None:
    assert Manifest(start_index=7).add(strip(3)).next_number == 10


def test_a_strip_without_chips_changes_no_statistics() -> None:
    manifest = Manifest().add(strip(2, bands=(TWO_PIXELS,)))
    assert manifest.add(strip()) == manifest


@pytest.mark.parametrize(("first", "second"), [(2, 1), (1, 2)])
def test_bands_are_added_band_by_band(first: int, second: int) -> None:
    bands = {1: (ONE_PIXEL, TWO_PIXELS), 2: (TWO_PIXELS, ONE_PIXEL)}
    manifest = Manifest().add(strip(1, bands=bands[first])).add(strip(1, bands=bands[second]))
    assert manifest.bands == (TWO_PIXELS + ONE_PIXEL, TWO_PIXELS + ONE_PIXEL)


def test_bands_of_real_numbers_are_added_too() -> None:
    half, whole = RealBandStatistics(1, 0.5, 0.0, 0.5, 0.5), RealBandStatistics(1, 1.0, 0.0, 1, 1)
    record = StripRecord(0, {}, 0, 0, (half,), LabelStatistics())
    (band,) = Manifest(bands=(whole,)).add(record).bands
    assert (band.count, band.mean, band.minimum, band.maximum) == (2, 0.75, 0.5, 1)


def test_classes_are_added_class_by_class() -> None:
    first = strip(1, classes=LabelStatistics({1: ROOF}, Summary(1, 2, 2, 2)))
    second = strip(1, classes=LabelStatistics({1: ROOF, 5: TREE}, Summary(1, 3, 3, 3)))
    assert Manifest().add(first).add(second).labels == LabelStatistics(
        {1: ROOF + ROOF, 5: TREE}, Summary(2, 5, 2, 3)
    )


def test_a_feature_counts_once_for_every_chip_it_is_in() -> None:
    classes = LabelStatistics({1: ROOF, 5: TREE})
    assert (
        Manifest().add(strip(1, classes=classes)).add(strip(1, classes=classes)).feature_count == 6
    )


def test_nothing_has_no_features() -> None:
    assert Manifest().feature_count == 0


def test_bands_of_the_second_images_are_added_apart() -> None:
    record = replace(strip(1, bands=(TWO_PIXELS,)), partner_bands=(ONE_PIXEL,))
    manifest = Manifest().add(record).add(record)
    assert manifest.bands == (TWO_PIXELS + TWO_PIXELS,)
    assert manifest.partner_bands == (ONE_PIXEL + ONE_PIXEL,)


def test_single_objects_are_the_features_where_there_are_any() -> None:
    """Beside them, class maps count what they were made of."""
    classes = LabelStatistics({1: ROOF}, instances={5: TREE})
    assert Manifest().add(strip(1, classes=classes)).feature_count == 1


FIRST = Manifest(0, 5, 2, (TWO_PIXELS,), LabelStatistics({1: ROOF}, Summary(1, 2, 2, 2)))
SECOND = Manifest(0, 3, 1, (ONE_PIXEL, ONE_PIXEL), LabelStatistics({1: ROOF, 5: TREE}))


def test_one_dataset_is_the_sum_of_itself() -> None:
    assert joined([FIRST]) == FIRST


def test_datasets_written_together_are_counted_together() -> None:
    total = joined([FIRST, SECOND])
    assert (total.chip_count, total.labeled_count, total.feature_count) == (8, 3, 5)


def test_classes_of_datasets_written_together_are_added() -> None:
    assert joined([FIRST, SECOND]).labels == FIRST.labels + SECOND.labels


def test_bands_of_datasets_written_together_are_those_of_the_first() -> None:
    """The images of two domains may have different bands, which cannot be added."""
    assert joined([FIRST, SECOND]).bands == FIRST.bands
