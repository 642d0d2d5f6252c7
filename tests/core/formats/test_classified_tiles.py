from __future__ import annotations

import numpy as np
import pytest

from chipwright.core.files import ChipImage, LabelImage
from chipwright.core.labels import NO_LABELS, Labels

from .chips import chip, files, label_images
from .conftest import SmallDataset

NAME = "Classified_Tiles"
MAP = [
    [0, 0, 0, 2, 2, 2],
    [0, 7, 7, 2, 2, 2],
    [0, 7, 7, 0, 0, 0],
    [0, 0, 0, 0, 0, 0],
]
NOTHING = np.zeros((4, 6), np.uint8)


def labels(class_map: list[list[int]], dtype: str = "uint8") -> Labels:
    return Labels(class_map=np.array(class_map, dtype))


def test_a_chip_becomes_its_image_and_a_map_of_the_same_stem() -> None:
    image, label = files(NAME, chip(labels(MAP)))
    assert isinstance(image, ChipImage) and image.stem == "images/000000042"
    assert isinstance(label, LabelImage) and label.stem == "labels/000000042"


def test_the_map_is_one_band_of_class_values() -> None:
    assert label_images(NAME, chip(labels(MAP))) == {"labels/000000042": [MAP]}


def test_the_map_lies_where_the_image_lies() -> None:
    image, label = files(NAME, chip(labels(MAP)))
    assert image.grid == label.grid


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "uint32"])
def test_the_map_keeps_its_type(dtype: str) -> None:
    _, label = files(NAME, chip(labels(MAP, dtype)))
    assert label.pixels.dtype == dtype


def test_a_chip_without_labels_has_a_map_of_nothing() -> None:
    nothing = label_images(NAME, chip(Labels(class_map=NOTHING)))
    assert nothing == {"labels/000000042": [NOTHING.tolist()]}


def test_a_chip_without_a_map_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="Classified_Tiles"):
        files(NAME, chip(NO_LABELS))


def test_a_small_dataset_has_a_map_for_every_chip(small_dataset: SmallDataset) -> None:
    assert small_dataset(NAME).drawings() == {
        "labels/000000000.tif": [
            """
            ........
            .222....
            .222....
            ........
            ......55
            ......55
            ......55
            ........
            """
        ],
        "labels/000000001.tif": [
            """
            ........
            ........
            ........
            .555....
            5555....
            5555....
            55......
            ........
            """
        ],
        "labels/000000002.tif": [
            """
            ........
            ........
            ........
            ........
            ........
            ........
            ........
            ........
            """
        ],
    }
