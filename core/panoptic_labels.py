"""Labels of every pixel and of single objects, from two sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .classes import ClassTable
from .labels import Labels, LabelSource, StripLabels
from .plan import Strip
from .statistics import LabelStatistics


@dataclass(frozen=True, eq=False)
class PanopticLabels:
    """A source of class maps with instance masks beside them."""

    semantic: LabelSource
    single: LabelSource
    """Its labels are instance masks."""

    @property
    def classes(self) -> ClassTable:
        """Those of the class maps."""
        return self.semantic.classes

    @property
    def instance_classes(self) -> ClassTable:
        """Those of the single objects."""
        return self.single.classes

    @property
    def from_features(self) -> bool:
        """What the class maps are made of."""
        return self.semantic.from_features

    @property
    def is_empty(self) -> bool:
        """Whether it is known that there is no label at all."""
        return self.semantic.is_empty and self.single.is_empty

    def with_classes(self, classes: ClassTable) -> PanopticLabels:
        """The same labels with other names and colours of their classes."""
        return replace(self, semantic=self.semantic.with_classes(classes))

    def with_instance_classes(self, classes: ClassTable) -> PanopticLabels:
        """The same labels with other names and colours of the classes of single objects."""
        return replace(self, single=self.single.with_classes(classes))

    def labels(self, strip: Strip) -> StripLabels:
        """Both of a strip."""
        return PanopticStripLabels(self.semantic.labels(strip), self.single.labels(strip))


class PanopticStripLabels:
    """The class maps and the single objects of a strip."""

    def __init__(self, semantic: StripLabels, single: StripLabels) -> None:
        self._semantic = semantic
        self._single = single
        self.labeled = semantic.labeled | single.labeled

    def class_counts(self) -> Mapping[int, NDArray[np.int64]]:
        """Those of the class maps."""
        return self._semantic.class_counts()

    def labeled_shares(self) -> NDArray[np.float64]:
        """For each place, the share of its pixels that have a class."""
        return self._semantic.labeled_shares()

    def of_place(self, place: int) -> Labels:
        """Both of a place."""
        masks = self._single.of_place(place).instance_masks
        return replace(self._semantic.of_place(place), instance_masks=masks)

    def statistics(self, wanted: NDArray[np.bool_]) -> LabelStatistics:
        """Those of the class maps, and the classes of the single objects."""
        single = self._single.statistics(wanted)
        return replace(self._semantic.statistics(wanted), instances=single.per_class)
