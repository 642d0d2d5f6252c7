"""Whether what one more costs stays the same, however many there are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from .bars import FALLS_SHORT, HOLDS
from .busy import BUSY_CORES
from .reference import Alone

FLAT = 0.15
"""Share by which the cost of one may be off the median of all sizes, and memory may grow."""


@dataclass(frozen=True)
class Size:
    """Exports of one size, each in a process of its own."""

    count: int
    """Of what grows: chips or features."""
    runs: Sequence[Alone]
    others: float
    """Cores that others used meanwhile."""
    floor: float = 0.0
    """Wall seconds of writing the same files."""
    by_two_workers: float = 0.0
    """Wall seconds of one run by two workers; the others have one."""

    @property
    def wall(self) -> float:
        """Median wall seconds."""
        return median(run.wall for run in self.runs)

    @property
    def cpu(self) -> float:
        """Median processor seconds."""
        return median(run.cpu for run in self.runs)

    @property
    def peak(self) -> int:
        """Most bytes in memory of any run."""
        return max(run.peak for run in self.runs)


@dataclass(frozen=True)
class Growth:
    """Larger and larger sizes."""

    sizes: Sequence[Size]

    @property
    def is_busy(self) -> bool:
        """Whether others disturbed any size."""
        return any(size.others > BUSY_CORES for size in self.sizes)

    @property
    def costs(self) -> list[float]:
        """Seconds for each one more than in the size before, of all sizes but the first.

        Processor seconds on a busy machine.
        """
        clock: Callable[[Size], float] = (
            (lambda it: it.cpu) if self.is_busy else (lambda it: it.wall)
        )
        pairs = zip(self.sizes, self.sizes[1:])
        return [(clock(more) - clock(less)) / (more.count - less.count) for less, more in pairs]


def deviations(costs: Sequence[float]) -> list[float]:
    """How far each is off the median, as a share of it.

    >>> deviations([9.0, 10.0, 12.0])
    [-0.1, 0.0, 0.2]
    """
    middle = median(costs)
    return [round(cost / middle - 1, 9) for cost in costs]


def flatness(costs: Sequence[float]) -> str:
    """The judgement of costs that are to be the same."""
    return HOLDS if all(abs(each) <= FLAT for each in deviations(costs)) else FALLS_SHORT


def growth_of(amounts: Sequence[float]) -> str:
    """The judgement of what is not to grow beyond what the smallest size takes."""
    return HOLDS if max(amounts) <= (1 + FLAT) * amounts[0] else FALLS_SHORT
