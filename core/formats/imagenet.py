"""Chips of one class each, in a folder per class."""

from __future__ import annotations

from collections.abc import Iterator

from ..chip import Chip
from ..chip_format import ChipFormat, Placement
from ..files import ChipImage, OutputFile
from ..labels import LabelKind


class Imagenet(ChipFormat):
    """`images/<class name>/N`, and no labels folder; chips are placed as in Labeled_Tiles."""

    name = "Imagenet"
    needs = LabelKind.MAIN_OBJECT
    placement = Placement.PER_FEATURE
    only_labeled = True
    has_class_folders = True

    def files(self, chip: Chip) -> Iterator[OutputFile]:
        (found,) = chip.labels.objects
        folder = chip.classes.name_of(found.class_value)
        yield ChipImage(f"images/{folder}/{chip.name}", chip.pixels, chip.grid)
