from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from lxml import etree

from chipwright.core.export import export
from chipwright.core.files import ChipImage, TextFile
from chipwright.core.formats import FORMATS
from chipwright.core.labels import NO_LABELS, LabeledObject, Labels
from chipwright.core.request import Size

from ..dataset_reading import accumulated, chips, definition, pixels, positions, voc_boxes
from ..exporting import Listener, chip_request, classes, export_chips, features
from ..made_sources import box, features_file, noise_file, raster_file
from .chips import chip, files
from .conftest import SmallDataset, Written

NAME = "Labeled_Tiles"
ONE = Labels(objects=(LabeledObject(3, 0.0, 1.25, 2.5, 3.999),))
GOLDEN = """\
<?xml version="1.0" encoding="utf-8"?>
<annotation>
    <filename>000000042.tif</filename>
    <source>
        <annotation>PASCAL VOC2007</annotation>
    </source>
    <size>
        <width>6</width>
        <height>4</height>
        <depth>3</depth>
    </size>
    <object>
        <name>3</name>
        <bndbox>
            <xmin>0.00</xmin>
            <ymin>1.25</ymin>
            <xmax>2.50</xmax>
            <ymax>4.00</ymax>
        </bndbox>
    </object>
</annotation>
"""


def test_an_object_makes_this_text() -> None:
    _, text = files(NAME, chip(ONE))
    assert isinstance(text, TextFile) and text.text == GOLDEN


def test_a_chip_becomes_its_image_and_an_xml_of_the_same_stem() -> None:
    image, label = files(NAME, chip(ONE))
    assert isinstance(image, ChipImage) and image.stem == "images/000000042"
    assert isinstance(label, TextFile) and label.path == "labels/000000042.xml"


@pytest.mark.parametrize("labels", [NO_LABELS, Labels(objects=ONE.objects * 2)], ids=[0, 2])
def test_a_chip_has_exactly_one_object(labels: Labels) -> None:
    with pytest.raises(ValueError):
        files(NAME, chip(labels))


def test_chips_without_labels_are_not_written() -> None:
    """Readers look for the object of every chip."""
    assert FORMATS[NAME].only_labeled


# around features


def corners(dataset: Written) -> list[tuple[int, ...]]:
    return [tuple(map(round, corner)) for corner in positions(dataset.folder)]


def boxes(dataset: Written) -> list[list[float]]:
    """Class value and edges of the one object of each chip."""
    return [list(*voc_boxes(path)) for path in sorted(dataset.folder.glob("labels/*"))]


def sizes(dataset: Written) -> list[tuple[int, int]]:
    """Columns and rows of each chip."""
    return [pixels(path).shape[:0:-1] for path in chips(dataset.folder)]  # type: ignore[misc]


def test_a_dataset_has_these_files(wide_dataset: SmallDataset) -> None:
    assert wide_dataset(NAME).files() == [
        "esri_accumulated_stats.json",
        "esri_model_definition.emd",
        "images/000000000.tif",
        "images/000000001.tif",
        "images/000000002.tif",
        "images/000000003.tif",
        "labels/000000000.xml",
        "labels/000000001.xml",
        "labels/000000002.xml",
        "labels/000000003.xml",
        "map.txt",
        "stats.txt",
    ]


def test_a_dataset_has_this_map(wide_dataset: SmallDataset) -> None:
    assert wide_dataset(NAME).texts("map.txt")["map.txt"] == "".join(
        f"images\\00000000{n}.tif  labels\\00000000{n}.xml\r\n" for n in range(4)
    )


def test_each_feature_is_in_the_middle_of_its_chip(wide_dataset: SmallDataset) -> None:
    """From left to right in bands of six rows: the second begins with row 6."""
    assert corners(wide_dataset(NAME)) == [(2, 2), (15, 2), (15, 3), (26, 6)]


def test_each_chip_has_the_box_of_its_own_feature(wide_dataset: SmallDataset) -> None:
    assert boxes(wide_dataset(NAME)) == [
        [2, 2, 1, 6, 4],
        [2, 2.5, 2, 4.5, 3.5],
        [5, 1, 0, 7, 6],
        [5, 3, 0, 4, 6],
    ]


def test_chips_are_whole_tiles(wide_dataset: SmallDataset) -> None:
    assert sizes(wide_dataset(NAME)) == [(8, 6)] * 4


def test_cropped_chips_are_as_large_as_their_features(wide_dataset: SmallDataset) -> None:
    dataset = wide_dataset(NAME, fix_chip_size=False)
    assert corners(dataset) == [(4, 3), (16, 3), (17, 4), (29, 5)]
    assert sizes(dataset) == [(4, 3), (6, 6), (3, 2), (1, 7)]


def test_boxes_of_cropped_chips_fill_them_but_for_parts_of_pixels(
    wide_dataset: SmallDataset,
) -> None:
    assert boxes(wide_dataset(NAME, fix_chip_size=False)) == [
        [2, 0, 0, 4, 3],
        [5, 0, 0, 6, 6],
        [2, 0.5, 0, 2.5, 1.5],
        [5, 0, 0, 1, 7],
    ]


def test_the_annotation_of_a_cropped_chip_tells_its_size(wide_dataset: SmallDataset) -> None:
    dataset = wide_dataset(NAME, fix_chip_size=False)
    found = []
    for text in dataset.texts("labels/*").values():
        size = etree.fromstring(text.encode()).find("size")
        found.append((int(size.findtext("width")), int(size.findtext("height"))))
    assert found == sizes(dataset)


@pytest.mark.parametrize("chip_format", ["TIFF", "PNG", "JPEG", "MRF"])
def test_chips_of_any_size_are_read_back_in_every_image_format(
    wide_dataset: SmallDataset, chip_format: str
) -> None:
    dataset = wide_dataset(NAME, fix_chip_size=False, chip_format=chip_format)
    assert sizes(dataset) == [(4, 3), (6, 6), (3, 2), (1, 7)]
    if chip_format != "JPEG":
        image = pixels(dataset.folder.parent / "image.tif")
        assert np.array_equal(pixels(chips(dataset.folder)[1]), image[:, 3:9, 16:22])


def test_outside_of_the_feature_a_chip_may_be_black(wide_dataset: SmallDataset) -> None:
    """The centres of six, five, …, one pixels of a row lie in the triangle, or on its side."""
    dataset = wide_dataset(NAME, fix_chip_size=False, blacken_around_feature=True)
    found = pixels(chips(dataset.folder)[1])
    inside = np.add.outer(np.arange(6), np.arange(6)) < 5
    image = pixels(dataset.folder.parent / "image.tif")[:, 3:9, 16:22]
    assert np.array_equal(found[:, inside], image[:, inside])
    assert not found[:, np.add.outer(np.arange(6), np.arange(6)) > 5].any()


def test_black_pixels_are_counted_as_they_are_written(wide_dataset: SmallDataset) -> None:
    dataset = wide_dataset(NAME, blacken_around_feature=True)
    every = np.concatenate([pixels(path).reshape(3, -1) for path in chips(dataset.folder)], axis=1)
    found = definition(dataset.folder)["AllTilesStats"]
    assert [band["Min"] for band in found] == [0, 0, 0]
    assert [band["Mean"] for band in found] == pytest.approx(every.mean(axis=1))


def test_features_are_counted_with_their_areas(wide_dataset: SmallDataset) -> None:
    """A pixel is a quarter of a square metre."""
    stats = accumulated(wide_dataset(NAME).folder)["FeatureStats"]
    assert stats["NumFeaturesPerClass"] == stats["NumImagesPerClass"] == [2, 2]
    areas = [(it["Min"], it["Max"]) for it in stats["FeatureAreaPerClass"]]
    roofs, trees = (3 / 4, 12 / 4), (6 / 4, 18 / 4)
    assert areas == [pytest.approx(roofs), pytest.approx(trees)]


# what other parameters do


def test_only_chips_within_the_mask_are_cut(wide_dataset: SmallDataset, tmp_path: Path) -> None:
    mask = features(features_file(tmp_path / "mask.fgb", [(box(0, 0, 24, 16), {})]))
    assert corners(wide_dataset(NAME, input_mask_polygons=mask)) == [(2, 2), (15, 2), (15, 3)]


def test_numbers_begin_at_the_start_index_and_have_no_gaps(
    wide_dataset: SmallDataset, tmp_path: Path
) -> None:
    mask = features(features_file(tmp_path / "mask.fgb", [(box(8, 0, 40, 16), {})]))
    dataset = wide_dataset(NAME, input_mask_polygons=mask, start_index=7)
    assert [path.stem for path in chips(dataset.folder)] == [f"00000000{n}" for n in (7, 8, 9)]


def test_the_stride_has_no_meaning(wide_dataset: SmallDataset) -> None:
    assert len(corners(wide_dataset(NAME, stride_size=Size(1, 1)))) == 4


def test_chips_of_another_cell_size_lie_around_features_too(tmp_path: Path) -> None:
    image = noise_file(tmp_path / "image.tif", 80, 64)
    layer = features_file(tmp_path / "labels.fgb", [(box(40, 30, 48, 34), {"value": 1})])
    export_chips(
        image,
        tmp_path / "chips",
        metadata_format=NAME,
        input_class_data=features(layer),
        tile_size=Size(10, 8),
        cell_size=1.0,
    )
    assert positions(tmp_path / "chips") == [(34, 24)]
    assert voc_boxes(tmp_path / "chips/labels/000000000.xml") == [(1, 3, 3, 7, 5)]


def test_a_buffered_point_is_a_feature(tmp_path: Path) -> None:
    image = noise_file(tmp_path / "image.tif", 64, 64)
    layer = features_file(tmp_path / "labels.fgb", [("POINT (30 20)", {"value": 1})])
    export_chips(
        image,
        tmp_path / "chips",
        metadata_format=NAME,
        input_class_data=features(layer),
        tile_size=Size(20, 20),
        buffer_radius=2.0,
    )
    assert positions(tmp_path / "chips") == [(20, 10)]
    (found,) = voc_boxes(tmp_path / "chips/labels/000000000.xml")
    assert found == pytest.approx((1, 6, 6, 14, 14), abs=0.011)


def test_features_without_a_chip_are_told_by_the_name_of_their_parameter(tmp_path: Path) -> None:
    image = noise_file(tmp_path / "image.tif", 64, 64)
    rows = [(box(30, 30, 34, 34), {"value": 1}), (box(0, 0, 4, 4), {"value": 1})]
    layer = features(features_file(tmp_path / "labels.fgb", rows))
    listener = Listener()
    request = chip_request(
        image,
        tmp_path / "chips",
        metadata_format=NAME,
        input_class_data=layer,
        tile_size=Size(16, 16),
    )
    assert export(request, listener).chip_count == 1
    (warning,) = listener.warnings
    assert warning.startswith("inputClassData: 1 features are so near the edge")


# over a classified raster

MAP = [
    [2, 2, 5, 5, 0, 0, 7, 0],
    [2, 5, 2, 5, 0, 0, 0, 0],
]


@pytest.fixture
def majority(tmp_path: Path) -> Written:
    """Four chips of 2 × 2 pixels: mostly 2, half 2 and half 5, nothing, and mostly nothing."""
    values = np.array([MAP], np.uint8)
    values[0, :, 2:4] = [[5, 5], [2, 2]]
    settings: dict[str, Any] = {"metadata_format": NAME, "tile_size": Size(2, 2)}
    export_chips(
        noise_file(tmp_path / "image.tif", 8, 2),
        tmp_path / "chips",
        input_class_data=classes(raster_file(tmp_path / "classes.tif", values)),
        **settings,
    )
    return Written(tmp_path / "chips")


def test_over_a_raster_chips_lie_on_the_grid_where_there_is_a_class(majority: Written) -> None:
    assert corners(majority) == [(0, 0), (2, 0), (6, 0)]


def test_over_a_raster_a_chip_is_of_the_class_of_most_pixels(majority: Written) -> None:
    assert boxes(majority) == [[2, 0, 0, 2, 2], [2, 0, 0, 2, 2], [7, 0, 0, 2, 2]]


def test_over_a_raster_only_classes_of_chips_are_classes(majority: Written) -> None:
    assert [it["Value"] for it in definition(majority.folder)["Classes"]] == [2, 7]


def test_over_a_raster_pixels_of_the_class_of_a_chip_are_counted(majority: Written) -> None:
    stats = accumulated(majority.folder)["ClassPixelStats"]
    assert stats["NumPixelsPerClass"] == [3 + 2, 1]
    assert stats["NumImagesPerClass"] == [2, 1]
