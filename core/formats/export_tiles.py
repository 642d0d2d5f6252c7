"""Image chips without labels."""

from __future__ import annotations

from collections.abc import Iterator

from ..chip import Chip
from ..chip_format import ChipFormat
from ..files import ChipImage, OutputFile
from ..labels import LabelKind


class ExportTiles(ChipFormat):
    """Only the chips: `images/N`, and no labels folder at all."""

    name = "Export_Tiles"
    needs = LabelKind.NONE

    def files(self, chip: Chip) -> Iterator[OutputFile]:
        yield ChipImage(f"images/{chip.name}", chip.pixels, chip.grid)
