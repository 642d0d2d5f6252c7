from __future__ import annotations

from lxml import etree

from chipwright.core.classes import class_table
from chipwright.core.files import ChipImage, TextFile
from chipwright.core.labels import Labels

from .chips import chip, files
from .conftest import SmallDataset

NAME = "MultiLabeled_Tiles"
CLASSES = class_table({2: "roof", 5: "tree & hedge", 9: "road"}, {})


def label(*class_values: int) -> TextFile:
    _, text = files(NAME, chip(Labels(class_values=class_values), classes=CLASSES))
    assert isinstance(text, TextFile)
    return text


def test_a_chip_becomes_its_image_and_an_xml_of_the_same_stem() -> None:
    image, text = files(NAME, chip(Labels(class_values=[2]), classes=CLASSES))
    assert isinstance(image, ChipImage) and image.stem == "images/000000042"
    assert isinstance(text, TextFile) and text.path == "labels/000000042.xml"


def test_there_is_one_object_with_all_names() -> None:
    (found,) = etree.fromstring(label(2, 5, 9).text.encode()).findall("object")
    assert found.findtext("name") == "roof,tree & hedge,road"


def test_the_box_is_the_whole_chip() -> None:
    box = etree.fromstring(label(2).text.encode()).find("object/bndbox")
    assert [edge.text for edge in box] == ["0.00", "0.00", "6.00", "4.00"]


def test_chips_without_labels_are_not_written(small_dataset: SmallDataset) -> None:
    """Readers look for the object of every chip."""
    texts = small_dataset(NAME).texts("labels/*")
    names = {
        path: etree.fromstring(it.encode()).findtext("object/name") for path, it in texts.items()
    }
    assert names == {"labels/000000000.xml": "roof,tree", "labels/000000001.xml": "tree"}
