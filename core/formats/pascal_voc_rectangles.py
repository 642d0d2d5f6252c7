"""PASCAL VOC boxes: one XML per chip."""

from __future__ import annotations

from collections.abc import Iterator

from ..chip import Chip
from ..chip_format import ChipFormat
from ..files import ChipImage, OutputFile, TextFile
from ..labels import LabelKind
from ..voc import voc_annotation, voc_object


class PascalVocRectangles(ChipFormat):
    """`labels/N.xml`; the name of an object is its class value, which is what readers look up."""

    name = "PASCAL_VOC_rectangles"
    needs = LabelKind.OBJECTS

    def files(self, chip: Chip) -> Iterator[OutputFile]:
        yield ChipImage(f"images/{chip.name}", chip.pixels, chip.grid)
        objects = (voc_object(str(found[0]), found[1:]) for found in chip.labels.objects)
        yield TextFile(f"labels/{chip.name}.xml", voc_annotation(chip, objects))
