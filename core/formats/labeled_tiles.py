"""Chips of one class each: one XML per chip."""

from __future__ import annotations

from collections.abc import Iterator

from ..chip import Chip
from ..chip_format import ChipFormat, Placement
from ..files import ChipImage, OutputFile, TextFile
from ..labels import LabelKind
from ..voc import voc_annotation, voc_object


class LabeledTiles(ChipFormat):
    """`labels/N.xml` with exactly one object, whose name is the class value of the chip.

    A chip per feature, or per place of the grid where labels are pixels: then its class is that of
    most of them.
    """

    name = "Labeled_Tiles"
    needs = LabelKind.MAIN_OBJECT
    placement = Placement.PER_FEATURE
    only_labeled = True

    def files(self, chip: Chip) -> Iterator[OutputFile]:
        yield ChipImage(f"images/{chip.name}", chip.pixels, chip.grid)
        (found,) = chip.labels.objects
        annotation = voc_annotation(chip, [voc_object(str(found.class_value), found[1:])])
        yield TextFile(f"labels/{chip.name}.xml", annotation)
