from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any, Optional

import numpy as np
import pytest
from osgeo import gdal

from chipwright.core.classes import class_table
from chipwright.core.cutting import (
    CutStrip,
    NumberedStrip,
    StripReader,
    StripWriter,
    chip_name,
)
from chipwright.core.encodings import chip_encoding
from chipwright.core.errors import ExportCancelled
from chipwright.core.feature_labels import FeatureLabels, feature_labels
from chipwright.core.features import Features
from chipwright.core.files import Line
from chipwright.core.formats import FORMATS
from chipwright.core.labels import NO_LABELS, LabelKind
from chipwright.core.masking import mask_of
from chipwright.core.output import ChipFolder
from chipwright.core.plan import Strip
from chipwright.core.progress import StopSignal
from chipwright.core.raster import RasterReader, describe_raster
from chipwright.core.request import RasterSource, Size
from chipwright.core.tiff import TiffEncoding
from chipwright.tests.core.making import (
    Array,
    box,
    pixel_grid,
    random_pixels,
    whole_strip,
    wkb,
    write_raster,
)

GRID = pixel_grid(12, 8)
STRIP = whole_strip(GRID, Size(4, 4))
PIXELS = random_pixels((2, 8, 12)) | 1


def reader(tmp_path: Path, pixels: Array = PIXELS, **more: Any) -> StripReader:
    nodata = more.pop("nodata", None)
    path = write_raster(tmp_path / "image.tif", pixels, GRID, nodata)
    more.setdefault("labels", None)
    more.setdefault("mask", None)
    more.setdefault("only_labeled", False)
    return StripReader(RasterReader(describe_raster(RasterSource(path))), **more)


def labels(*wkts: str, kind: LabelKind = LabelKind.OBJECTS) -> FeatureLabels:
    values = np.ones(len(wkts), np.int64)
    table = class_table({1: "roof"}, {})
    return feature_labels(Features(wkb(*wkts), values, table, [], GRID.crs_wkt), kind)


def writer(
    tmp_path: Path, name: str = "Export_Tiles", stop: Optional[StopSignal] = None
) -> StripWriter:
    folder = ChipFolder(str(tmp_path / "chips"), chip_encoding("TIFF", 4, 90, None), TiffEncoding())
    classes = class_table({1: "roof"}, {})
    return StripWriter(FORMATS[name], folder, stop or StopSignal(), classes)


def wanted(cut: CutStrip) -> list[bool]:
    return cut.wanted.tolist()


# reading


def test_all_places_are_wanted_unless_something_speaks_against_it(tmp_path: Path) -> None:
    assert wanted(reader(tmp_path)(STRIP)) == [True] * 6


def test_the_pixels_of_a_strip_are_those_of_the_raster(tmp_path: Path) -> None:
    assert np.array_equal(reader(tmp_path)(STRIP).pixels, PIXELS)


def test_places_outside_of_the_mask_are_not_wanted(tmp_path: Path) -> None:
    mask = mask_of(wkb(box(3, 0, 12, 8)))
    assert wanted(reader(tmp_path, mask=mask)(STRIP)) == [False, True, True] * 2


def test_places_without_labels_are_wanted_if_all_tiles_are(tmp_path: Path) -> None:
    cut = reader(tmp_path, labels=labels(box(1, 1, 2, 2)))(STRIP)
    assert (wanted(cut), cut.labeled_count) == ([True] * 6, 1)


def test_only_places_with_labels_are_wanted_if_asked_for(tmp_path: Path) -> None:
    cut = reader(tmp_path, labels=labels(box(1, 1, 2, 6)), only_labeled=True)(STRIP)
    assert wanted(cut) == [True, False, False] * 2


def test_a_strip_without_any_label_is_cut_all_the_same(tmp_path: Path) -> None:
    cut = reader(tmp_path, labels=labels(box(50, 50, 60, 60)))(STRIP)
    assert (wanted(cut), cut.labeled_count) == ([True] * 6, 0)


def test_a_strip_without_any_mask_polygon_is_not_wanted(tmp_path: Path) -> None:
    mask = mask_of(wkb(box(50, 50, 60, 60)))
    assert wanted(reader(tmp_path, mask=mask)(STRIP)) == [False] * 6


def test_places_of_nothing_but_nodata_are_not_wanted(tmp_path: Path) -> None:
    pixels = PIXELS.copy()
    pixels[:, :4, :5] = 0
    cut = reader(tmp_path, pixels, nodata=0)(STRIP)
    assert wanted(cut) == [False, True, True, True, True, True]


def test_places_with_data_in_one_band_are_wanted(tmp_path: Path) -> None:
    pixels = PIXELS.copy()
    pixels[0] = 0
    assert wanted(reader(tmp_path, pixels, nodata=0)(STRIP)) == [True] * 6


def test_labels_in_places_that_are_not_wanted_do_not_count(tmp_path: Path) -> None:
    mask = mask_of(wkb(box(4, 0, 12, 8)))
    cut = reader(tmp_path, labels=labels(box(1, 1, 6, 2)), mask=mask)(STRIP)
    assert (cut.labeled_count, cut.classes.per_class[1].images) == (1, 1)


def test_statistics_are_of_the_wanted_places(tmp_path: Path) -> None:
    mask = mask_of(wkb(box(4, 0, 8, 4)))
    (band, _) = reader(tmp_path, mask=mask)(STRIP).bands
    values = PIXELS[0, :4, 4:8]
    assert (band.count, band.minimum, band.maximum) == (16, values.min(), values.max())
    assert band.mean == pytest.approx(values.mean())


def test_a_strip_of_which_nothing_is_wanted_is_not_read(tmp_path: Path) -> None:
    source = reader(tmp_path, mask=mask_of(wkb(box(50, 50, 60, 60))))
    Path(source.reader.raster.source.path).unlink()
    assert source(STRIP).pixels.size == 0


def test_without_labels_a_place_has_none(tmp_path: Path) -> None:
    assert reader(tmp_path)(STRIP).labels_of(0) is NO_LABELS


def test_reading_ends_when_the_user_wants_to_stop(tmp_path: Path) -> None:
    stop = StopSignal()
    stop.raise_it()
    with pytest.raises(ExportCancelled):
        reader(tmp_path, stop=stop)(STRIP)


# writing


def chips_in(tmp_path: Path) -> list[str]:
    return sorted(it.name for it in (tmp_path / "chips" / "images").iterdir())


def test_wanted_places_are_numbered_on_without_gaps(tmp_path: Path) -> None:
    mask = mask_of(wkb(box(3, 0, 12, 8)))
    writer(tmp_path)(NumberedStrip(reader(tmp_path, mask=mask)(STRIP), 17))
    assert chips_in(tmp_path) == [f"0000000{number}.tif" for number in (17, 18, 19, 20)]


def test_each_chip_has_the_pixels_of_its_place(tmp_path: Path) -> None:
    writer(tmp_path)(NumberedStrip(reader(tmp_path)(STRIP), 0))
    chips = [gdal.Open(str(tmp_path / "chips/images" / name)) for name in chips_in(tmp_path)]
    expected = [PIXELS[:, t : t + 4, left : left + 4] for t in (0, 4) for left in (0, 4, 8)]
    assert all(np.array_equal(chip.ReadAsArray(), it) for chip, it in zip(chips, expected))


def test_each_chip_has_the_position_of_its_place(tmp_path: Path) -> None:
    writer(tmp_path)(NumberedStrip(reader(tmp_path)(STRIP), 0))
    chips = [gdal.Open(str(tmp_path / "chips/images" / name)) for name in chips_in(tmp_path)]
    corners = [(chip.GetGeoTransform()[0], chip.GetGeoTransform()[3]) for chip in chips]
    assert corners == [(left, top) for top in (0, 4) for left in (0, 4, 8)]


def test_a_record_holds_the_lines_of_the_map(tmp_path: Path) -> None:
    cut = reader(tmp_path, labels=labels(box(1, 1, 2, 2)))(STRIP)
    record = writer(tmp_path, "KITTI_rectangles")(NumberedStrip(cut, 0))
    expected = "images\\000000000.tif  labels\\000000000.txt\r\n"
    assert record.lines[0] == Line("map.txt", expected)


def test_a_record_counts_places_and_labelled_chips(tmp_path: Path) -> None:
    cut = reader(tmp_path, labels=labels(box(1, 1, 2, 2)))(STRIP)
    record = writer(tmp_path, "KITTI_rectangles")(NumberedStrip(cut, 0))
    assert (record.place_count, record.chip_count, record.labeled_count) == (6, 6, 1)


def test_writing_ends_when_the_user_wants_to_stop(tmp_path: Path) -> None:
    stop = StopSignal()
    stop.raise_it()
    with pytest.raises(ExportCancelled):
        writer(tmp_path, stop=stop)(NumberedStrip(reader(tmp_path)(STRIP), 0))


@pytest.mark.parametrize(
    ("number", "expected"),
    [(0, "000000000"), (999_999_999, "999999999"), (1_000_000_000, "1000000000")],
)
def test_a_chip_is_called_by_its_number(number: int, expected: str) -> None:
    assert chip_name(number) == expected


# workers elsewhere


@pytest.mark.parametrize("name", FORMATS)
def test_work_goes_to_workers(tmp_path: Path, name: str) -> None:
    """As to another process: reader, strip, what was cut, and writer."""
    kind = FORMATS[name].needs
    source = None if kind is LabelKind.NONE else labels(box(1, 1, 6, 2), kind=kind)
    there: StripReader = sent(reader(tmp_path, labels=source, mask=mask_of(wkb(box(0, 0, 12, 8)))))
    cut = sent(there(sent(STRIP)))
    record = sent(sent(writer(tmp_path, name))(NumberedStrip(cut, 0)))
    assert record.chip_count == 6


def sent(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))


def test_a_strip_is_the_same_after_its_way_to_a_worker() -> None:
    strip: Strip = sent(STRIP)
    assert strip == STRIP
