from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any, Optional

import numpy as np
import pytest
from osgeo import gdal

from chipwright.core.chip_format import ChipFormat, Placement
from chipwright.core.covering import Covering
from chipwright.core.cutting import CutStrip, StripReader
from chipwright.core.encodings import ImageFormat, chip_encoding
from chipwright.core.errors import ExportCancelled
from chipwright.core.formats import FORMATS
from chipwright.core.labels import LabelKind, LabelSource
from chipwright.core.main_object_labels import OwnFeatureLabels
from chipwright.core.masking import mask_of
from chipwright.core.output import ChipFolder
from chipwright.core.panoptic_labels import PanopticLabels
from chipwright.core.plan import Batch
from chipwright.core.progress import StopSignal
from chipwright.core.records import StripRecord
from chipwright.core.strip_writing import NumberedStrip, StripWriter, chip_name
from chipwright.core.tiff import TiffEncoding
from chipwright.tests.core.making import (
    box,
    wkb,
)

from .cut_strips import (
    CLASSES,
    GRID,
    PARTNER_PIXELS,
    PIXELS,
    STRIP,
    cut,
    labels,
    partner,
    places_of,
    reader,
)


def writer(
    tmp_path: Path, name: str = "Export_Tiles", stop: Optional[StopSignal] = None
) -> StripWriter:
    folder = ChipFolder(
        str(tmp_path / "chips"), chip_encoding(ImageFormat("TIFF"), None), TiffEncoding()
    )
    return StripWriter(FORMATS[name], folder, stop or StopSignal(), CLASSES)


def write(writer: StripWriter, found: CutStrip, first_number: int = 0) -> StripRecord:
    (record,) = writer([NumberedStrip(found, first_number)])
    return record


def chips_in(tmp_path: Path) -> list[str]:
    return sorted(it.name for it in (tmp_path / "chips" / "images").iterdir())


def test_wanted_places_are_numbered_on_without_gaps(tmp_path: Path) -> None:
    mask = mask_of(wkb(box(3, 0, 12, 8)))
    write(writer(tmp_path), cut(reader(tmp_path, regions=[mask])), 17)
    assert chips_in(tmp_path) == [f"0000000{number}.tif" for number in (17, 18, 19, 20)]


def test_each_chip_has_the_pixels_of_its_place(tmp_path: Path) -> None:
    write(writer(tmp_path), cut(reader(tmp_path)))
    chips = [gdal.Open(str(tmp_path / "chips/images" / name)) for name in chips_in(tmp_path)]
    expected = [PIXELS[:, t : t + 4, left : left + 4] for t in (0, 4) for left in (0, 4, 8)]
    assert all(np.array_equal(chip.ReadAsArray(), it) for chip, it in zip(chips, expected))


def test_each_chip_has_the_position_of_its_place(tmp_path: Path) -> None:
    write(writer(tmp_path), cut(reader(tmp_path)))
    chips = [gdal.Open(str(tmp_path / "chips/images" / name)) for name in chips_in(tmp_path)]
    corners = [(chip.GetGeoTransform()[0], chip.GetGeoTransform()[3]) for chip in chips]
    assert corners == [(left, top) for top in (0, 4) for left in (0, 4, 8)]


def test_a_record_holds_the_lines_of_the_map(tmp_path: Path) -> None:
    found = cut(reader(tmp_path, labels=labels(box(1, 1, 2, 2))))
    record = write(writer(tmp_path, "KITTI_rectangles"), found)
    expected = [f"images\\{number:09d}.tif  labels\\{number:09d}.txt\r\n" for number in range(6)]
    assert record.texts == {"map.txt": "".join(expected)}


def test_a_record_counts_places_and_labelled_chips(tmp_path: Path) -> None:
    found = cut(reader(tmp_path, labels=labels(box(1, 1, 2, 2))))
    record = write(writer(tmp_path, "KITTI_rectangles"), found)
    assert (record.place_count, record.chip_count, record.labeled_count) == (6, 6, 1)


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("Classified_Tiles", LabelKind.CLASS_MAP, 1),
        ("RCNN_Masks", LabelKind.INSTANCE_MASKS, 1),
        ("KITTI_rectangles", LabelKind.OBJECTS, 0),
    ],
)
def test_a_record_counts_chips_whose_labels_cover_the_middle_of_no_pixel(
    tmp_path: Path, name: str, kind: LabelKind, expected: int
) -> None:
    tiny, large = box(1.6, 1.6, 2.4, 2.4), box(5, 1, 7, 3)
    found = cut(reader(tmp_path, labels=labels(tiny, large, kind=kind)))
    record = write(writer(tmp_path, name), found)
    assert (record.labeled_count, record.blank_count) == (2, expected)


def test_one_of_two_sources_of_labels_is_enough_for_a_label_image(tmp_path: Path) -> None:
    tiny, roof = box(1.6, 1.6, 2.4, 2.4), box(1, 1, 3, 3)
    single = labels(roof, kind=LabelKind.INSTANCE_MASKS)
    both = PanopticLabels(labels(tiny, kind=LabelKind.CLASS_MAP), single)
    record = write(writer(tmp_path, "Panoptic_Segmentation"), cut(reader(tmp_path, labels=both)))
    assert (record.labeled_count, record.blank_count) == (1, 0)


def test_a_record_holds_the_statistics_of_both_images(tmp_path: Path) -> None:
    found = cut(reader(tmp_path, partner=partner(tmp_path)))
    record = write(writer(tmp_path), found)
    assert (record.bands, record.partner_bands) == (found.bands, found.partner_bands)


def test_the_second_image_of_a_chip_is_written_with_its_name(tmp_path: Path) -> None:
    found = cut(reader(tmp_path, partner=partner(tmp_path)))
    record = write(writer(tmp_path), found, 7)
    (lines,) = record.texts.values()
    assert lines.startswith("images\\000000007.tif images2\\000000007.tif \r\n")
    second = gdal.Open(str(tmp_path / "chips/images2/000000008.tif")).ReadAsArray()
    assert np.array_equal(second, PARTNER_PIXELS[0, :4, 4:8])


def test_strips_that_are_written_together_have_a_record_each(tmp_path: Path) -> None:
    strips = reader(tmp_path)([STRIP.place_strip(place) for place in (0, 1)])
    numbered = [NumberedStrip(found, number) for found, number in zip(strips, (3, 8))]
    assert [record.chip_count for record in writer(tmp_path)(numbered)] == [1, 1]
    assert chips_in(tmp_path) == ["000000003.tif", "000000008.tif"]


def test_writing_ends_when_the_user_wants_to_stop(tmp_path: Path) -> None:
    stop = StopSignal()
    stop.raise_it()
    with pytest.raises(ExportCancelled):
        write(writer(tmp_path, stop=stop), cut(reader(tmp_path)))


@pytest.mark.parametrize(
    ("number", "expected"),
    [(0, "000000000"), (999_999_999, "999999999"), (1_000_000_000, "1000000000")],
)
def test_a_chip_is_called_by_its_number(number: int, expected: str) -> None:
    assert chip_name(number) == expected


# workers elsewhere


@pytest.mark.parametrize("name", FORMATS)
def test_work_goes_to_workers(tmp_path: Path, name: str) -> None:
    """As to another process: reader, strips, what was cut, and writer."""
    batch, source = work_of(FORMATS[name])
    regions = [mask_of(wkb(box(0, 0, 12, 8))), Covering(GRID)]
    given = {"labels": source, "regions": regions, "partner": partner(tmp_path)}
    there: StripReader = sent(reader(tmp_path, **given))
    numbered = [NumberedStrip(each, 0) for each in sent(there(sent(batch)))]
    records = sent(sent(writer(tmp_path, name))(sent(numbered)))
    places = [strip.place_count for strip in batch]
    assert [record.chip_count for record in records] == places


def work_of(chip_format: ChipFormat) -> tuple[Batch, Optional[LabelSource]]:
    """Strips, and labels as the format needs them."""
    roof = box(1, 1, 6, 2)
    if chip_format.placement is Placement.PER_FEATURE:
        places = places_of(box(1, 1, 4, 4), box(5, 3, 6, 6))
        return next(places.batches()), OwnFeatureLabels(places, np.ones(2, np.int64), CLASSES)
    if chip_format.needs_instances:
        single = labels(roof, kind=LabelKind.INSTANCE_MASKS)
        return [STRIP], PanopticLabels(labels(roof, kind=LabelKind.CLASS_MAP), single)
    if not chip_format.needs_labels:
        return [STRIP], None
    return [STRIP], labels(roof, kind=chip_format.needs)


def sent(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))
