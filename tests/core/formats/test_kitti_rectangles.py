from __future__ import annotations

from chipwright.core.files import ChipImage, TextFile
from chipwright.core.labels import NO_LABELS, LabeledObject, Labels

from .chips import chip, files
from .conftest import SmallDataset

NAME = "KITTI_rectangles"
GOLDEN = (
    "  3 0.00 0 0    0.00    1.25    2.50    4.00 0 0 0 0 0 0 0\r\n"
    " 12 0.00 0 0    4.01    0.00  448.00  100.10 0 0 0 0 0 0 0\r\n"
)


def text(*objects: LabeledObject) -> str:
    (label,) = (
        file.text
        for file in files(NAME, chip(Labels(objects=objects)))
        if isinstance(file, TextFile)
    )
    return label


def test_two_objects_make_these_lines() -> None:
    first = LabeledObject(3, 0.0, 1.25, 2.5, 3.999)
    second = LabeledObject(12, 4.006, 0.0, 448.0, 100.1)
    assert text(first, second) == GOLDEN


def test_a_chip_becomes_its_image_and_a_text_of_the_same_stem() -> None:
    image, label = files(NAME, chip(NO_LABELS))
    assert isinstance(image, ChipImage) and image.stem == "images/000000042"
    assert isinstance(label, TextFile) and label.path == "labels/000000042.txt"


def test_a_chip_without_objects_has_an_empty_file() -> None:
    assert text() == ""


def test_a_line_has_15_columns_however_large_its_numbers() -> None:
    line = text(LabeledObject(70_000, 0.0, 99_999.0, 123_456.789, 10_000_000.5))
    assert line.split() == "70000 0.00 0 0 0.00 99999.00 123456.79 10000000.50".split() + ["0"] * 7


def test_there_is_no_blank_line_at_the_end() -> None:
    assert text(LabeledObject(1, 0.0, 0.0, 1.0, 1.0)).count("\n") == 1


def test_a_small_dataset_has_these_labels(small_dataset: SmallDataset) -> None:
    assert small_dataset(NAME).texts("labels/*") == {
        "labels/000000000.txt": (
            "  2 0.00 0 0    1.00    1.00    4.00    3.00 0 0 0 0 0 0 0\r\n"
            "  5 0.00 0 0    6.00    4.00    8.00    7.00 0 0 0 0 0 0 0\r\n"
        ),
        "labels/000000001.txt": (
            "  5 0.00 0 0    0.00    4.00    2.00    7.00 0 0 0 0 0 0 0\r\n"
            "  5 0.00 0 0    1.00    3.00    4.00    6.00 0 0 0 0 0 0 0\r\n"
        ),
        "labels/000000002.txt": "",
    }


def test_an_edge_that_rounding_left_below_zero_has_no_minus_sign() -> None:
    assert "-" not in text(LabeledObject(1, -1e-9, -1e-9, 4.0, 4.0))
