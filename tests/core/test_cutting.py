from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chipwright.core.blackening import Blackening
from chipwright.core.cutting import CutStrip
from chipwright.core.errors import ExportCancelled
from chipwright.core.labels import NO_LABELS
from chipwright.core.masking import mask_of
from chipwright.core.plan import Strip
from chipwright.core.progress import StopSignal
from chipwright.tests.core.making import (
    box,
    wkb,
)

from .cut_strips import (
    PARTNER_PIXELS,
    PIXELS,
    STRIP,
    cut,
    labels,
    partner,
    places_of,
    reader,
)


def sent(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))


def wanted(found: CutStrip) -> list[bool]:
    return found.wanted.tolist()


# reading


def test_all_places_are_wanted_unless_something_speaks_against_it(tmp_path: Path) -> None:
    assert wanted(cut(reader(tmp_path))) == [True] * 6


def test_the_pixels_of_a_strip_are_those_of_the_raster(tmp_path: Path) -> None:
    assert np.array_equal(cut(reader(tmp_path)).pixels, PIXELS)


def test_places_outside_of_the_mask_are_not_wanted(tmp_path: Path) -> None:
    mask = mask_of(wkb(box(3, 0, 12, 8)))
    assert wanted(cut(reader(tmp_path, regions=[mask]))) == [False, True, True] * 2


def test_wanted_places_lie_in_all_regions(tmp_path: Path) -> None:
    regions = [mask_of(wkb(box(3, 0, 12, 8))), mask_of(wkb(box(0, 0, 9, 8)))]
    assert wanted(cut(reader(tmp_path, regions=regions))) == [False, True, False] * 2


def test_places_without_labels_are_wanted_if_all_tiles_are(tmp_path: Path) -> None:
    found = cut(reader(tmp_path, labels=labels(box(1, 1, 2, 2))))
    assert (wanted(found), found.labeled_count) == ([True] * 6, 1)


def test_only_places_with_labels_are_wanted_if_asked_for(tmp_path: Path) -> None:
    found = cut(reader(tmp_path, labels=labels(box(1, 1, 2, 6)), only_labeled=True))
    assert wanted(found) == [True, False, False] * 2


def test_a_strip_without_any_label_is_cut_all_the_same(tmp_path: Path) -> None:
    found = cut(reader(tmp_path, labels=labels(box(50, 50, 60, 60))))
    assert (wanted(found), found.labeled_count) == ([True] * 6, 0)


def test_a_strip_without_any_mask_polygon_is_not_wanted(tmp_path: Path) -> None:
    mask = mask_of(wkb(box(50, 50, 60, 60)))
    assert wanted(cut(reader(tmp_path, regions=[mask]))) == [False] * 6


def test_places_of_nothing_but_nodata_are_not_wanted(tmp_path: Path) -> None:
    pixels = PIXELS.copy()
    pixels[:, :4, :5] = 0
    found = cut(reader(tmp_path, pixels, nodata=0))
    assert wanted(found) == [False, True, True, True, True, True]


def test_places_with_data_in_one_band_are_wanted(tmp_path: Path) -> None:
    pixels = PIXELS.copy()
    pixels[0] = 0
    assert wanted(cut(reader(tmp_path, pixels, nodata=0))) == [True] * 6


def test_labels_in_places_that_are_not_wanted_do_not_count(tmp_path: Path) -> None:
    mask = mask_of(wkb(box(4, 0, 12, 8)))
    found = cut(reader(tmp_path, labels=labels(box(1, 1, 6, 2)), regions=[mask]))
    assert (found.labeled_count, found.classes.per_class[1].images) == (1, 1)


def test_statistics_are_of_the_wanted_places(tmp_path: Path) -> None:
    mask = mask_of(wkb(box(4, 0, 8, 4)))
    (band, _) = cut(reader(tmp_path, regions=[mask])).bands
    values = PIXELS[0, :4, 4:8]
    assert (band.count, band.minimum, band.maximum) == (16, values.min(), values.max())
    assert band.mean == pytest.approx(values.mean())


def test_a_strip_of_which_nothing_is_wanted_is_not_read(tmp_path: Path) -> None:
    source = reader(tmp_path, regions=[mask_of(wkb(box(50, 50, 60, 60)))])
    Path(source.reader.raster.source.path).unlink()
    assert cut(source).pixels.size == 0


def test_without_labels_a_place_has_none(tmp_path: Path) -> None:
    assert cut(reader(tmp_path)).labels_of(0) is NO_LABELS


def test_strips_of_a_batch_are_cut_one_by_one(tmp_path: Path) -> None:
    strips = [STRIP.place_strip(place) for place in (5, 0, 1)]
    windows = [PIXELS[:, 4:, 8:], PIXELS[:, :4, :4], PIXELS[:, :4, 4:8]]
    found = reader(tmp_path)(strips)
    assert all(np.array_equal(each.pixels, window) for each, window in zip(found, windows))


def test_a_batch_of_nothing_is_nothing(tmp_path: Path) -> None:
    assert reader(tmp_path)([]) == []


def test_outside_of_its_feature_a_blackened_place_is_0(tmp_path: Path) -> None:
    places = places_of(box(1, 1, 3, 2))
    blackening = Blackening(places, wkb(box(1, 1, 3, 2)))
    (found,) = reader(tmp_path, blackening=blackening)(next(places.batches()))
    expected = np.zeros((2, 4, 4), np.uint8)
    expected[:, 1 - round(places.top[0]), 1:3] = PIXELS[:, 1, 1:3]
    assert np.array_equal(found.pixels, expected)


def test_statistics_are_of_what_is_left_of_a_blackened_place(tmp_path: Path) -> None:
    places = places_of(box(1, 1, 3, 2))
    blackening = Blackening(places, wkb(box(1, 1, 3, 2)))
    (found,) = reader(tmp_path, blackening=blackening)(next(places.batches()))
    assert (found.bands[0].count, found.bands[0].minimum) == (16, 0)
    assert found.bands[0].mean == pytest.approx(PIXELS[0, 1, 1:3].sum() / 16)


# reading two images


def test_without_a_second_image_a_place_has_none(tmp_path: Path) -> None:
    assert cut(reader(tmp_path)).partner_of(0) is None


def test_a_place_has_the_pixels_of_the_second_image(tmp_path: Path) -> None:
    found = cut(reader(tmp_path, partner=partner(tmp_path)))
    assert np.array_equal(found.partner_of(4), PARTNER_PIXELS[:, 4:, 4:8])


def test_both_images_have_statistics_of_their_own(tmp_path: Path) -> None:
    mask = mask_of(wkb(box(4, 0, 8, 4)))
    found = cut(reader(tmp_path, partner=partner(tmp_path), regions=[mask]))
    extremes = [(band.minimum, band.maximum) for band in (*found.bands, *found.partner_bands)]
    images = (*PIXELS[:, :4, 4:8], PARTNER_PIXELS[0, :4, 4:8])
    assert extremes == [(image.min(), image.max()) for image in images]


def test_places_of_nothing_but_nodata_in_one_image_are_not_wanted(tmp_path: Path) -> None:
    second = PARTNER_PIXELS.copy()
    second[:, 4:, 6:] = -9999
    found = cut(reader(tmp_path, partner=partner(tmp_path, second, nodata=-9999)))
    assert wanted(found) == [True] * 5 + [False]


def test_what_is_not_wanted_for_its_second_image_counts_in_no_statistics(tmp_path: Path) -> None:
    second = PARTNER_PIXELS.copy()
    second[:, :, 4:] = -9999
    given = {"partner": partner(tmp_path, second, nodata=-9999)}
    found = cut(reader(tmp_path, labels=labels(box(1, 1, 6, 2)), **given))
    assert (found.bands[0].count, found.labeled_count) == (32, 1)
    assert found.classes.per_class[1].images == 1


def test_reading_ends_when_the_user_wants_to_stop(tmp_path: Path) -> None:
    stop = StopSignal()
    stop.raise_it()
    with pytest.raises(ExportCancelled):
        cut(reader(tmp_path, stop=stop))


# workers elsewhere


def test_a_strip_is_the_same_after_its_way_to_a_worker() -> None:
    strip: Strip = sent(STRIP)
    assert strip == STRIP
