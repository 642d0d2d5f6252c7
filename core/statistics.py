"""Statistics of bands and classes that can be added, in order, to those of the whole dataset."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Union

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Summary:
    """Least, greatest, sum and number of some values."""

    count: int = 0
    total: float = 0
    minimum: float = math.inf
    maximum: float = -math.inf

    def __add__(self, other: Summary) -> Summary:
        return Summary(
            self.count + other.count,
            self.total + other.total,
            min(self.minimum, other.minimum),
            max(self.maximum, other.maximum),
        )

    @property
    def mean(self) -> float:
        """Mean, 0 of nothing."""
        return self.total / self.count if self.count else 0.0


def summary_of(values: NDArray[Any]) -> Summary:
    """The summary of an array of numbers."""
    if not len(values):
        return Summary()
    return Summary(len(values), values.sum().item(), values.min().item(), values.max().item())


@dataclass(frozen=True)
class ClassStatistics:
    """One class: the chips it occurs in, and its sizes.

    Features: a size per feature and chip, the area in the chip in square map units. Pixels: a size
    per chip, the number of pixels.
    """

    images: int = 0
    sizes: Summary = field(default_factory=Summary)

    def __add__(self, other: ClassStatistics) -> ClassStatistics:
        return ClassStatistics(self.images + other.images, self.sizes + other.sizes)


@dataclass(frozen=True)
class LabelStatistics:
    """All classes by value, and how many features (or classes) the labelled chips have."""

    per_class: Mapping[int, ClassStatistics] = field(default_factory=dict)
    per_image: Summary = field(default_factory=Summary)
    instances: Mapping[int, ClassStatistics] = field(default_factory=dict)
    """Classes of single objects that a format keeps beside its labels."""

    def __add__(self, other: LabelStatistics) -> LabelStatistics:
        return LabelStatistics(
            _added_by_class(self.per_class, other.per_class),
            self.per_image + other.per_image,
            _added_by_class(self.instances, other.instances),
        )


def _added_by_class(
    first: Mapping[int, ClassStatistics], second: Mapping[int, ClassStatistics]
) -> dict[int, ClassStatistics]:
    added = dict(first)
    for value, entry in second.items():
        added[value] = added[value] + entry if value in added else entry
    return dict(sorted(added.items())) if len(added) > len(first) else added


NO_LABEL_STATISTICS = LabelStatistics()

Number = Union[int, float]


@dataclass(frozen=True)
class BandStatistics:
    """Exact moments of the pixels of one band, without no-data.

    For whole numbers `total` and `squares` are integers of any size, so that sums are exact in any
    order; for real numbers see RealBandStatistics.
    """

    count: int = 0
    total: int = 0
    squares: int = 0
    minimum: Number = math.inf
    maximum: Number = -math.inf

    def __add__(self, other: BandStatistics) -> BandStatistics:
        return BandStatistics(
            self.count + other.count,
            self.total + other.total,
            self.squares + other.squares,
            min(self.minimum, other.minimum),
            max(self.maximum, other.maximum),
        )

    @property
    def mean(self) -> float:
        """Mean of the pixels, 0 of nothing."""
        return self.total / self.count if self.count else 0.0

    @property
    def squared_deviations(self) -> float:
        """Sum of squared differences from the mean (M2), rounded once."""
        if not self.count:
            return 0.0
        return float(self.squares - Fraction(self.total * self.total, self.count))


@dataclass(frozen=True)
class RealBandStatistics:
    """Moments of the pixels of one band of real numbers, added by Chan's rule."""

    count: int = 0
    mean: float = 0.0
    squared_deviations: float = 0.0
    minimum: Number = math.inf
    maximum: Number = -math.inf

    def __add__(self, other: RealBandStatistics) -> RealBandStatistics:
        if not (self.count and other.count):
            return self if self.count else other
        count = self.count + other.count
        shift = other.mean - self.mean
        return RealBandStatistics(
            count,
            self.mean + shift * other.count / count,
            self.squared_deviations
            + other.squared_deviations
            + shift * shift * self.count * other.count / count,
            min(self.minimum, other.minimum),
            max(self.maximum, other.maximum),
        )


AnyBandStatistics = Union[BandStatistics, RealBandStatistics]


def added(
    first: Sequence[AnyBandStatistics], second: Sequence[AnyBandStatistics]
) -> tuple[AnyBandStatistics, ...]:
    """The statistics of all bands of two sets of chips; a set without chips has none."""
    if not first or not second:
        return tuple(first or second)
    return tuple(a + b for a, b in zip(first, second))  # type: ignore[operator]


def standard_deviation(band: AnyBandStatistics) -> float:
    """Sample standard deviation, sqrt(M2 / (count - 1)); 0 for less than two pixels."""
    return math.sqrt(band.squared_deviations / (band.count - 1)) if band.count > 1 else 0.0


def finite(value: float) -> float:
    """0 for the extremes of nothing."""
    return value if abs(value) != float("inf") else 0
