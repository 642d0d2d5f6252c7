"""Image chips without labels."""

from __future__ import annotations

from collections.abc import Iterator

from ..chip import Chip
from ..chip_format import ChipFormat, SecondImage, chip_images
from ..files import OutputFile
from ..labels import LabelKind


class ExportTiles(ChipFormat):
    """Only the chips: `images/N`, and no labels folder at all.

    With a second image `images2/N`, the pairs that translate one image into another.
    """

    name = "Export_Tiles"
    needs = LabelKind.NONE
    second_image = SecondImage.PARTNER

    def files(self, chip: Chip) -> Iterator[OutputFile]:
        yield from chip_images(chip)
