from __future__ import annotations

import numpy as np

from chipwright.core.files import ChipImage
from chipwright.core.labels import NO_LABELS, InstanceMask, Labels

from .chips import chip, files, label_images
from .conftest import SmallDataset

NAME = "RCNN_Masks"
ROOFS = [
    [1, 1, 0, 0, 2, 2],
    [1, 1, 0, 0, 2, 2],
    [0, 0, 0, 0, 0, 0],
    [0, 3, 0, 0, 0, 0],
]
TREE = [
    [0, 1, 1, 1, 0, 0],
    [0, 1, 1, 1, 0, 0],
    [0, 0, 0, 0, 0, 0],
    [0, 0, 0, 0, 0, 0],
]
TREE_BEHIND = [
    [0, 0, 0, 2, 2, 2],
    [0, 0, 0, 2, 2, 2],
    [0, 0, 0, 0, 0, 0],
    [0, 0, 0, 0, 0, 0],
]


def mask(value: int, name: str, *layers: list[list[int]]) -> InstanceMask:
    return InstanceMask(value, name, np.array(layers, np.uint8))


def test_every_class_has_its_folder() -> None:
    labels = Labels(instance_masks=(mask(1, "roof", ROOFS), mask(5, "old tree", TREE)))
    assert label_images(NAME, chip(labels)) == {
        "labels/roof/000000042": [ROOFS],
        "labels/old tree/000000042": [TREE],
    }


def test_instances_that_overlap_lie_in_a_band_each() -> None:
    labels = Labels(instance_masks=(mask(5, "tree", TREE, TREE_BEHIND),))
    assert label_images(NAME, chip(labels)) == {"labels/tree/000000042": [TREE, TREE_BEHIND]}


def test_masks_lie_where_the_image_lies() -> None:
    image, label = files(NAME, chip(Labels(instance_masks=(mask(1, "roof", ROOFS),))))
    assert image.grid == label.grid


def test_a_chip_without_instances_is_an_image_and_nothing_else() -> None:
    (image,) = files(NAME, chip(NO_LABELS))
    assert isinstance(image, ChipImage) and image.stem == "images/000000042"


def test_a_small_dataset_has_masks_where_a_class_is(small_dataset: SmallDataset) -> None:
    assert small_dataset(NAME).drawings() == {
        "labels/roof/000000000.tif": [
            """
            ........
            .111....
            .111....
            ........
            ........
            ........
            ........
            ........
            """
        ],
        "labels/tree/000000000.tif": [
            """
            ........
            ........
            ........
            ........
            ......11
            ......11
            ......11
            ........
            """
        ],
        "labels/tree/000000001.tif": [
            """
            ........
            ........
            ........
            ........
            11......
            11......
            11......
            ........
            """,
            """
            ........
            ........
            ........
            .222....
            .222....
            .222....
            ........
            ........
            """,
        ],
    }


def test_a_small_dataset_has_a_line_for_every_mask(small_dataset: SmallDataset) -> None:
    assert small_dataset(NAME).texts("map.txt") == {
        "map.txt": (
            "images\\000000000.tif  labels\\roof\\000000000.tif\r\n"
            "images\\000000000.tif  labels\\tree\\000000000.tif\r\n"
            "images\\000000001.tif  labels\\tree\\000000001.tif\r\n"
            "images\\000000002.tif \r\n"
        )
    }
