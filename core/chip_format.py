"""What every metadata format answers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from .labels import LabelKind

if TYPE_CHECKING:
    from .chip import Chip
    from .files import OutputFile


class ChipFormat(ABC):
    """Says which files a chip becomes. Keeps no state and never touches the disk."""

    name: ClassVar[str]
    """The request's value, "KITTI_rectangles"."""
    needs: ClassVar[LabelKind]

    @property
    def needs_labels(self) -> bool:
        """Whether an export without label data makes no sense."""
        return self.needs is not LabelKind.NONE

    @abstractmethod
    def files(self, chip: Chip) -> Iterator[OutputFile]:
        """The files of one chip: its images first, then its labels."""
