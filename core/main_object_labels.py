"""One object for each chip: the feature that the chip was made for, or its most frequent class."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .classes import ClassTable
from .feature_places import FeaturePlaces
from .labels import NO_LABELS, LabeledObject, Labels, StripLabels
from .plan import Strip
from .raster_labels import OfClassified, RasterStripLabels
from .statistics import ClassStatistics, LabelStatistics, Summary, summary_of


@dataclass(frozen=True, eq=False)
class OwnFeatureLabels:
    """A source of labels for the places of features: nothing but each place's own feature."""

    places: FeaturePlaces
    values: NDArray[np.int64]
    """Class value of each feature."""
    classes: ClassTable

    @property
    def from_features(self) -> bool:
        """Labels can be counted."""
        return True

    @property
    def is_empty(self) -> bool:
        """Whether it is known that there is no label at all."""
        return not len(self.values)

    def with_classes(self, classes: ClassTable) -> OwnFeatureLabels:
        """The same labels with other names and colours of their classes."""
        return replace(self, classes=classes)

    def labels(self, strip: Strip) -> StripLabels:
        """The label of the one place of a strip."""
        place = strip.first
        value = int(self.values[self.places.feature[place]])
        area = float(self.places.area[place])
        return OwnFeature(
            LabeledObject(value, *self.places.box[:, place].tolist()),
            area * self.places.grid.cell_area,
            area / (strip.tile.columns * strip.tile.rows),
        )


class OwnFeature:
    """The one label of one place."""

    def __init__(self, found: LabeledObject, area: float, share: float) -> None:
        self._found = found
        self._area = area
        self._share = share
        self.labeled = np.ones(1, bool)

    def class_counts(self) -> dict[int, NDArray[np.int64]]:
        """The one feature."""
        return {self._found.class_value: np.ones(1, np.int64)}

    def labeled_shares(self) -> NDArray[np.float64]:
        """The share of the place that the feature covers."""
        return np.array([self._share])

    def of_place(self, place: int) -> Labels:
        """The feature."""
        return Labels(objects=(self._found,))

    def statistics(self, wanted: NDArray[np.bool_]) -> LabelStatistics:
        """One feature and its area in square map units, if its chip is wanted."""
        if not wanted[0]:
            return LabelStatistics()
        found = ClassStatistics(1, Summary(1, self._area, self._area, self._area))
        return LabelStatistics({self._found.class_value: found}, Summary(1, 1, 1, 1))


@dataclass(frozen=True, eq=False)
class MajorityLabels(OfClassified):
    """A source of labels for places of a grid: the class that most of a place's pixels have.

    Pixels of no class do not count; of classes with as many pixels the least is taken.
    """

    @property
    def from_features(self) -> bool:
        """Pixels are counted."""
        return False

    def labels(self, strip: Strip) -> StripLabels:
        """The class of each place of a strip."""
        return MajorityStripLabels(strip, self.classified.labels(strip))


class MajorityStripLabels:
    """The most frequent class of each place of a strip."""

    def __init__(self, strip: Strip, found: RasterStripLabels) -> None:
        self._strip = strip
        self._found = found
        self.labeled = found.labeled
        self._values = np.array([0, *found.values])
        counts = np.stack([np.zeros(strip.place_count, np.int64), *found.per_place])
        self._chosen = counts.argmax(axis=0)
        self._pixels = counts.max(axis=0)

    def class_counts(self) -> dict[int, NDArray[np.int64]]:
        """One for the class of each place."""
        values = np.where(self.labeled, self._values[self._chosen], 0)
        return {
            int(value): (values == value).astype(np.int64) for value in np.unique(values) if value
        }

    def labeled_shares(self) -> NDArray[np.float64]:
        """For each place, the share of its pixels that have a class."""
        return self._found.labeled_shares()

    def of_place(self, place: int) -> Labels:
        """An object as large as the chip."""
        if not self.labeled[place]:
            return NO_LABELS
        tile = self._strip.tile
        value = int(self._values[self._chosen[place]])
        return Labels(
            objects=(LabeledObject(value, 0.0, 0.0, float(tile.columns), float(tile.rows)),)
        )

    def statistics(self, wanted: NDArray[np.bool_]) -> LabelStatistics:
        """Pixels of the class of each wanted place."""
        counted = wanted & self.labeled
        value, pixels = self._values[self._chosen[counted]], self._pixels[counted]
        per_class = {
            int(each): ClassStatistics(
                int((value == each).sum()), summary_of(pixels[value == each])
            )
            for each in np.unique(value)
        }
        return LabelStatistics(per_class, summary_of(np.ones(int(counted.sum()), np.int64)))
