"""Labels as formats see them, and where they come from."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Optional, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .classes import ClassTable
    from .files import Pixels
    from .plan import Strip
    from .statistics import LabelStatistics


class LabelKind(enum.Enum):
    """What a format needs to know of the labels in a chip."""

    NONE = "none"
    OBJECTS = "objects"
    OUTLINES = "outlines"
    CLASSES = "classes"
    CLASS_MAP = "class map"
    INSTANCE_MASKS = "instance masks"
    MAIN_OBJECT = "main object"
    """One object for the chip: the feature it was made for, or the class of most of its pixels."""


DRAWN = frozenset({LabelKind.CLASS_MAP, LabelKind.INSTANCE_MASKS})
"""What has a label only where that covers the middle of a pixel."""
LOOK = 8
"""Every so many columns and rows tell of most maps that they are not empty."""

Ring = tuple[tuple[float, float], ...]
"""Vertices (x, y) in chip pixels, the first again at the end."""

Polygon = tuple[Ring, ...]
"""An exterior ring and the rings of its holes."""


class LabeledObject(NamedTuple):
    """A feature in a chip: its class and the box around the part of it that lies in the chip.

    The box is in chip pixels, continuous, 0 at the left and top edges of the chip.
    """

    class_value: int
    left: float
    top: float
    right: float
    bottom: float


class Outline(NamedTuple):
    """A feature in a chip with the shape of the part of it that lies in the chip."""

    found: LabeledObject
    area: float
    """In square chip pixels."""
    polygons: tuple[Polygon, ...]


class InstanceMask(NamedTuple):
    """The instances of one class in a chip.

    `pixels` is (layer, row, column): 0 is background, instances are numbered 1…n without gaps over
    all layers. There is more than one layer only where instances overlap.
    """

    class_value: int
    class_name: str
    pixels: Pixels


@dataclass(frozen=True, eq=False)
class Labels:
    """The labels of one chip; only what the format declared to need is filled in."""

    objects: Sequence[LabeledObject] = ()
    outlines: Sequence[Outline] = ()
    class_values: Sequence[int] = ()
    """The classes in the chip, ascending."""
    class_map: Optional[Pixels] = None
    """(row, column), 0 is background"""
    instance_masks: Sequence[InstanceMask] = ()

    @property
    def has_pixels(self) -> bool:
        """Whether any pixel is labelled in the class map or in a mask."""
        found = self.class_map
        return bool(
            self.instance_masks
            or (found is not None and (found[::LOOK, ::LOOK].any() or found.any()))
        )


NO_LABELS = Labels()


class StripLabels(Protocol):
    """The labels of all places of a strip, found and burned once."""

    @property
    def labeled(self) -> NDArray[np.bool_]:
        """For each place, in order: whether any label reaches into it."""

    def class_counts(self) -> Mapping[int, NDArray[np.int64]]:
        """For each class, its labels (or labelled pixels) in each place."""

    def labeled_shares(self) -> NDArray[np.float64]:
        """For each place, the share of its pixels that are labelled."""

    def of_place(self, place: int) -> Labels:
        """The labels of one place."""

    def statistics(self, wanted: NDArray[np.bool_]) -> LabelStatistics:
        """Statistics over the wanted places."""


class LabelSource(Protocol):
    """Where labels come from; shared by all workers, so it must be picklable and thread-safe."""

    @property
    def classes(self) -> ClassTable:
        """Values, names and colours of all classes the source knows."""

    @property
    def from_features(self) -> bool:
        """Whether labels are features, so that they can be counted; else they are pixels."""

    @property
    def is_empty(self) -> bool:
        """Whether it is known that there is no label at all."""

    def with_classes(self, classes: ClassTable) -> LabelSource:
        """The same labels with other names and colours of their classes."""

    def labels(self, strip: Strip) -> StripLabels:
        """Find the labels of a strip."""
