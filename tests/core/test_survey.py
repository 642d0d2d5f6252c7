from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Optional

import numpy as np
import pytest
from numpy.typing import NDArray

from chipwright.core.choosing import ChipChoice
from chipwright.core.cutting import StripReader
from chipwright.core.grid import PixelGrid, Size
from chipwright.core.plan import Strip
from chipwright.core.preparation import prepare
from chipwright.core.prepared import Prepared
from chipwright.core.progress import StopSignal
from chipwright.core.raster import Raster
from chipwright.core.request import RasterSource
from chipwright.core.survey import (
    StripSurvey,
    Survey,
    SurveyReader,
    counts_of,
    place_boxes,
    survey_of,
)

from .exporting import Listener, chip_request, features
from .made_sources import box, features_file, random_pixels, raster_file
from .making import NORTH_UP, ROTATED, SOUTH_UP, outline, whole_strip

TILE = Size(16, 16)


def prepared(tmp_path: Path, **settings: Any) -> Prepared:
    """4 × 3 places; class 1 in the first two, class 7 in the second; no data in the last two."""
    values = random_pixels((1, 48, 64)).clip(1)
    values[0, 32:, 32:] = 0
    image = raster_file(tmp_path / "image.tif", values, nodata=0)
    rows = [
        (box(2, 2, 20, 10), {"value": 1}),
        (box(20, 4, 30, 14), {"value": 7}),
        (box(17, 4, 19, 14), {"value": 7}),
        (box(50, 40, 60, 44), {"value": 1}),
    ]
    layer = features(features_file(tmp_path / "labels.gpkg", rows))
    given = {"metadata_format": "KITTI_rectangles", "input_class_data": layer, "tile_size": TILE}
    request = chip_request(image, tmp_path / "chips", **{**given, **settings})
    return prepare(request, Listener(), StopSignal())[0]


def surveyed(found: Prepared, choice: Optional[ChipChoice] = None) -> Survey:
    reader = StripReader(found.image.reader, found.labels, choice or found.choice)
    look = SurveyReader(reader, found.image.grid)
    strips = (strip for batch in found.plan.batches() for strip in look(batch))
    return survey_of(found.plan.place_count, strips)


def test_places_are_wanted_where_there_is_data(tmp_path: Path) -> None:
    assert surveyed(prepared(tmp_path)).wanted.tolist() == [True] * 10 + [False] * 2


def test_places_are_labeled_where_they_are_wanted_and_have_labels(tmp_path: Path) -> None:
    assert surveyed(prepared(tmp_path)).labeled.tolist() == [True] * 2 + [False] * 10


def test_without_labels_all_wanted_places_count_as_labeled(tmp_path: Path) -> None:
    found = surveyed(
        prepared(tmp_path, input_class_data=None, metadata_format="Export_Tiles"),
    )
    assert found.labeled.tolist() == found.wanted.tolist()
    assert found.counts == {}


def test_labels_are_counted_by_class_and_place(tmp_path: Path) -> None:
    counts = {value: each.tolist() for value, each in surveyed(prepared(tmp_path)).counts.items()}
    assert {value: each[:10] for value, each in counts.items()} == {
        1: [1, 1, *[0] * 8],
        7: [0, 2, *[0] * 8],
    }


class Unreadable:
    """A reader that must not be asked for pixels."""

    def __init__(self, raster: Raster) -> None:
        self.raster = raster

    def read(self, grid: PixelGrid) -> NDArray[Any]:
        raise AssertionError(f"pixels are read: {grid}")


@pytest.mark.parametrize(
    ("nodata", "most"), [(None, 1.0), (0.0, 1.0), (None, 0.5)], ids=["all", "no-data", "a share"]
)
def test_pixels_are_read_only_where_they_decide(
    tmp_path: Path, nodata: Optional[float], most: float
) -> None:
    found = prepared(tmp_path)
    raster = replace(found.image.raster, nodata=(nodata,))
    choice = ChipChoice(max_nodata_ratio=most)
    look = SurveyReader(StripReader(Unreadable(raster), found.labels, choice), found.image.grid)
    batch = next(iter(found.plan.batches()))
    if nodata is None and most == 1:
        assert [strip.wanted.all() for strip in look(batch)] == [True]
    else:
        with pytest.raises(AssertionError, match="pixels are read"):
            look(batch)


@pytest.mark.parametrize("settings", [{}, {"export_all_tiles": False}], ids=["all", "labeled"])
def test_what_is_known_without_pixels_is_the_same(tmp_path: Path, settings: dict[str, Any]) -> None:
    pixels = random_pixels((1, 48, 64)).clip(1)
    image = raster_file(tmp_path / "plain.tif", pixels)
    given = {"input_raster": RasterSource(str(image)), **settings}
    found = prepare(replace(prepared(tmp_path).request, **given), Listener(), StopSignal())[0]
    reader = StripReader(found.image.reader, found.labels, found.choice)
    for batch in found.plan.batches():
        for weighed, cut in zip(reader.weighed(batch), reader(batch)):
            wanted, labels = weighed.wanted, weighed.labels
            assert wanted.tolist() == cut.wanted.tolist()
            assert labels is not None and cut.labels is not None
            assert labels.labeled.tolist() == cut.labels.labeled.tolist()


def test_boxes_are_those_of_the_places(tmp_path: Path) -> None:
    corners = [(left, top) for top in (0, 16, 32) for left in (0, 16, 32, 48)]
    expected = [[left, top, left + 16, top + 16] for left, top in corners]
    assert surveyed(prepared(tmp_path)).boxes == pytest.approx(np.array(expected), abs=1e-6)


def test_boxes_of_turned_places_hold_them(tmp_path: Path) -> None:
    found = prepared(tmp_path, rotation_angle=30.0, stride_size=Size(9, 9))
    checked = 0
    for batch in found.plan.batches():
        for strip in batch:
            boxes = place_boxes(strip, found.image.grid)
            for place, expected in enumerate(envelopes(strip, found.image.grid)):
                assert boxes[place] == pytest.approx(expected, abs=1e-6)
                checked += 1
    assert checked == found.plan.place_count > 30


def envelopes(strip: Strip, image: PixelGrid) -> list[tuple[float, ...]]:
    """The box around the outline that each place has on the map, in pixels of the image."""
    return [envelope(strip.place_grid(place), image) for place in range(strip.place_count)]


def envelope(place: PixelGrid, image: PixelGrid) -> tuple[float, ...]:
    covered = outline(place)  # a ring must not outlive its polygon
    ring = covered.GetGeometryRef(0)
    points = np.array([ring.GetPoint_2D(number) for number in range(4)])
    columns, rows = image.to_pixels(points[:, 0], points[:, 1])
    return columns.min(), rows.min(), columns.max(), rows.max()


@pytest.mark.parametrize("grid", [NORTH_UP, SOUTH_UP, ROTATED], ids=["north", "south", "rotated"])
def test_boxes_are_in_pixels_whatever_way_is_up(grid: PixelGrid) -> None:
    strip = whole_strip(grid, Size(10, 7), Size(5, 7))
    found = place_boxes(strip, grid)
    corners = np.array([strip.corner(place) for place in range(strip.place_count)])
    expected = np.concatenate([corners, corners + np.array([10, 7])], axis=1)
    assert found == pytest.approx(expected, abs=1e-5)


# all strips together


def strip_survey(first: int, wanted: list[bool], counts: dict[int, list[int]]) -> StripSurvey:
    size = len(wanted)
    boxes = np.arange(first, first + size, dtype=np.float64)[:, None] + np.zeros(4)
    arrays = {value: np.array(each, np.int64) for value, each in counts.items()}
    return StripSurvey(first, np.array(wanted), np.array(wanted), arrays, boxes)


def test_strips_come_to_their_places_whatever_their_order() -> None:
    strips = [strip_survey(2, [True, False], {}), strip_survey(0, [False, True], {})]
    found = survey_of(4, iter(strips))
    assert found.wanted.tolist() == [False, True, True, False]
    assert found.boxes[:, 0].tolist() == [0, 1, 2, 3]


def test_a_class_that_is_not_in_a_strip_counts_nothing_there() -> None:
    strips = [strip_survey(0, [True] * 2, {5: [1, 2]}), strip_survey(2, [True], {9: [4]})]
    counts = survey_of(3, iter(strips)).counts
    assert {value: each.tolist() for value, each in counts.items()} == {5: [1, 2, 0], 9: [0, 0, 4]}


def test_an_image_without_places_has_nothing() -> None:
    found = survey_of(0, iter([]))
    assert (len(found.wanted), len(found.labeled), found.counts, len(found.boxes)) == (0, 0, {}, 0)


def survey(counts: dict[int, list[int]], size: int) -> Survey:
    nothing: NDArray[np.bool_] = np.zeros(size, bool)
    arrays = {value: np.array(each, np.int64) for value, each in counts.items()}
    return Survey(nothing, nothing, arrays, np.zeros((size, 4)))


def test_classes_of_all_images_are_columns_by_value() -> None:
    surveys = [survey({7: [1, 2], 3: [0, 5]}, 2), survey({}, 1), survey({5: [8]}, 1)]
    assert counts_of(surveys).tolist() == [[0, 0, 1], [5, 0, 2], [0, 0, 0], [0, 8, 0]]


def test_without_labels_there_are_no_columns() -> None:
    assert counts_of([survey({}, 2), survey({}, 1)]).shape == (3, 0)
