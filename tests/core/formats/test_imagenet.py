from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from chipwright.core.classes import class_table
from chipwright.core.files import ChipImage
from chipwright.core.formats import FORMATS
from chipwright.core.labels import NO_LABELS, LabeledObject, Labels
from chipwright.core.request import Size

from ..dataset_reading import chips, definition, pixels, positions
from ..exporting import classes, export_chips
from ..made_sources import noise_file, raster_file
from .chips import chip, files
from .conftest import SmallDataset

NAME = "Imagenet"
CLASSES = class_table({3: "flat roof", 5: "tree"}, {}).with_folder_names()
ONE = Labels(objects=(LabeledObject(3, 0.0, 1.25, 2.5, 3.999),))


def test_a_chip_becomes_its_image_in_the_folder_of_its_class_and_nothing_else() -> None:
    (image,) = files(NAME, chip(ONE, classes=CLASSES))
    assert isinstance(image, ChipImage) and image.stem == "images/flat_roof/000000042"


def test_a_class_without_a_name_has_a_folder_by_its_value() -> None:
    (image,) = files(NAME, chip(ONE))
    assert image.stem == "images/3/000000042"


def test_the_image_has_the_pixels_and_the_position_of_the_chip() -> None:
    of = chip(ONE)
    (image,) = files(NAME, of)
    assert image.grid == of.grid and np.array_equal(image.pixels, of.pixels)


@pytest.mark.parametrize("labels", [NO_LABELS, Labels(objects=ONE.objects * 2)], ids=[0, 2])
def test_a_chip_is_of_exactly_one_class(labels: Labels) -> None:
    with pytest.raises(ValueError):
        files(NAME, chip(labels))


def test_chips_without_a_class_are_not_written() -> None:
    assert FORMATS[NAME].only_labeled


def test_a_dataset_has_these_files_and_no_labels(wide_dataset: SmallDataset) -> None:
    assert wide_dataset(NAME).files() == [
        "esri_accumulated_stats.json",
        "esri_model_definition.emd",
        "images/flat_roof/000000000.tif",
        "images/flat_roof/000000001.tif",
        "images/tree/000000002.tif",
        "images/tree/000000003.tif",
        "map.txt",
        "stats.txt",
    ]


def test_a_dataset_has_this_map(wide_dataset: SmallDataset) -> None:
    assert wide_dataset(NAME).texts("map.txt") == {
        "map.txt": (
            "images\\flat_roof\\000000000.tif \r\n"
            "images\\flat_roof\\000000001.tif \r\n"
            "images\\tree\\000000002.tif \r\n"
            "images\\tree\\000000003.tif \r\n"
        )
    }


def test_classes_are_called_as_their_folders(wide_dataset: SmallDataset) -> None:
    found = definition(wide_dataset(NAME).folder)["Classes"]
    assert [(it["Value"], it["Name"]) for it in found] == [(2, "flat_roof"), (5, "tree")]


def test_chips_lie_where_those_of_labeled_tiles_lie(
    wide_dataset: SmallDataset, tmp_path: Path
) -> None:
    found = positions(wide_dataset(NAME).folder)
    assert found == [(2, 2), (15, 2), (15, 3), (26, 6)]


def test_cropped_chips_are_as_large_as_their_features(wide_dataset: SmallDataset) -> None:
    dataset = wide_dataset(NAME, fix_chip_size=False)
    shapes = {path.stem: pixels(path).shape[1:] for path in chips(dataset.folder)}
    assert sorted(shapes.values()) == [(2, 3), (3, 4), (6, 6), (7, 1)]
    assert definition(dataset.folder)["CropTileMode"] == "Variable_Size"


def test_outside_of_the_feature_a_chip_may_be_black(wide_dataset: SmallDataset) -> None:
    dataset = wide_dataset(NAME, blacken_around_feature=True)
    found = pixels(dataset.folder / "images/flat_roof/000000000.tif")
    image = pixels(dataset.folder.parent / "image.tif")[:, 2:8, 2:10]
    expected = np.zeros_like(image)
    expected[:, 1:4, 2:6] = image[:, 1:4, 2:6]
    assert np.array_equal(found, expected)
    assert definition(dataset.folder)["BlackenAroundFeature"] is True


@pytest.mark.parametrize("chip_format", ["PNG", "JPEG", "MRF"])
def test_world_files_lie_beside_their_chips(wide_dataset: SmallDataset, chip_format: str) -> None:
    dataset = wide_dataset(NAME, chip_format=chip_format)
    folders = {path.rpartition("/")[0] for path in dataset.files() if path.startswith("images")}
    assert folders == {"images/flat_roof", "images/tree"}


def test_over_a_classified_raster_chips_are_of_the_class_of_most_pixels(tmp_path: Path) -> None:
    values = np.array([[[1, 1, 0, 0, 7, 7], [1, 7, 0, 0, 1, 0]]], np.uint8)
    export_chips(
        noise_file(tmp_path / "image.tif", 6, 2),
        tmp_path / "chips",
        metadata_format=NAME,
        input_class_data=classes(raster_file(tmp_path / "classes.tif", values)),
        tile_size=Size(2, 2),
    )
    found = [path.relative_to(tmp_path / "chips/images") for path in chips(tmp_path / "chips")]
    assert [path.as_posix() for path in found] == ["1/000000000.tif", "7/000000001.tif"]
