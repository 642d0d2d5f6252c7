from __future__ import annotations

from chipwright.core.files import TextFile
from chipwright.core.labels import NO_LABELS, LabeledObject, Labels

from .chips import chip, files

NAME = "PASCAL_VOC_layout"
GOLDEN = """\
<?xml version="1.0" encoding="utf-8"?>
<layout>
    <image>000000042</image>
    <object>1</object>
    <part>
        <class>3</class>
        <bndbox>
            <xmin>0.00</xmin>
            <ymin>1.25</ymin>
            <xmax>2.50</xmax>
            <ymax>4.00</ymax>
        </bndbox>
    </part>
</layout>
"""


def text(labels: Labels) -> str:
    _, file = files(NAME, chip(labels))
    assert isinstance(file, TextFile) and file.path == "labels/000000042.xml"
    return file.text


def test_an_object_is_a_part() -> None:
    assert text(Labels(objects=[LabeledObject(3, 0.0, 1.25, 2.5, 4.0)])) == GOLDEN


def test_a_chip_without_objects_has_no_part() -> None:
    assert "<part>" not in text(NO_LABELS) and "<layout>" in text(NO_LABELS)
