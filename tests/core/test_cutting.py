from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any, Optional

import numpy as np
import pytest
from osgeo import gdal

from chipwright.core.blackening import Blackening
from chipwright.core.chip_format import ChipFormat, Placement
from chipwright.core.choosing import ChipChoice
from chipwright.core.classes import class_table
from chipwright.core.covering import Covering
from chipwright.core.cutting import (
    CutStrip,
    NumberedStrip,
    StripReader,
    StripWriter,
    chip_name,
)
from chipwright.core.encodings import ImageFormat, chip_encoding
from chipwright.core.errors import ExportCancelled
from chipwright.core.feature_labels import FeatureLabels, feature_labels
from chipwright.core.feature_places import FeaturePlaces, centred_places
from chipwright.core.features import Features
from chipwright.core.formats import FORMATS
from chipwright.core.labels import NO_LABELS, LabelKind, LabelSource
from chipwright.core.main_object_labels import OwnFeatureLabels
from chipwright.core.masking import mask_of
from chipwright.core.output import ChipFolder
from chipwright.core.panoptic_labels import PanopticLabels
from chipwright.core.plan import Batch, Strip
from chipwright.core.progress import StopSignal
from chipwright.core.raster import describe_raster
from chipwright.core.raster_reader import RasterReader
from chipwright.core.records import StripRecord
from chipwright.core.request import RasterSource, Size
from chipwright.core.tiff import TiffEncoding
from chipwright.tests.core.making import (
    Array,
    box,
    pixel_grid,
    random_pixels,
    shapes,
    whole_strip,
    wkb,
    write_raster,
)

GRID = pixel_grid(12, 8)
STRIP = whole_strip(GRID, Size(4, 4))
PIXELS = random_pixels((2, 8, 12)) | 1
CLASSES = class_table({1: "roof"}, {})


def reader(tmp_path: Path, pixels: Array = PIXELS, **more: Any) -> StripReader:
    nodata = more.pop("nodata", None)
    path = write_raster(tmp_path / "image.tif", pixels, GRID, nodata)
    asked = {name: more.pop(name) for name in ("regions", "only_labeled") if name in more}
    return StripReader(
        raster_reader(path), **{"labels": None, "choice": ChipChoice(**asked), **more}
    )


def raster_reader(path: str) -> RasterReader:
    return RasterReader(describe_raster(RasterSource(path)))


def cut(source: StripReader, strip: Strip = STRIP) -> CutStrip:
    (found,) = source([strip])
    return found


def labels(*wkts: str, kind: LabelKind = LabelKind.OBJECTS) -> FeatureLabels:
    values = np.ones(len(wkts), np.int64)
    return feature_labels(Features(wkb(*wkts), values, CLASSES, [], GRID.crs_wkt), kind)


def places_of(*wkts: str) -> FeaturePlaces:
    """Tiles of 4 × 4 pixels around features."""
    return centred_places(shapes(*wkts), GRID, Size(4, 4))


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

PARTNER_PIXELS = random_pixels((1, 8, 12), "int16", seed=1) | 1


def partner(tmp_path: Path, pixels: Array = PARTNER_PIXELS, **more: Any) -> RasterReader:
    return raster_reader(write_raster(tmp_path / "partner.tif", pixels, GRID, **more))


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


# writing


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


def test_a_strip_is_the_same_after_its_way_to_a_worker() -> None:
    strip: Strip = sent(STRIP)
    assert strip == STRIP
