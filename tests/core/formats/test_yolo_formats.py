"""YOLO, YOLO_OBB and YOLO_Segmentation, which share their folders and their numbers."""

from __future__ import annotations

import pytest

from chipwright.core.classes import class_table
from chipwright.core.files import ChipImage, TextFile
from chipwright.core.labels import NO_LABELS, LabeledObject, Labels, Outline, Polygon

from .chips import chip, files
from .conftest import SmallDataset

NAMES = ["YOLO", "YOLO_OBB", "YOLO_Segmentation"]
CLASSES = class_table({2: "roof", 5: "tree"}, {})
SQUARE = ((1.0, 1.0), (3.0, 1.0), (3.0, 3.0), (1.0, 3.0), (1.0, 1.0))
HOLE = ((1.5, 1.5), (1.5, 2.5), (2.5, 2.5), (2.5, 1.5), (1.5, 1.5))
DIAMOND = ((2.0, 1.0), (3.0, 2.0), (2.0, 3.0), (1.0, 2.0), (2.0, 1.0))
OUT_OF_A_CORNER = ((0.0, 0.0), (2.0, 0.0), (0.0, 1.0), (0.0, 0.0))
FOUND = LabeledObject(5, 1.0, 1.0, 3.0, 3.0)


def text(format_name: str, labels: Labels) -> str:
    _, file = files(format_name, chip(labels, classes=CLASSES))
    assert isinstance(file, TextFile)
    return file.text


def numbers(format_name: str, *polygons: Polygon) -> list[float]:
    """Of the one line: x, y, … in pixels of the chip of 6 × 4."""
    labels = Labels(outlines=[Outline(FOUND, 1.0, polygons)])
    index, *shares = text(format_name, labels).split()
    assert index == "1"
    return [round(float(share) * (6, 4)[n % 2], 4) for n, share in enumerate(shares)]


@pytest.mark.parametrize("name", NAMES)
def test_images_and_labels_lie_in_folders_of_their_split(name: str) -> None:
    image, label = files(name, chip(NO_LABELS))
    assert isinstance(image, ChipImage) and image.stem == "images/train/000000042"
    assert isinstance(label, TextFile) and label.path == "labels/train/000000042.txt"


@pytest.mark.parametrize("name", NAMES)
def test_a_chip_without_objects_has_an_empty_file(name: str) -> None:
    assert text(name, NO_LABELS) == ""


def test_a_box_is_its_centre_and_its_size() -> None:
    labels = Labels(objects=[FOUND, LabeledObject(2, 0.0, 0.0, 6.0, 4.0)])
    assert text("YOLO", labels) == (
        "1 0.333333 0.500000 0.333333 0.500000\n0 0.500000 0.500000 1.000000 1.000000\n"
    )


def test_an_oriented_box_is_the_smallest_rectangle() -> None:
    found = numbers("YOLO_OBB", (DIAMOND,))
    assert sorted(zip(found[::2], found[1::2])) == [(1, 2), (2, 1), (2, 3), (3, 2)]


def test_the_corners_of_an_oriented_box_are_in_the_chip() -> None:
    """A rectangle along the slope would leave it; readers drop a line with such a number."""
    assert min(numbers("YOLO_OBB", (OUT_OF_A_CORNER,))) >= 0


def test_a_polygon_is_not_closed() -> None:
    assert numbers("YOLO_Segmentation", (SQUARE,)) == [1, 1, 3, 1, 3, 3, 1, 3]


def test_a_hole_is_tied_to_its_polygon() -> None:
    found = numbers("YOLO_Segmentation", (SQUARE, HOLE))
    assert len(found) == 2 * (4 + 1 + 4 + 1) and shoelace(found) == pytest.approx(4 - 1)


def test_parts_are_tied_together() -> None:
    moved = tuple((x + 3, y + 1) for x, y in HOLE[::-1])
    found = numbers("YOLO_Segmentation", (SQUARE,), (moved,))
    assert shoelace(found) == pytest.approx(4 + 1)


def shoelace(found: list[float]) -> float:
    points = list(zip(found[::2], found[1::2]))
    pairs = zip(points, points[1:] + points[:1])
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs)) / 2


@pytest.mark.parametrize("name", NAMES)
def test_the_classes_are_named_by_index(small_dataset: SmallDataset, name: str) -> None:
    assert small_dataset(name).texts("*.yaml") == {
        "data.yaml": (
            'train: images/train\nval: images/train\nnc: 2\nnames:\n  0: "roof"\n  1: "tree"\n'
        )
    }


def test_a_small_dataset_has_these_labels(small_dataset: SmallDataset) -> None:
    assert small_dataset("YOLO").texts("labels/train/*") == {
        "labels/train/000000000.txt": (
            "0 0.312500 0.250000 0.375000 0.250000\n1 0.875000 0.687500 0.250000 0.375000\n"
        ),
        "labels/train/000000001.txt": (
            "1 0.125000 0.687500 0.250000 0.375000\n1 0.312500 0.562500 0.375000 0.375000\n"
        ),
        "labels/train/000000002.txt": "",
    }
