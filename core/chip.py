"""The chip: the pixels and labels of one place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Optional

from .classes import NO_CLASSES, ClassTable

if TYPE_CHECKING:
    from .files import Pixels
    from .grid import PixelGrid
    from .labels import Labels


@dataclass(frozen=True, eq=False)
class Chip:
    """One image chip, ready for a format to say which files it becomes."""

    name: str
    """File stem, "000000042"."""
    grid: PixelGrid
    pixels: Pixels
    """Read-only, (band, row, column)."""
    labels: Labels
    image_ending: str = ".tif"
    """What the image's file name ends with, by chip format."""
    classes: ClassTable = NO_CLASSES
    """All classes of the label data."""
    split: str = ""
    """The part of the dataset it belongs to, where there are parts."""
    partner: Optional[Pixels] = None
    """Pixels (band, row, column) of the second image at the same place, where there is one."""

    @property
    def split_folder(self) -> str:
        """Where it lies in formats that keep parts apart; without a split, all is for training."""
        return self.split or "train"

    @property
    def image_file(self) -> str:
        """File name of the image, without its folder."""
        return self.name + self.image_ending
