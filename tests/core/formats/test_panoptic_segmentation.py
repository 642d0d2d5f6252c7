from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from osgeo import gdal

from chipwright.core.export import export
from chipwright.core.files import ChipImage, LabelImage
from chipwright.core.labels import NO_LABELS, InstanceMask, Labels
from chipwright.core.request import Size

from ..dataset_reading import accumulated, definition
from ..exporting import Listener, chip_request, classes, export_chips, features
from ..made_sources import box, features_file, noise_file, raster_file
from ..making import add_table
from .chips import chip, files, label_images
from .conftest import SmallDataset, Written

NAME = "Panoptic_Segmentation"
MAP = [
    [0, 0, 0, 2, 2, 2],
    [0, 7, 7, 2, 2, 2],
    [0, 7, 7, 0, 0, 0],
    [0, 0, 0, 0, 0, 0],
]
TREES = [
    [0, 0, 0, 0, 0, 0],
    [0, 1, 2, 0, 0, 0],
    [0, 1, 2, 0, 0, 0],
    [0, 0, 0, 0, 0, 0],
]
ROOF = [
    [0, 0, 0, 1, 1, 1],
    [0, 0, 0, 1, 1, 1],
    [0, 0, 0, 0, 0, 0],
    [0, 0, 0, 0, 0, 0],
]


def labels(*masks: tuple[int, str, list[list[int]]]) -> Labels:
    """A class map and masks of one layer."""
    return Labels(
        class_map=np.array(MAP, np.uint8),
        instance_masks=[
            InstanceMask(value, name, np.array([mask], np.uint8)) for value, name, mask in masks
        ],
    )


BOTH = labels((2, "roof", ROOF), (7, "tree", TREES))


def test_a_chip_becomes_its_image_a_map_and_a_mask_for_each_class() -> None:
    found = files(NAME, chip(BOTH))
    assert [(type(it), it.stem) for it in found] == [  # type: ignore[union-attr]
        (ChipImage, "images/000000042"),
        (LabelImage, "labels/000000042"),
        (LabelImage, "labels2/roof/000000042"),
        (LabelImage, "labels2/tree/000000042"),
    ]


def test_map_and_masks_are_written_as_they_are() -> None:
    assert label_images(NAME, chip(BOTH)) == {
        "labels/000000042": [MAP],
        "labels2/roof/000000042": [ROOF],
        "labels2/tree/000000042": [TREES],
    }


def test_objects_that_overlap_lie_in_a_band_each() -> None:
    mask = InstanceMask(7, "tree", np.array([TREES, ROOF], np.uint8))
    of = chip(Labels(class_map=np.array(MAP, np.uint8), instance_masks=[mask]))
    assert label_images(NAME, of)["labels2/tree/000000042"] == [TREES, ROOF]


def test_a_chip_without_single_objects_has_its_map_alone() -> None:
    assert label_images(NAME, chip(labels())) == {"labels/000000042": [MAP]}


def test_map_and_masks_lie_where_the_image_lies() -> None:
    image, *others = files(NAME, chip(BOTH))
    assert all(label.grid == image.grid for label in others)  # type: ignore[union-attr]


def test_a_chip_without_a_map_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="Panoptic_Segmentation"):
        files(NAME, chip(NO_LABELS))


# a small dataset


def test_a_small_dataset_has_these_files(small_dataset: SmallDataset) -> None:
    assert small_dataset(NAME).files() == [
        "esri_accumulated_stats.json",
        "esri_model_definition.emd",
        "images/000000000.tif",
        "images/000000001.tif",
        "images/000000002.tif",
        "labels/000000000.tif",
        "labels/000000001.tif",
        "labels/000000002.tif",
        "labels2/roof/000000000.tif",
        "labels2/tree/000000000.tif",
        "labels2/tree/000000001.tif",
        "map.txt",
        "stats.txt",
    ]


def test_a_small_dataset_has_a_line_for_every_map_and_every_mask(
    small_dataset: SmallDataset,
) -> None:
    """The first line of a chip names its map."""
    assert small_dataset(NAME).texts("map.txt") == {
        "map.txt": (
            "images\\000000000.tif  labels\\000000000.tif\r\n"
            "images\\000000000.tif  labels2\\roof\\000000000.tif\r\n"
            "images\\000000000.tif  labels2\\tree\\000000000.tif\r\n"
            "images\\000000001.tif  labels\\000000001.tif\r\n"
            "images\\000000001.tif  labels2\\tree\\000000001.tif\r\n"
            "images\\000000002.tif  labels\\000000002.tif\r\n"
        )
    }


@pytest.mark.parametrize(("alone", "folder"), [("Classified_Tiles", ""), ("RCNN_Masks", "2")])
def test_maps_and_masks_are_those_of_the_formats_that_have_but_one(
    small_dataset: SmallDataset, tmp_path: Path, alone: str, folder: str
) -> None:
    both = small_dataset(NAME).drawings()
    layer = features(tmp_path / "labels.fgb")
    export_chips(
        tmp_path / "image.tif",
        tmp_path / "alone",
        metadata_format=alone,
        input_class_data=layer,
        tile_size=Size(8, 8),
    )
    expected = Written(tmp_path / "alone").drawings()
    inside = f"labels{folder}/"
    found = {path: it for path, it in both.items() if path.startswith(inside)}
    assert found == {path.replace("labels/", inside): it for path, it in expected.items()}


def test_the_definition_has_both_lists_of_classes(small_dataset: SmallDataset) -> None:
    found = definition(small_dataset(NAME).folder)
    unknown = [-1, -1, -1]
    expected = [
        {"Value": 2, "Name": "roof", "Color": unknown},
        {"Value": 5, "Name": "tree", "Color": unknown},
    ]
    assert found["Classes"] == found["Panoptic_Segmentation_Instance_Classes"] == expected


# single objects of their own

FIELD = (box(0, 0, 24, 8), {"value": 1, "classname": "field"})
POND = (box(2, 2, 14, 6), {"value": 3, "classname": "fish pond"})
FISH = ("MULTIPOLYGON (((3 3, 4 3, 4 4, 3 4, 3 3)), ((5 3, 6 3, 6 4, 5 4, 5 3)))", {"value": 3})


@pytest.fixture
def scene(tmp_path: Path) -> Any:
    """Three chips of a field with a pond; what is in it differs."""

    def write(single: Any, listener: Any = None, **settings: Any) -> Written:
        layer = features_file(tmp_path / "labels.fgb", [FIELD, POND])
        given = {
            "metadata_format": NAME,
            "input_class_data": features(layer),
            "input_instance_data": single,
            "tile_size": Size(8, 8),
        }
        image = noise_file(tmp_path / "image.tif", 24, 8)
        export(chip_request(image, tmp_path / "chips", **{**given, **settings}), listener)
        return Written(tmp_path / "chips")

    return write


def masks(dataset: Written) -> list[str]:
    return [path for path in dataset.files() if path.startswith("labels2/")]


def single(tmp_path: Path, *rows: Any) -> Any:
    return features(features_file(tmp_path / "single.fgb", rows))


def test_masks_are_called_as_the_class_of_the_same_value(scene: Any, tmp_path: Path) -> None:
    dataset = scene(single(tmp_path, FISH))
    assert masks(dataset) == ["labels2/fish_pond/000000000.tif"]
    found = definition(dataset.folder)["Panoptic_Segmentation_Instance_Classes"]
    assert [(it["Value"], it["Name"]) for it in found] == [(3, "fish_pond")]


def test_parts_of_a_feature_are_one_object(scene: Any, tmp_path: Path) -> None:
    drawings = scene(single(tmp_path, FISH)).drawings()
    assert drawings["labels2/fish_pond/000000000.tif"] == [
        """
            ........
            ........
            ........
            ...1.1..
            ........
            ........
            ........
            ........
            """
    ]


def test_every_chip_has_a_map_but_only_some_have_masks(scene: Any, tmp_path: Path) -> None:
    files = scene(single(tmp_path, FISH)).files()
    assert [path for path in files if path.startswith("labels/")] == [
        f"labels/00000000{n}.tif" for n in range(3)
    ]


def test_statistics_are_of_the_maps(scene: Any, tmp_path: Path) -> None:
    stats = accumulated(scene(single(tmp_path, FISH)).folder)["FeatureStats"]
    assert stats["NumFeaturesPerClass"] == [3, 2]


def test_single_objects_are_told_of_when_it_is_done(scene: Any, tmp_path: Path) -> None:
    listener = Listener()
    scene(single(tmp_path, FISH), listener)
    assert listener.infos[-1] == "  3 fish_pond: 1 single objects in 1 chips"


def test_a_class_that_pixels_do_not_have_is_warned_of(scene: Any, tmp_path: Path) -> None:
    listener = Listener()
    scene(single(tmp_path, (FISH[0], {"value": 9})), listener)
    *_, warning = listener.warnings
    assert warning.startswith("inputInstanceData: ") and "9" in warning


def test_only_chips_with_either_are_cut_when_not_all_are_asked_for(tmp_path: Path) -> None:
    layer = features_file(tmp_path / "labels.fgb", [(box(1, 1, 3, 3), {"value": 1})])
    export_chips(
        noise_file(tmp_path / "image.tif", 24, 8),
        tmp_path / "chips",
        metadata_format=NAME,
        input_class_data=features(layer),
        input_instance_data=single(tmp_path, (box(17, 1, 19, 3), {"value": 1})),
        tile_size=Size(8, 8),
        export_all_tiles=False,
    )
    dataset = Written(tmp_path / "chips")
    assert sorted(dataset.drawings()) == [
        "labels/000000000.tif",
        "labels/000000001.tif",
        "labels2/1/000000001.tif",
    ]


def test_the_ratio_is_asked_of_single_objects_too(scene: Any, tmp_path: Path) -> None:
    """Two of six columns lie in the first chip."""
    across = (box(6, 3, 12, 5), {"value": 3})
    dataset = scene(single(tmp_path, across), min_polygon_overlap_ratio=0.4)
    assert masks(dataset) == ["labels2/fish_pond/000000001.tif"]


# single objects of a raster

NUMBERS = np.zeros((1, 8, 24), np.uint16)
NUMBERS[0, 3, [3, 5]] = 40
NUMBERS[0, 4, 10] = 7
NUMBERS[0, 5, 6:10] = 300


def numbers(tmp_path: Path, *classes_of: int) -> Any:
    """Objects 7, 40 and 300, with a class each if classes are given."""
    path = raster_file(tmp_path / "numbers.tif", NUMBERS)
    if classes_of:
        values = ("value", gdal.GFT_Integer, gdal.GFU_MinMax, [7, 40, 300])
        kinds = ("kind", gdal.GFT_Integer, gdal.GFU_Generic, classes_of)
        add_table(str(path), [values, kinds])
    return classes(path)


def test_objects_of_a_raster_are_all_of_one_class_unless_a_table_says_more(
    scene: Any, tmp_path: Path
) -> None:
    dataset = scene(numbers(tmp_path))
    assert masks(dataset) == ["labels2/field/000000000.tif", "labels2/field/000000001.tif"]


def test_objects_of_a_raster_are_numbered_anew_in_each_chip(scene: Any, tmp_path: Path) -> None:
    drawings = scene(numbers(tmp_path)).drawings()
    assert [drawings[f"labels2/field/00000000{n}.tif"] for n in (0, 1)] == [
        [
            """
            ........
            ........
            ........
            ...1.1..
            ........
            ......22
            ........
            ........
            """
        ],
        [
            """
            ........
            ........
            ........
            ........
            ..1.....
            22......
            ........
            ........
            """
        ],
    ]


def test_the_class_of_an_object_stands_in_the_table(scene: Any, tmp_path: Path) -> None:
    dataset = scene(numbers(tmp_path, 1, 3, 3), instance_class_value_field="kind")
    assert masks(dataset) == [
        "labels2/field/000000001.tif",
        "labels2/fish_pond/000000000.tif",
        "labels2/fish_pond/000000001.tif",
    ]


def test_both_may_be_rasters(scene: Any, tmp_path: Path) -> None:
    values = np.zeros((1, 8, 24), np.uint8)
    values[0, :, 4:] = 6
    semantic = classes(raster_file(tmp_path / "classes.tif", values))
    dataset = scene(numbers(tmp_path, 6, 6, 6), input_class_data=semantic)
    stats = accumulated(dataset.folder)
    assert stats["ClassPixelStats"]["NumPixelsPerClass"] == [20 * 8]
    assert stats["OutputFeatures"] is False
