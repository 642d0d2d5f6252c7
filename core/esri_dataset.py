"""What is true of all chips of a dataset, as the service's files tell it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from .classes import ClassTable
from .grid import PixelGrid, Size


@dataclass(frozen=True)
class PartnerBands:
    """What is true of the second image of all chips."""

    band_names: tuple[str, ...]
    """Empty where a band has no name."""
    sensor: str


@dataclass(frozen=True)
class Scaling:
    """Which values of the bands of the image became the least and greatest of 8 bits."""

    method: str
    lows: tuple[float, ...]
    highs: tuple[float, ...]


@dataclass(frozen=True)
class Dataset:
    """What is true of all chips of a dataset."""

    metadata_format: str
    tile: Size
    grid: PixelGrid
    band_names: tuple[str, ...]
    """Empty where a band has no name."""
    sensor: str
    classes: Optional[ClassTable]
    """None where the format has no labels."""
    from_features: bool
    raster_count: int = 1
    coarsest: Optional[PixelGrid] = None
    """The grid of the largest cells; None means that all images have those of `grid`."""
    partner: Optional[PartnerBands] = None
    """The second image, where chips have one."""
    instance_classes: Optional[ClassTable] = None
    """Classes of single objects beside the labels; None where the format has none."""
    is_blackened: bool = False
    has_variable_size: bool = False
    is_in_pixel_space: bool = False
    scaling: Optional[Scaling] = None
    """How pixels became 8 bits, where they were not."""
    splits: tuple[str, ...] = ()
    """Names of its parts, where it has some."""

    @property
    def has_labels(self) -> bool:
        """Whether there are classes at all."""
        return self.classes is not None

    def class_name(self, value: int) -> str:
        """Name of a class."""
        return str(value) if self.classes is None else self.classes.name_of(value)
