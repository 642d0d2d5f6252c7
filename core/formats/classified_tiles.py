"""Semantic segmentation: a class map per chip."""

from __future__ import annotations

from collections.abc import Iterator

from ..chip import Chip
from ..chip_format import ChipFormat, SecondImage, chip_images
from ..files import LabelImage, OutputFile
from ..labels import LabelKind


class ClassifiedTiles(ChipFormat):
    """`labels/N.tif`: one band, the class value of every pixel, 0 elsewhere.

    Every chip has a label file, also where nothing is labelled: readers pair files by position.
    With a second image `images2/N` it is a set for change detection.
    """

    name = "Classified_Tiles"
    needs = LabelKind.CLASS_MAP
    second_image = SecondImage.PARTNER

    def files(self, chip: Chip) -> Iterator[OutputFile]:
        class_map = chip.labels.class_map
        if class_map is None:
            raise ValueError("a chip of Classified_Tiles has a class map")
        yield from chip_images(chip)
        yield LabelImage(f"labels/{chip.name}", class_map[None], chip.grid)
