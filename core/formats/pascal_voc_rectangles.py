"""PASCAL VOC boxes: one XML per chip."""

from __future__ import annotations

from collections.abc import Iterator

from ..chip import Chip
from ..chip_format import ChipFormat
from ..files import ChipImage, OutputFile, TextFile
from ..labels import LabeledObject, LabelKind


class PascalVocRectangles(ChipFormat):
    """`labels/N.xml`; the name of an object is its class value, which is what readers look up.

    Nothing in the text comes from the user, so there is nothing to escape; writing it directly is
    many times faster than building a tree.
    """

    name = "PASCAL_VOC_rectangles"
    needs = LabelKind.OBJECTS

    def files(self, chip: Chip) -> Iterator[OutputFile]:
        yield ChipImage(f"images/{chip.name}", chip.pixels, chip.grid)
        yield TextFile(f"labels/{chip.name}.xml", voc_annotation(chip))


def voc_annotation(chip: Chip) -> str:
    """The annotation of a chip, 4-space indent."""
    depth, rows, columns = chip.pixels.shape
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        "<annotation>\n"
        f"    <filename>{chip.image_file}</filename>\n"
        "    <source>\n"
        "        <annotation>PASCAL VOC2007</annotation>\n"
        "    </source>\n"
        "    <size>\n"
        f"        <width>{columns}</width>\n"
        f"        <height>{rows}</height>\n"
        f"        <depth>{depth}</depth>\n"
        "    </size>\n"
        f"{''.join(map(voc_object, chip.labels.objects))}"
        "</annotation>\n"
    )


def voc_object(found: LabeledObject) -> str:
    """One object element."""
    value, left, top, right, bottom = found
    return (
        "    <object>\n"
        f"        <name>{value}</name>\n"
        "        <bndbox>\n"
        f"            <xmin>{left:.2f}</xmin>\n"
        f"            <ymin>{top:.2f}</ymin>\n"
        f"            <xmax>{right:.2f}</xmax>\n"
        f"            <ymax>{bottom:.2f}</ymax>\n"
        "        </bndbox>\n"
        "    </object>\n"
    )
