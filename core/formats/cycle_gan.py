"""Two sets of unpaired images, to translate the one kind into the other."""

from __future__ import annotations

from collections.abc import Iterator

from ..chip import Chip
from ..chip_format import ChipFormat, SecondImage
from ..files import ChipImage, OutputFile
from ..labels import LabelKind


class CycleGan(ChipFormat):
    """`A/images/N` of the first image, `B/images/N` of the second, each a dataset of its own."""

    name = "CycleGAN"
    needs = LabelKind.NONE
    second_image = SecondImage.DOMAIN

    def files(self, chip: Chip) -> Iterator[OutputFile]:
        yield ChipImage(f"images/{chip.name}", chip.pixels, chip.grid)
