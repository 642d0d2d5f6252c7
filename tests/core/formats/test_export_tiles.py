from __future__ import annotations

import numpy as np

from chipwright.core.files import ChipImage
from chipwright.core.formats import FORMATS
from chipwright.core.labels import NO_LABELS, LabeledObject, Labels

from .chips import chip, files
from .conftest import SmallDataset

NAME = "Export_Tiles"


def test_a_chip_becomes_its_image_and_nothing_else() -> None:
    (image,) = files(NAME, chip(NO_LABELS))
    assert isinstance(image, ChipImage) and image.stem == "images/000000042"


def test_labels_are_left_alone() -> None:
    assert len(files(NAME, chip(Labels(objects=(LabeledObject(1, 0, 0, 1, 1),))))) == 1


def test_the_image_has_the_pixels_and_the_position_of_the_chip() -> None:
    of = chip(NO_LABELS)
    (image,) = files(NAME, of)
    assert image.grid == of.grid
    assert np.array_equal(image.pixels, of.pixels)


def test_no_labels_are_needed() -> None:
    assert not FORMATS[NAME].needs_labels


def test_a_small_dataset_has_no_labels_folder(small_dataset: SmallDataset) -> None:
    assert sorted(path.name for path in small_dataset(NAME).folder.iterdir()) == [
        "esri_accumulated_stats.json",
        "esri_model_definition.emd",
        "images",
        "map.txt",
        "stats.txt",
    ]


def test_a_small_dataset_has_a_map_of_images(small_dataset: SmallDataset) -> None:
    assert small_dataset(NAME).texts("map.txt") == {
        "map.txt": "images\\000000000.tif \r\nimages\\000000001.tif \r\nimages\\000000002.tif \r\n"
    }
