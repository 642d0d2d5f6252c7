from __future__ import annotations

import pytest
from lxml import etree

from chipwright.core.files import ChipImage, TextFile
from chipwright.core.labels import NO_LABELS, LabeledObject, Labels

from .chips import chip, files
from .conftest import SmallDataset

NAME = "PASCAL_VOC_rectangles"
TWO = Labels(
    objects=(
        LabeledObject(3, 0.0, 1.25, 2.5, 3.999),
        LabeledObject(12, 4.006, 0.0, 6.0, 4.0),
    )
)
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
    <object>
        <name>12</name>
        <bndbox>
            <xmin>4.01</xmin>
            <ymin>0.00</ymin>
            <xmax>6.00</xmax>
            <ymax>4.00</ymax>
        </bndbox>
    </object>
</annotation>
"""


def annotation(labels: Labels, image_ending: str = ".tif", bands: int = 3) -> str:
    (text,) = (
        file.text
        for file in files(NAME, chip(labels, image_ending, bands))
        if isinstance(file, TextFile)
    )
    return text


def parsed(text: str) -> etree._Element:
    return etree.fromstring(text.encode("utf-8"))


def test_two_objects_make_this_text() -> None:
    assert annotation(TWO) == GOLDEN


def test_a_chip_becomes_its_image_and_an_xml_of_the_same_stem() -> None:
    image, label = files(NAME, chip(TWO))
    assert isinstance(image, ChipImage) and image.stem == "images/000000042"
    assert isinstance(label, TextFile) and label.path == "labels/000000042.xml"


def test_a_chip_without_objects_has_an_xml_without_objects() -> None:
    root = parsed(annotation(NO_LABELS))
    assert [child.tag for child in root] == ["filename", "source", "size"]


def test_an_object_is_named_by_its_class_value() -> None:
    assert parsed(annotation(TWO)).xpath("object/name/text()") == ["3", "12"]


def test_a_parser_reads_the_boxes() -> None:
    boxes = parsed(annotation(TWO)).findall("object/bndbox")
    assert [{edge.tag: float(edge.text) for edge in box} for box in boxes] == [
        {"xmin": 0.0, "ymin": 1.25, "xmax": 2.5, "ymax": 4.0},
        {"xmin": 4.01, "ymin": 0.0, "xmax": 6.0, "ymax": 4.0},
    ]


@pytest.mark.parametrize("bands", [1, 3, 12])
def test_the_depth_is_the_number_of_bands(bands: int) -> None:
    size = parsed(annotation(NO_LABELS, bands=bands)).find("size")
    assert [int(side.text) for side in size] == [6, 4, bands]


def test_the_file_name_is_that_of_the_image() -> None:
    text = annotation(NO_LABELS, image_ending=".png")
    assert parsed(text).findtext("filename") == "000000042.png"


def test_a_small_dataset_has_these_labels(small_dataset: SmallDataset) -> None:
    labels = small_dataset(NAME).texts("labels/*")
    assert {path: objects(text) for path, text in labels.items()} == {
        "labels/000000000.xml": [
            ["2", "1.00", "1.00", "4.00", "3.00"],
            ["5", "6.00", "4.00", "8.00", "7.00"],
        ],
        "labels/000000001.xml": [
            ["5", "0.00", "4.00", "2.00", "7.00"],
            ["5", "1.00", "3.00", "4.00", "6.00"],
        ],
        "labels/000000002.xml": [],
    }


def objects(text: str) -> list[list[str]]:
    """Name and edges of each object, as they are written."""
    found = parsed(text).findall("object")
    return [[each.findtext("name"), *each.xpath("bndbox/*/text()")] for each in found]


def test_a_small_dataset_has_this_map(small_dataset: SmallDataset) -> None:
    assert small_dataset(NAME).texts("map.txt") == {
        "map.txt": (
            "images\\000000000.tif  labels\\000000000.xml\r\n"
            "images\\000000001.tif  labels\\000000001.xml\r\n"
            "images\\000000002.tif  labels\\000000002.xml\r\n"
        )
    }
