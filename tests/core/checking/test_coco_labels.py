"""Damage to COCO."""

from __future__ import annotations

import shutil
from typing import Any

import pytest

from .datasets import Dataset, change, checked, codes, findings, write_chip, write_text

TRAIN = "annotations/instances_train.json"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"bbox": [1, 2, 15.5, 8]}, "box-outside-chip"),
        ({"bbox": [1, 2, 0, 8]}, "box-empty"),
        ({"bbox": [1, 2, 8]}, "box-not-numbers"),
        ({"bbox": [1, 2, "8", 8]}, "box-not-numbers"),
        ({"bbox": [1, 2, float("nan"), 8]}, "box-not-numbers"),
        ({"area": 0}, "coco-area"),
        ({"area": None}, "coco-area"),
        ({"segmentation": [[1, 2, 3, 4]]}, "coco-polygon"),
        ({"segmentation": [[1, 2, 3, 4, 5, 6, 7]]}, "coco-polygon"),
        ({"segmentation": "none"}, "coco-polygon"),
        ({"category_id": 9}, "unknown-class"),
        ({"image_id": 9}, "coco-image-unknown"),
        ({"image_id": [9]}, "coco-image-unknown"),
    ],
)
def test_an_odd_annotation_is_found(dataset: Dataset, changes: dict[str, Any], code: str) -> None:
    folder = dataset("COCO")
    change(folder / TRAIN, lambda content: content["annotations"][0].update(changes))
    assert findings(folder) == [(code, TRAIN)]


def test_encoded_masks_are_left_to_their_readers(dataset: Dataset) -> None:
    folder = dataset("COCO")
    mask = {"segmentation": {"size": [16, 16], "counts": "abc"}}
    change(folder / TRAIN, lambda content: content["annotations"][0].update(mask))
    assert codes(folder) == []


@pytest.mark.parametrize("key", ["images", "annotations", "categories"])
def test_ids_that_occur_twice_are_found(dataset: Dataset, key: str) -> None:
    folder = dataset("COCO")
    change(folder / TRAIN, lambda content: content[key].append(content[key][0]))
    assert findings(folder) == [("coco-id-not-unique", TRAIN)]


def test_a_chip_that_is_gone_is_found(dataset: Dataset) -> None:
    folder = dataset("COCO")
    (folder / "images/train/0.tif").unlink()
    assert findings(folder) == [("coco-image-missing", TRAIN)]


def test_a_chip_of_another_size_is_found(dataset: Dataset) -> None:
    folder = dataset("COCO")
    write_chip(folder / "images/train/0.tif", side=20)
    assert findings(folder) == [("stated-size-differs", TRAIN)]


def test_a_chip_that_nothing_describes_is_found(dataset: Dataset) -> None:
    folder = dataset("COCO")
    write_chip(folder / "images/train/9.tif")
    assert findings(folder) == [("image-not-in-annotations", "images/train/9.tif")]
    assert checked(folder).ok


def test_a_list_that_is_missing_is_found(dataset: Dataset) -> None:
    folder = dataset("COCO")
    change(folder / TRAIN, lambda content: content.pop("categories"))
    assert codes(folder) == ["coco-key-missing", "unknown-class"]


def test_no_annotations_are_found(dataset: Dataset) -> None:
    folder = dataset("COCO")
    change(folder / TRAIN, lambda content: content.update(annotations=[]))
    assert findings(folder) == [("nothing-labelled", TRAIN)]


def test_what_is_no_json_is_found(dataset: Dataset) -> None:
    folder = dataset("COCO")
    (folder / TRAIN).write_bytes((folder / TRAIN).read_bytes()[:-9])
    assert codes(folder) == ["not-json", "image-not-in-annotations"]


def test_a_part_without_chips_is_no_part_without_labels(dataset: Dataset) -> None:
    folder = dataset("COCO")
    write_text(
        folder / "annotations/instances_test.json",
        '{"images": [], "annotations": [], "categories": [{"id": 1, "name": "pool"}]}',
    )
    assert codes(folder) == []


def test_a_dataset_without_chips_is_found(dataset: Dataset) -> None:
    folder = dataset("COCO")
    for split in ("train", "val"):
        path = folder / f"annotations/instances_{split}.json"
        change(path, lambda content: content.update(images=[], annotations=[]))
    shutil.rmtree(folder / "images")
    assert codes(folder) == ["no-images"]
