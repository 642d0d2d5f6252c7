"""What an export has written so far: counts and statistics, chip after chip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from .records import StripRecord
from .statistics import AnyBandStatistics, LabelStatistics


@dataclass(frozen=True)
class Manifest:
    """Sums over all chips written; strips are added in order, so sums do not depend on timing."""

    start_index: int = 0
    chip_count: int = 0
    labeled_count: int = 0
    """Chips with at least one label."""
    bands: tuple[AnyBandStatistics, ...] = ()
    labels: LabelStatistics = field(default_factory=LabelStatistics)

    def add(self, record: StripRecord) -> Manifest:
        """With the chips of one more strip."""
        return replace(
            self,
            chip_count=self.chip_count + record.chip_count,
            labeled_count=self.labeled_count + record.labeled_count,
            bands=_added(self.bands, record.bands),
            labels=self.labels + record.classes,
        )

    @property
    def next_number(self) -> int:
        """Number of the next chip."""
        return self.start_index + self.chip_count

    @property
    def feature_count(self) -> int:
        """Labels over all chips; a feature in k chips counts k times."""
        return sum(entry.sizes.count for entry in self.labels.per_class.values())


def _added(
    first: Sequence[AnyBandStatistics], second: Sequence[AnyBandStatistics]
) -> tuple[AnyBandStatistics, ...]:
    if not first or not second:
        return tuple(first or second)
    return tuple(a + b for a, b in zip(first, second))  # type: ignore[operator]
