"""What an export has written so far: counts and statistics, chip after chip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from .records import StripRecord
from .statistics import NO_LABEL_STATISTICS, AnyBandStatistics, LabelStatistics, added


@dataclass(frozen=True)
class Manifest:
    """Sums over all chips written; strips are added in order, so sums do not depend on timing."""

    start_index: int = 0
    chip_count: int = 0
    labeled_count: int = 0
    """Chips with at least one label."""
    bands: tuple[AnyBandStatistics, ...] = ()
    labels: LabelStatistics = NO_LABEL_STATISTICS
    partner_bands: tuple[AnyBandStatistics, ...] = ()
    """Of the second images."""
    part_counts: tuple[int, ...] = ()
    """Chips of each split, where there are some."""
    earlier_count: int = 0
    """Chips that were there before; the first after them has the number `start_index`."""
    file_count: int = 0
    """Images and labels of the chips that were not."""
    blank_count: int = 0
    """Chips with empty label images, as no label in them covers the middle of a pixel."""

    def add(self, record: StripRecord) -> Manifest:
        """With the chips of one more strip."""
        return Manifest(
            self.start_index,
            self.chip_count + record.chip_count,
            self.labeled_count + record.labeled_count,
            added(self.bands, record.bands),
            self.labels + record.classes,
            added(self.partner_bands, record.partner_bands),
            summed(self.part_counts, record.part_counts),
            self.earlier_count,
            self.file_count + record.file_count,
            self.blank_count + record.blank_count,
        )

    @property
    def next_number(self) -> int:
        """Number of the next chip."""
        return self.start_index + self.chip_count - self.earlier_count

    @property
    def feature_count(self) -> int:
        """Labels over all chips; a feature in k chips counts k times."""
        counted = self.labels.instances or self.labels.per_class
        return sum(entry.sizes.count for entry in counted.values())


def summed(first: Sequence[int], second: Sequence[int]) -> tuple[int, ...]:
    """Sums of counts by position.

    >>> summed([1, 2], [3])
    (4, 2)
    """
    return tuple(map(sum, zip_longest(first, second, fillvalue=0)))


def joined(manifests: Sequence[Manifest]) -> Manifest:
    """The sums of datasets that were written together; bands are those of the first."""
    first, *others = manifests
    for other in others:
        first = replace(
            first,
            chip_count=first.chip_count + other.chip_count,
            labeled_count=first.labeled_count + other.labeled_count,
            labels=first.labels + other.labels,
            part_counts=summed(first.part_counts, other.part_counts),
            earlier_count=first.earlier_count + other.earlier_count,
            file_count=first.file_count + other.file_count,
            blank_count=first.blank_count + other.blank_count,
        )
    return first
