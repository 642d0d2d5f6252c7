"""What every metadata format answers."""

from __future__ import annotations

import enum
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, ClassVar

from .files import MAP_FILE, ChipImage, DatasetFile, Line, OutputFile, PartnerImage
from .labels import LabelKind
from .records import ChipRecord, map_lines

if TYPE_CHECKING:
    from .chip import Chip
    from .esri_dataset import Dataset
    from .manifest import Manifest

Grown = Callable[[str], Iterator[str]]
"""Gives the lines of a file that grew with the chips, by its path."""


class Placement(enum.Enum):
    """Where chips are cut."""

    GRID = "grid"
    PER_FEATURE = "per feature"
    """Around each feature; on the grid where labels are no features."""


class SecondImage(enum.Enum):
    """What a format does with additionalInputRaster."""

    NONE = "none"
    PARTNER = "partner"
    """Cut at the places of the first image, into images2, if there is one."""
    DOMAIN = "domain"
    """Needed: a dataset of its own beside that of the first image."""


class ChipFormat(ABC):
    """Says which files a chip becomes. Keeps no state and never touches the disk."""

    name: ClassVar[str]
    """The request's value, "KITTI_rectangles"."""
    needs: ClassVar[LabelKind]
    needs_instances: ClassVar[bool] = False
    """Whether it also needs the single objects of inputInstanceData."""
    placement: ClassVar[Placement] = Placement.GRID
    second_image: ClassVar[SecondImage] = SecondImage.NONE
    is_service_format: ClassVar[bool] = True
    """Whether the dataset has the service's four files."""
    only_labeled: ClassVar[bool] = False
    """Whether readers cannot do with a chip that has no label."""
    lists_all_classes: ClassVar[bool] = False
    """Whether its labels refer to a list of all classes, which must be known beforehand."""
    has_class_folders: ClassVar[bool] = False
    """Whether names of classes are folders; blanks in them would break the lines of the map."""

    @property
    def needs_labels(self) -> bool:
        """Whether an export without label data makes no sense."""
        return self.needs is not LabelKind.NONE

    @abstractmethod
    def files(self, chip: Chip) -> Iterator[OutputFile]:
        """The files of one chip: its images first, then its labels."""

    def lines(self, chip: Chip, written: ChipRecord) -> Iterator[Line]:
        """What a chip adds to files about the dataset; here, to the service's map."""
        for line in map_lines(written):
            yield Line(MAP_FILE, line)

    def dataset_files(
        self, dataset: Dataset, manifest: Manifest, grown: Grown
    ) -> Iterator[DatasetFile]:
        """The files about the whole dataset, written last; here, the service's."""
        from .esri_files import dataset_files

        yield from dataset_files(dataset, manifest, grown(MAP_FILE))


def chip_images(chip: Chip) -> Iterator[OutputFile]:
    """The image of a chip in the service's folder, and its partner in images2 if it has one."""
    yield ChipImage(f"images/{chip.name}", chip.pixels, chip.grid)
    if chip.partner is not None:
        yield PartnerImage(f"images2/{chip.name}", chip.partner, chip.grid)
